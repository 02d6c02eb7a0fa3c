import { completeDescription } from './description.ts';
import { issueInWords } from './issues/issue.ts';
import type { Network } from './network.ts';

/** What comes of reading a network's record; a reason continues "what the cluster keeps of the network". */
export type RecordResult =
  { readonly ok: true; readonly network: Network } | { readonly ok: false; readonly reason: string };

/** So many issues of a record are told: it is no file that somebody edits, and the first says what kind of record it is. */
const MOST_TOLD = 3;

/**
 * Reads the completed description that a cluster keeps of a network. Records that were written before descriptions had an apiVersion are
 * read as well.
 *
 * @param text - JSON, as the run wrote it
 */
export function readRecord(text: string): RecordResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `is not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const result = completeDescription(value);
  if (result.ok) return { ok: true, network: result.network };
  const told = result.issues.slice(0, MOST_TOLD).map(issueInWords);
  const more = result.issues.length - told.length;
  const list = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return { ok: false, reason: `is no description that this version of Weft reads: ${list}` };
}

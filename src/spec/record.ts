import { readStoredDescription } from './description.ts';
import { issueInWords } from './issues/issue.ts';
import type { Network } from './network.ts';

/** What a cluster keeps of a network. */
export interface NetworkRecord {
  /** The description of the run that began last. */
  readonly begun: Network;
  /** The description that was last brought up to its end; absent if none was. The same as `begun` unless that run has not ended well. */
  readonly applied?: Network;
}

/** What comes of reading a record; a reason continues "what the cluster keeps of the network". */
export type RecordResult =
  { readonly ok: true; readonly record: NetworkRecord } | { readonly ok: false; readonly reason: string };

/** So many issues of a record are told: it is no file that somebody edits, and the first says what kind of record it is. */
const MOST_TOLD = 3;

/*
 * Entries of the ConfigMap that keeps a record. `state` is `begun` until the run has come to its end, then `applied`; meanwhile `applied.json` has
 * what was there before. Records that were written before runs said when they began have `network.json` alone.
 */
const BEGUN = 'network.json';
const APPLIED = 'applied.json';
const STATE = 'state';

/** @returns the entries of a ConfigMap, as {@link readRecord} reads them */
export function recordEntries(record: NetworkRecord): Readonly<Record<string, string>> {
  const { begun, applied } = record;
  const isDone = isApplied(record);
  return {
    [BEGUN]: `${JSON.stringify(begun, null, 2)}\n`,
    [STATE]: isDone ? 'applied' : 'begun',
    // Not for people: it is there for as long as a run takes.
    ...(applied === undefined || isDone ? {} : { [APPLIED]: JSON.stringify(applied) }),
  };
}

/** Whether the run that began last has come to its end. */
export function isApplied({ begun, applied }: NetworkRecord): boolean {
  return applied !== undefined && isSameDescription(begun, applied);
}

/**
 * The newest of the records that a network has in its namespaces and clusters. A run that died may not have come to all of them: what has begun
 * last is what is not applied everywhere.
 *
 * @returns undefined if there are none
 */
export function newestRecord(records: readonly NetworkRecord[]): NetworkRecord | undefined {
  const newest = records.find((record) => !isApplied(record)) ?? records[0];
  const applied = newest?.applied ?? records.find((record) => record.applied !== undefined)?.applied;
  return newest && { begun: newest.begun, ...(applied && { applied }) };
}

/** Whether two completed descriptions say the same: completion leaves one way to say it. */
export function isSameDescription(one: Network, other: Network): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Reads the record of a network. Descriptions in it that have no apiVersion are read as well.
 *
 * @param entries of a ConfigMap, as a run wrote them
 */
export function readRecord(entries: Readonly<Record<string, string>>): RecordResult {
  const begun = readDescription(entries[BEGUN] ?? '', BEGUN);
  if (!begun.ok) return begun;
  const { network } = begun;
  const state = entries[STATE] ?? 'applied';
  if (state === 'applied') return { ok: true, record: { begun: network, applied: network } };
  if (state !== 'begun') {
    return { ok: false, reason: `has the ${STATE} "${state}", which this version of Weft does not know` };
  }
  const earlier = entries[APPLIED];
  if (earlier === undefined) return { ok: true, record: { begun: network } };
  const applied = readDescription(earlier, APPLIED);
  return applied.ok ? { ok: true, record: { begun: network, applied: applied.network } } : applied;
}

function readDescription(
  text: string,
  entry: string,
): { readonly ok: true; readonly network: Network } | { readonly ok: false; readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      reason: `(${entry}) is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const result = readStoredDescription(value);
  if (result.ok) return { ok: true, network: result.network };
  const told = result.issues.slice(0, MOST_TOLD).map(issueInWords);
  const more = result.issues.length - told.length;
  const list = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return { ok: false, reason: `(${entry}) is no description that this version of Weft reads: ${list}` };
}

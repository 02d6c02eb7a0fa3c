import { choiceMistakes } from './check/chaincode-choices.ts';
import { checkNetwork } from './check/index.ts';
import { complete } from './complete/network.ts';
import { mistakeInWords, pathInWords, type Finding, type Mistake, type Path, type Result } from './issues/issue.ts';
import { isMapping } from './mapping.ts';
import { API_VERSION } from './defaults.ts';
import type { Network } from './network.ts';
import { repaired } from './issues/repair.ts';
import { descriptionSchema, type Description } from './schema/description.ts';
import { shapeFindings } from './issues/shape.ts';

/**
 * Checks a description that is already parsed (from YAML or JSON) and completes it: defaults filled in, short forms expanded. It is
 * pure, so that the workflow can call it too. A completed description is itself valid and stays as it is.
 *
 * @returns the completed network with warnings, or every mistake at once; it never throws
 */
export function completeDescription(value: unknown): Result {
  const { network, findings } = examine(value);
  const mistakes = findings.map(mistakeOf);
  return network === undefined ? { ok: false, mistakes } : { ok: true, network, warnings: mistakes };
}

/** What comes of reading a network's record; a reason continues "what the cluster keeps of the network". */
export type RecordResult =
  { readonly ok: true; readonly network: Network } | { readonly ok: false; readonly reason: string };

/** So many mistakes of a record are told: it is no file that somebody edits, and the first says what kind of record it is. */
const MOST_TOLD_OF_RECORD = 3;

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
  const told = result.mistakes.slice(0, MOST_TOLD_OF_RECORD).map(mistakeInWords);
  const more = result.mistakes.length - told.length;
  const list = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return { ok: false, reason: `is no description that this version of Weft reads: ${list}` };
}

/** The same before paths are put into words: a network and warnings, or no network and the mistakes. */
export function examine(written: unknown): { readonly network?: Network; readonly findings: readonly Finding[] } {
  const otherVersion = otherVersionFindings(written);
  if (otherVersion.length > 0) return { findings: otherVersion };
  const value = withoutExtensions(written);
  const parsed = descriptionSchema.safeParse(value);
  if (parsed.success) {
    const { network, mistakes, warnings } = check(parsed.data);
    return mistakes.length === 0
      ? { network, findings: asWritten(warnings, value) }
      : { findings: asWritten(mistakes, value) };
  }
  const misshapen = shapeFindings(value);
  return { findings: [...misshapen, ...asWritten(checkRepaired(value, misshapen), value)] };
}

/** What another version of the form has wrong in the eyes of this one says nothing. */
function otherVersionFindings(value: unknown): Finding[] {
  const version = isMapping(value) ? value['apiVersion'] : undefined;
  if (typeof version !== 'string' || version === API_VERSION) return [];
  const message = `must be ${API_VERSION}, the only one that this version of Weft reads (found ${JSON.stringify(version)})`;
  return [{ path: ['apiVersion'], message }];
}

/** Fields at the top whose names begin with `x-` are the user's own, as in Compose files: a place for YAML anchors. */
function withoutExtensions(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith('x-')));
}

function check(description: Description): { network: Network; mistakes: Finding[]; warnings: Finding[] } {
  const network = complete(description);
  const { mistakes, warnings } = checkNetwork(network);
  return { network, mistakes: [...choiceMistakes(description), ...mistakes], warnings };
}

/** The mistakes that can be seen besides the misshapen fields, so that one slip does not hide the next. */
function checkRepaired(value: unknown, misshapen: readonly Finding[]): Finding[] {
  const rest = descriptionSchema.safeParse(repaired(value, misshapen));
  if (!rest.success) return [];
  const { mistakes } = check(rest.data);
  return mistakes.filter(({ path, lookedIn }) => {
    const isToldOf = misshapen.some((finding) => isWithin(path, finding.path));
    const mayBeThere = misshapen.some((finding) => lookedIn !== undefined && hidesNames(finding.path, lookedIn));
    return !isToldOf && !mayBeThere;
  });
}

/** The fields that something else in a description can refer to. */
const NAMES: readonly unknown[] = ['name', 'mspId', 'organizations', 'orderers', 'peers', 'channels'];

/** Whether a misshapen place may be where the name stands that was looked for. */
function hidesNames(misshapen: Path, lookedIn: Path): boolean {
  const last = misshapen.at(-1);
  return isWithin(misshapen, lookedIn) && (typeof last === 'number' || NAMES.includes(last));
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((step, at) => path[at] === step);
}

/** What is in a short form, such as a count of nodes, has no place of its own: what is wrong with it is told of the short form. */
function asWritten(findings: readonly Finding[], value: unknown): Finding[] {
  return findings.map((finding) => ({ ...finding, path: existing(finding.path, value) }));
}

function existing(path: Path, value: unknown): Path {
  let here = value;
  for (const [at, step] of path.entries()) {
    const isShort = here !== undefined && (typeof here !== 'object' || here === null);
    if (isShort || (typeof step === 'number' && !Array.isArray(here))) return path.slice(0, at);
    here = typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[step] : undefined;
  }
  return path;
}

function mistakeOf({ path, message, suggestion }: Finding): Mistake {
  return { path: pathInWords(path), message, ...(suggestion === undefined ? {} : { suggestion }) };
}

import { choiceIssues } from './check/chaincodes.ts';
import { checkNetwork, contradictions } from './check/index.ts';
import { nodeCountIssues } from './check/sizes.ts';
import { complete } from './complete/network.ts';
import { API_VERSION } from './defaults.ts';
import { firstReports, reportOf, type DescriptionResult, type Issue, type Path } from './issues/issue.ts';
import { recovered } from './issues/recovery.ts';
import { shapeIssues } from './issues/shape.ts';
import { quoted } from './issues/words.ts';
import { MOST_ISSUES } from './limits.ts';
import { isMapping } from './mapping.ts';
import type { Network } from './network.ts';
import { descriptionSchema, type Description } from './schema/description.ts';

/**
 * Checks a description that is already parsed (from YAML or JSON) and completes it: defaults filled in, short forms expanded. It is
 * pure, so that the workflow can call it too. A completed description is itself valid and stays as it is.
 *
 * @returns the completed network with warnings, or the issues, all at once (of very many the first); it never throws
 */
export function completeDescription(value: unknown): DescriptionResult {
  const { network, issues } = examine(value);
  const reports = firstReports(issues.map(reportOf));
  return network === undefined ? { ok: false, issues: reports } : { ok: true, network, warnings: reports };
}

/**
 * Reads a completed description that was accepted before. Releases and policies that would be refused today are no reason not to know what stands:
 * a network on a bad release could not get a better one.
 *
 * @returns as {@link completeDescription}, without warnings
 */
export function readStoredDescription(value: unknown): DescriptionResult {
  const parsed = descriptionSchema.safeParse(value);
  if (!parsed.success || otherVersionIssues(value).length > 0) return completeDescription(value);
  if (nodeCountIssues(parsed.data).length > 0) return completeDescription(value);
  const network = complete(parsed.data);
  return contradictions(network).length > 0 ? completeDescription(value) : { ok: true, network, warnings: [] };
}

/** The same before issues become reports: a network and warnings, or no network and what is wrong. */
export interface Examination {
  readonly network?: Network;
  readonly issues: readonly Issue[];
}

export function examine(written: unknown): Examination {
  const otherVersion = otherVersionIssues(written);
  if (otherVersion.length > 0) return { issues: otherVersion };
  const value = withoutExtensions(written);
  const parsed = descriptionSchema.safeParse(value);
  if (parsed.success) {
    const { network, issues, warnings } = check(parsed.data);
    return network !== undefined && issues.length === 0
      ? { network, issues: asWritten(warnings, value) }
      : { issues: asWritten(issues, value) };
  }
  const misshapen = shapeIssues(value);
  return { issues: [...misshapen, ...asWritten(issuesBesides(misshapen, value), value)] };
}

/** What another version of the form has wrong in the eyes of this one says nothing. */
function otherVersionIssues(value: unknown): Issue[] {
  const version = isMapping(value) ? value['apiVersion'] : undefined;
  if (typeof version !== 'string' || version === API_VERSION) return [];
  const message = `must be ${API_VERSION}, the only one that this version of Weft reads (found ${quoted(version)})`;
  return [{ path: ['apiVersion'], message, reason: 'UNSUPPORTED_RELEASE' }];
}

/** Fields at the top whose names begin with `x-` are the user's own, as in Compose files: a place for YAML anchors. */
function withoutExtensions(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith('x-')));
}

interface Checked {
  /** Absent where the description is too large to be completed. */
  readonly network?: Network;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
}

function check(description: Description): Checked {
  const tooMany = nodeCountIssues(description);
  if (tooMany.length > 0) return { issues: tooMany, warnings: [] };
  const network = complete(description);
  const { issues, warnings } = checkNetwork(network);
  return { network, issues: [...choiceIssues(description), ...issues], warnings };
}

/** The issues that can be seen besides the misshapen fields, so that one slip does not hide the next. */
function issuesBesides(misshapen: readonly Issue[], value: unknown): Issue[] {
  if (misshapen.length > MOST_ISSUES) return [];
  const rest = descriptionSchema.safeParse(recovered(value, misshapen));
  if (!rest.success) return [];
  return check(rest.data).issues.filter(({ path, lookedIn }) => {
    const isToldOf = misshapen.some((issue) => isWithin(path, issue.path));
    const mayBeThere = misshapen.some((issue) => lookedIn !== undefined && hidesNames(issue.path, lookedIn));
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
function asWritten(issues: readonly Issue[], value: unknown): Issue[] {
  return issues.map((issue) => ({ ...issue, path: existing(issue.path, value) }));
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

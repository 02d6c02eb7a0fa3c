import { choiceMistakes } from './check/chaincode-choices.ts';
import { checkNetwork } from './check/index.ts';
import { complete } from './complete/network.ts';
import { pathInWords, type Finding, type Mistake, type Path, type Result } from './issues/issue.ts';
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

/** The same before paths are put into words: a network and warnings, or no network and the mistakes. */
export function examine(value: unknown): { readonly network?: Network; readonly findings: readonly Finding[] } {
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

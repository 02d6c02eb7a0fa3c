import { checkNetwork } from './checks.ts';
import { complete } from './completion.ts';
import { pathInWords, type Finding, type Mistake, type Path, type Result } from './mistake.ts';
import type { Network } from './network.ts';
import { repaired } from './repair.ts';
import { descriptionSchema } from './schema.ts';
import { shapeFindings } from './shape.ts';

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
    const network = complete(parsed.data);
    const { mistakes, warnings } = checkNetwork(network);
    return mistakes.length === 0
      ? { network, findings: asWritten(warnings, value) }
      : { findings: asWritten(mistakes, value) };
  }
  const misshapen = shapeFindings(value);
  return { findings: [...misshapen, ...asWritten(checkRepaired(value, misshapen), value)] };
}

/** The mistakes that can be seen besides the misshapen fields, so that one slip does not hide the next. */
function checkRepaired(value: unknown, misshapen: readonly Finding[]): Finding[] {
  const rest = descriptionSchema.safeParse(repaired(value, misshapen));
  if (!rest.success) return [];
  const { mistakes } = checkNetwork(complete(rest.data));
  return mistakes.filter(({ path }) => !misshapen.some((finding) => isWithin(path, finding.path)));
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((step, at) => path[at] === step);
}

/** Nodes that were written as a count have no places of their own: what is wrong with one is told of the count. */
function asWritten(findings: readonly Finding[], value: unknown): Finding[] {
  return findings.map((finding) => ({ ...finding, path: existing(finding.path, value) }));
}

function existing(path: Path, value: unknown): Path {
  let here = value;
  for (const [at, step] of path.entries()) {
    if (typeof step === 'number' && !Array.isArray(here)) return path.slice(0, at);
    here = typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[step] : undefined;
  }
  return path;
}

function mistakeOf({ path, message, suggestion }: Finding): Mistake {
  return { path: pathInWords(path), message, ...(suggestion === undefined ? {} : { suggestion }) };
}

import { pathInWords, type Finding, type Path } from '../issues/issue.ts';

/** A value that may stand only once, and where it stands. */
export interface Place {
  readonly value: string;
  readonly path: Path;
}

/**
 * One finding for each place whose value stood somewhere before.
 *
 * @param message - is given the value and, in words, what has it already: `organizations[0]` for `organizations[0].name`
 */
export function repeated(places: readonly Place[], message: (value: string, first: string) => string): Finding[] {
  const firsts = new Map<string, Path>();
  return places.flatMap(({ value, path }) => {
    const first = firsts.get(value);
    if (first === undefined) firsts.set(value, path);
    return first === undefined ? [] : [{ path, message: message(value, pathInWords(first.slice(0, -1))) }];
  });
}

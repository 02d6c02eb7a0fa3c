import type { Network } from '../network.ts';

/** One thing that is wrong, or doubtful, in a description. */
export interface Mistake {
  /** Where, in the description's own words: `organizations[1].peers`; empty for the description as a whole. */
  readonly path: string;
  /** What is wrong and what would be right: a whole predicate to the path, with the value found and any suggestion. */
  readonly message: string;
  /** Position in the YAML text, both from 1. */
  readonly line?: number;
  readonly column?: number;
  /** The known word that was probably meant, for tools that offer to correct it; `message` says it too. */
  readonly suggestion?: string;
}

/** What comes of reading a description: a network that can be brought up, or every mistake in it. */
export type Result =
  | { readonly ok: true; readonly network: Network; readonly warnings: readonly Mistake[] }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Steps from the description's root to a value: field names, and positions in lists from 0. */
export type Path = readonly (string | number)[];

/** A mistake before its path is put into words, so that it can still be looked up in a YAML text. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly suggestion?: string;
  /** It is the field's name that is wrong, not its value. */
  readonly atName?: boolean;
  /** The part of the description where something was looked for and not found: what could not be read there may be it. */
  readonly lookedIn?: Path;
}

/** `['organizations', 1, 'peers']` -> `organizations[1].peers`. */
export function pathInWords(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${step}`)).join('');
}

/** One line for people: `14:13 organizations[1].peers must be …`; the position only if it is known. */
export function mistakeInWords({ path, message, line, column }: Mistake): string {
  const position = line === undefined || column === undefined ? '' : `${line}:${column} `;
  return `${position}${path === '' ? '' : `${path} `}${message}`;
}

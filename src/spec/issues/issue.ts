import { MOST_ISSUES } from '../limits.ts';
import type { Network } from '../network.ts';

/** Steps from the description's root to a value: field names, and positions in lists from 0. */
export type Path = readonly (string | number)[];

/** Stable names of what is wrong, for programs. */
export type IssueReason =
  | 'NOT_YAML'
  /** Larger than what is served. */
  | 'TOO_LARGE'
  | 'MISSING'
  | 'UNKNOWN_FIELD'
  /** It refers to something that is not described. */
  | 'UNKNOWN_NAME'
  /** Something else has the name, or needs the same object of the cluster. */
  | 'NAME_TAKEN'
  | 'UNSUPPORTED_RELEASE'
  /** What stands cannot follow. */
  | 'CANNOT_CHANGE'
  | 'INVALID_VALUE'
  /** Nothing is wrong with it, and it may not be what was meant. */
  | 'DOUBTFUL';

/** One thing that is wrong, or doubtful, in a description. */
export interface Issue {
  readonly path: Path;
  /** What is wrong and what would be right: a whole predicate to the path, with the value found and any suggestion. */
  readonly message: string;
  /** Absent means that the value is not one that can be there. */
  readonly reason?: IssueReason;
  /** The known word that was probably meant, for tools that offer to correct it; `message` says it too. */
  readonly suggestion?: string;
  /** It is the field's name that is wrong, not its value. */
  readonly atName?: boolean;
  /** The part of the description where something was looked for and not found: what could not be read there may be it. */
  readonly lookedIn?: Path;
}

/** An issue as people and programs are told of it. */
export interface IssueReport {
  /** Where, in the description's own words: `organizations[1].peers`; empty for the description as a whole. */
  readonly path: string;
  /** The same as a JSON Pointer (RFC 6901): `/organizations/1/peers`. */
  readonly pointer: string;
  readonly message: string;
  readonly reason: IssueReason;
  /** Position in the YAML text, both from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly suggestion?: string;
}

/** What comes of reading a description: a network that can be brought up, or every issue that it has. */
export type DescriptionResult =
  | { readonly ok: true; readonly network: Network; readonly warnings: readonly IssueReport[] }
  | { readonly ok: false; readonly issues: readonly IssueReport[] };

/** No name that Weft, Kubernetes or Fabric knows is longer. */
const LONGEST_STEP = 253;

/** `['organizations', 1, 'peers']` -> `organizations[1].peers`. */
export function pathInWords(path: Path): string {
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`;
      return `${at === 0 ? '' : '.'}${step.length > LONGEST_STEP ? `${step.slice(0, LONGEST_STEP)}…` : step}`;
    })
    .join('');
}

/** `['organizations', 1, 'peers']` -> `/organizations/1/peers`, as RFC 6901 has it. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function reportOf({ path, message, reason = 'INVALID_VALUE', suggestion }: Issue): IssueReport {
  return {
    path: pathInWords(path),
    pointer: pointerOf(path),
    message,
    reason,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** An issue of a description as a whole. */
export function reportOfAll(message: string, reason: IssueReason): IssueReport {
  return { path: '', pointer: '', message, reason };
}

/** The issues that one rule has found, under the name of what it is about; those that have one of their own keep it. */
export function withReason(reason: IssueReason, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ reason, ...issue }));
}

/** One line for people: `14:13 organizations[1].peers must be …`; the position only if it is known. */
export function issueInWords({ path, message, line, column }: IssueReport): string {
  const position = line === undefined || column === undefined ? '' : `${line}:${column} `;
  return `${position}${path === '' ? '' : `${path} `}${message}`;
}

/** The first issues, and a last one that says that there are more. */
export function firstReports(reports: readonly IssueReport[]): readonly IssueReport[] {
  if (reports.length <= MOST_ISSUES) return reports;
  return [
    ...reports.slice(0, MOST_ISSUES),
    reportOfAll(`has more issues than these ${MOST_ISSUES}, which are told when these are gone`, 'TOO_LARGE'),
  ];
}

/**
 * The issues of each item, as `flatMap` gives them, until there are more than are told: what is wrong in ten thousand places must not
 * take ten thousand searches for what was meant.
 */
export function issuesOfEach<Item>(
  items: readonly Item[],
  issuesOf: (item: Item, position: number) => readonly Issue[],
): Issue[] {
  const issues: Issue[] = [];
  for (const [position, item] of items.entries()) {
    issues.push(...issuesOf(item, position));
    if (issues.length > MOST_ISSUES) break;
  }
  return issues;
}

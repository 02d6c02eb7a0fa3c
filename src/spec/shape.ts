import { z } from 'zod';

import { pathInWords, type Finding, type Path } from './mistake.ts';
import { nearest } from './nearest.ts';
import { descriptionSchema } from './schema.ts';

/** What the schema objects to, one finding for each field, in words for people. */
export function shapeFindings(value: unknown): Finding[] {
  const { error } = descriptionSchema.safeParse(value, { error: typeInWords });
  const findings = (error?.issues ?? []).flatMap((issue) => findingsOf(issue, value));
  return findings.filter((finding) => !isMisspeltElsewhere(finding, findings));
}

const MISSING = 'is missing';

/** A longer text would push the rest of the message off the line. */
const LONGEST_QUOTE = 60;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  object: 'a mapping of fields',
  record: 'a mapping of names to texts',
  array: 'a list',
};

/** Fields that the design has and this version does not bring up. */
const NOT_YET: Readonly<Record<string, string>> = {
  channels: 'channels are not created by this version of Weft: leave them out',
  chaincodes: 'chaincodes are not deployed by this version of Weft: leave them out',
};

/** Only the messages that the schema leaves to zod. */
function typeInWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? MISSING : `must be ${TYPES[issue.expected] ?? issue.expected}`;
}

function findingsOf(issue: z.core.$ZodIssue, value: unknown): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField([...path, key]));
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message, atName: true }];
  if (issue.code === 'invalid_union' && Array.isArray(valueAt(path, value))) return listFindings(issue, path, value);
  if (issue.message === MISSING) return [{ path, message: missing(path) }];
  return [{ path, message: `${issue.message}${found(path, value)}${quotesHint(issue, value)}` }];
}

/** Nodes that are written as a list were meant as one: then the items are wrong, not the choice between a count and a list. */
function listFindings(issue: z.core.$ZodIssueInvalidUnion, path: Path, value: unknown): Finding[] {
  const inList = issue.errors.at(-1) ?? [];
  return inList.flatMap((inner) => findingsOf({ ...inner, path: [...path, ...inner.path] }, value));
}

function unknownField(path: Path): Finding {
  const field = String(path.at(-1));
  const known = fieldsAt(path.slice(0, -1));
  const suggestion = nearest(field, known);
  if (path.length === 1 && NOT_YET[field] !== undefined)
    return { path, message: `is not known: ${NOT_YET[field]}`, atName: true };
  return suggestion === undefined
    ? { path, message: `is not a known field (known here: ${known.join(', ')})`, atName: true }
    : { path, message: `is not a known field; did you mean "${suggestion}"?`, suggestion, atName: true };
}

/** Names of the fields that the schema knows at a place. */
function fieldsAt(path: Path): string[] {
  let schema: unknown = descriptionSchema;
  for (const step of path) {
    const here = unwrapped(schema);
    if (here instanceof z.ZodArray) schema = here.element;
    else if (here instanceof z.ZodObject) schema = here.shape[step];
  }
  const last = unwrapped(schema);
  return last instanceof z.ZodObject ? Object.keys(last.shape) : [];
}

/** What is behind "optional", and the list behind "a count or a list". */
function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodArray);
  return schema;
}

function missing(path: Path): string {
  return path.length === 0 ? 'there is no description: it must be a mapping of fields' : MISSING;
}

/** ` (found "two")`: what stands there now. Environment variables may hold secrets by mistake, so theirs is not repeated. */
function found(path: Path, value: unknown): string {
  const here = valueAt(path, value);
  if (here === undefined || path.includes('environment')) return '';
  return ` (found ${inWords(here)})`;
}

function inWords(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string' && value.length > LONGEST_QUOTE)
    return `${JSON.stringify(value.slice(0, LONGEST_QUOTE))}…`;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

/** YAML reads 2.10 as the number 2.1, so a text that looks like a number or a truth must say that it is a text. */
function quotesHint(issue: z.core.$ZodIssue, value: unknown): string {
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  const here = valueAt(issue.path.map(String), value);
  return wantsText && (typeof here === 'number' || typeof here === 'boolean') ? ': write it in quotes' : '';
}

function valueAt(path: Path, value: unknown): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

/** A field is not missing where a misspelt one stands for it. */
function isMisspeltElsewhere({ path, message }: Finding, findings: readonly Finding[]): boolean {
  if (message !== MISSING) return false;
  return findings.some(
    (other) =>
      other.suggestion === path.at(-1) && pathInWords(other.path.slice(0, -1)) === pathInWords(path.slice(0, -1)),
  );
}

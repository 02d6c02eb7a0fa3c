import { z } from 'zod';

import { pathInWords, type Finding, type Path } from './issue.ts';
import { nearest } from './suggestion.ts';
import { descriptionSchema } from '../schema/description.ts';

/** What the schema objects to, one finding for each field, in words for people. */
export function shapeFindings(value: unknown): Finding[] {
  const { error } = descriptionSchema.safeParse(value, { error: typeInWords });
  const findings = (error?.issues ?? []).flatMap((issue) => findingsOf(issue, value));
  return findings.filter((finding) => !isMisspeltElsewhere(finding, findings));
}

const MISSING = 'is missing';

/** A longer text would push the rest of the message off the line. */
const LONGEST_QUOTE = 60;

const TEXT = 'a text';

const TYPES: Readonly<Record<string, string>> = {
  string: TEXT,
  object: 'a mapping of fields',
  record: 'a mapping of names to texts',
  array: 'a list',
};

/** Only the messages that the schema leaves to zod. */
function typeInWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? MISSING : `must be ${TYPES[issue.expected] ?? issue.expected}`;
}

function findingsOf(issue: z.core.$ZodIssue, value: unknown): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField([...path, key], value));
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message, atName: true }];
  const meant = issue.code === 'invalid_union' ? meantForm(issue) : undefined;
  if (meant !== undefined)
    return meant.flatMap((inner) => findingsOf({ ...inner, path: [...path, ...inner.path] }, value));
  if (issue.message === MISSING) return [{ path, message: missing(path) }];
  return [{ path, message: `${issue.message}${found(path, value)}${quotesHint(issue, value)}` }];
}

/**
 * Of a field with several forms, what is wrong with the form that was written: who gives a list of nodes meant a list, and then the
 * items are wrong, not the choice between a count and a list. Undefined if it is none of the forms.
 */
function meantForm({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  return errors.find((issues) => issues.length > 0 && !issues.some(isAnotherForm));
}

function isAnotherForm({ code, path }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function unknownField(path: Path, value: unknown): Finding {
  const field = String(path.at(-1));
  const known = fieldsAt(path.slice(0, -1), value);
  const suggestion = nearest(field, known);
  return suggestion === undefined
    ? { path, message: `is not a known field (known here: ${known.join(', ')})`, atName: true }
    : { path, message: `is not a known field; did you mean "${suggestion}"?`, suggestion, atName: true };
}

/** Names of the fields that the schema knows at a place of the description. */
function fieldsAt(path: Path, value: unknown): string[] {
  let schema: unknown = descriptionSchema;
  for (const [at, step] of path.entries()) {
    const here = formOf(schema, valueAt(path.slice(0, at), value));
    if (here instanceof z.ZodArray) schema = here.element;
    else if (here instanceof z.ZodObject) schema = here.shape[step];
  }
  const last = formOf(schema, valueAt(path, value));
  return last instanceof z.ZodObject ? Object.keys(last.shape) : [];
}

/** What is behind "optional", and of several forms the one that the value has. */
function formOf(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return formOf(schema.unwrap(), value);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const forms = schema.options.map((option) => formOf(option, value));
  if (Array.isArray(value)) return forms.find((form) => form instanceof z.ZodArray);
  const mappings = forms.filter((form) => form instanceof z.ZodObject);
  return mappings.find((form) => isOfType(form, value)) ?? mappings[0];
}

/** Whether a mapping is the one that its field `type` says, if it has one. */
function isOfType(form: z.ZodObject, value: unknown): boolean {
  const type: unknown = form.shape['type'];
  return type instanceof z.ZodLiteral && type.safeParse(valueAt(['type'], value)).success;
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
  const wantsText = issue.message === `must be ${TEXT}`;
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

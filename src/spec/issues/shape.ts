import { z } from 'zod';

import { isMapping } from '../mapping.ts';
import { descriptionSchema } from '../schema/description.ts';
import { issuesOfEach, pathInWords, type Issue, type Path } from './issue.ts';
import { suggestionFor } from './suggestion.ts';
import { quoted } from './words.ts';

/** What the schema objects to, one issue for each field, in words for people. */
export function shapeIssues(value: unknown): Issue[] {
  const { error } = descriptionSchema.safeParse(value, { error: typeInWords });
  return withoutMisspelt(issuesOfEach(error?.issues ?? [], (zodIssue) => issuesOf(zodIssue, value)));
}

const MISSING = 'is missing';

const TEXT = 'a text';

const TYPES: Readonly<Record<string, string>> = {
  string: TEXT,
  object: 'a mapping of fields',
  record: 'a mapping of names to texts',
  array: 'a list',
};

/** Only the messages that the schema leaves to zod. */
function typeInWords(zodIssue: z.core.$ZodRawIssue): string | undefined {
  if (zodIssue.code !== 'invalid_type') return undefined;
  return zodIssue.input === undefined ? MISSING : `must be ${TYPES[zodIssue.expected] ?? zodIssue.expected}`;
}

function issuesOf(zodIssue: z.core.$ZodIssue, value: unknown): Issue[] {
  const path = zodIssue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (zodIssue.code === 'unrecognized_keys') {
    return issuesOfEach(zodIssue.keys, (key) => [unknownField([...path, key], value)]);
  }
  if (zodIssue.code === 'invalid_key') {
    return [{ path, message: zodIssue.issues[0]?.message ?? zodIssue.message, atName: true }];
  }
  const meant = zodIssue.code === 'invalid_union' ? meantForm(zodIssue) : undefined;
  if (meant !== undefined) {
    return meant.flatMap((inner) => issuesOf({ ...inner, path: [...path, ...inner.path] }, value));
  }
  if (zodIssue.message === MISSING) return [{ path, message: missing(path), reason: 'MISSING' }];
  return [{ path, message: `${zodIssue.message}${found(path, value)}${quotesHint(zodIssue, value)}` }];
}

/**
 * Of a field with several forms, what is wrong with the form that was written: who gives a list of nodes meant a list, and then the
 * items are wrong, not the choice between a count and a list. Undefined if it is none of the forms.
 */
function meantForm({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  return errors.find((zodIssues) => zodIssues.length > 0 && !zodIssues.some(isAnotherForm));
}

function isAnotherForm({ code, path }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function unknownField(path: Path, value: unknown): Issue {
  const field = String(path.at(-1));
  const known = fieldsAt(path.slice(0, -1), value);
  const suggestion = suggestionFor(field, known);
  const unknown = { path, reason: 'UNKNOWN_FIELD', atName: true } as const;
  return suggestion === undefined
    ? { ...unknown, message: `is not a known field (known here: ${known.join(', ')})` }
    : { ...unknown, message: `is not a known field; did you mean "${suggestion}"?`, suggestion };
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

/** ` (found "two")`: what stands there now. Environment variables may hold secrets by accident, so theirs is not repeated. */
function found(path: Path, value: unknown): string {
  const here = valueAt(path, value);
  if (here === undefined || path.includes('environment')) return '';
  return ` (found ${valueInWords(here)})`;
}

function valueInWords(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

/** YAML reads 2.10 as the number 2.1, so a text that looks like a number or a truth must say that it is a text. */
function quotesHint(zodIssue: z.core.$ZodIssue, value: unknown): string {
  const wantsText = zodIssue.message === `must be ${TEXT}`;
  const here = valueAt(zodIssue.path.map(String), value);
  return wantsText && (typeof here === 'number' || typeof here === 'boolean') ? ': write it in quotes' : '';
}

function valueAt(path: Path, value: unknown): unknown {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (isMapping(here)) here = here[String(step)];
    else return undefined;
  }
  return here;
}

/** A field is not missing where a misspelt one stands for it. */
function withoutMisspelt(issues: readonly Issue[]): Issue[] {
  const placeOf = (path: Path, field: string | number | undefined): string =>
    pathInWords([...path.slice(0, -1), field ?? '']);
  const meant = new Set(
    issues.flatMap(({ path, suggestion }) => (suggestion === undefined ? [] : placeOf(path, suggestion))),
  );
  return issues.filter(({ path, message }) => message !== MISSING || !meant.has(placeOf(path, path.at(-1))));
}

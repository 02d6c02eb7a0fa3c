/*
 * What can stand at a place of a description, by the JSON Schema of descriptions. The place is found by indentation and braces alone: a text that is just being
 * typed is no YAML yet.
 */

/** Where something is being typed. */
export interface TypingPlace {
  /** Keys that lead to the mapping, those of lists left out: `organizations`, `peers`. */
  readonly path: readonly string[];
  /** The key whose value is typed; undefined where a key is. */
  readonly valueOf: string | undefined;
  /** What is typed of it so far. */
  readonly typed: string;
}

interface OpenKey {
  readonly indent: number;
  readonly key: string;
}

const KEY = /^([A-Za-z][\w-]*)\s*:(?=\s|$)/;

/**
 * Finds where in a description something is typed.
 *
 * @param before the text up to there
 */
export function typingPlace(before: string): TypingPlace {
  const lines = before.split('\n');
  const last = lines.pop() ?? '';
  const open: OpenKey[] = [];
  for (const line of lines) readLine(line, open);
  const { indent, rest } = withoutDashes(last);
  closeDownTo(open, indent);
  const path = open.map(({ key }) => key);
  return inLine(rest, path);
}

/** Follows one whole line: closes what its indentation ends, and opens its key. */
function readLine(line: string, open: OpenKey[]): void {
  const { indent, rest } = withoutDashes(line);
  if (rest === '' || rest.startsWith('#')) return;
  closeDownTo(open, indent);
  const key = KEY.exec(rest)?.[1];
  if (key !== undefined) open.push({ indent, key });
}

/** Ends keys that stand at this column or right of it. */
function closeDownTo(open: OpenKey[], indent: number): void {
  while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
}

/** The column of what stands on a line, and what stands there: an item's dash is part of the indentation. */
function withoutDashes(line: string): { readonly indent: number; readonly rest: string } {
  const dashes = /^(?:\s*-\s+)*\s*/.exec(line)?.[0] ?? '';
  return { indent: dashes.length, rest: line.slice(dashes.length) };
}

/** Goes through what stands on the line itself: `peers: { name: ` is two levels down. */
function inLine(rest: string, outer: readonly string[]): TypingPlace {
  const path = [...outer];
  const depths: number[] = [];
  let segment = '';
  let key: string | undefined;
  for (const character of rest) {
    if ('{['.includes(character)) {
      depths.push(path.length);
      if (key !== undefined) path.push(key);
      [segment, key] = ['', undefined];
    } else if ('}]'.includes(character)) {
      path.length = depths.pop() ?? path.length;
      [segment, key] = ['', undefined];
    } else if (character === ',' && depths.length > 0) {
      [segment, key] = ['', undefined];
    } else {
      segment += character;
      if (key === undefined) key = FLOW_KEY.exec(segment)?.[1];
      if (FLOW_KEY.test(segment)) segment = '';
    }
  }
  return { path, valueOf: key, typed: segment.trimStart() };
}

/** A key on a line, up to where its value begins. */
const FLOW_KEY = /^\s*([A-Za-z][\w-]*):\s$/;

export interface Suggestion {
  readonly label: string;
  /** What it is for, as the schema says. */
  readonly info: string;
}

/** What the schema lets stand at a place. */
export function suggestionsAt(schema: unknown, { path, valueOf }: Pick<TypingPlace, 'path' | 'valueOf'>): Suggestion[] {
  let schemas = [schema];
  for (const key of path) schemas = schemas.flatMap((one) => propertyOf(one, key));
  if (valueOf !== undefined) return schemas.flatMap((one) => propertyOf(one, valueOf)).flatMap(valuesOf);
  return schemas
    .flatMap(mappings)
    .flatMap((mapping) =>
      Object.entries(mapping).map(([label, property]) => ({ label, info: descriptionOf(property) })),
    );
}

/** The alternatives that a schema allows. */
function alternatives({ anyOf, oneOf }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [anyOf, oneOf].flatMap((list: unknown) => (Array.isArray(list) ? (list as readonly unknown[]) : []));
}

/** Properties of a schema, of the items of a list, and of each alternative. */
function mappings(schema: unknown): Readonly<Record<string, unknown>>[] {
  if (!isRecord(schema)) return [];
  const { properties, items } = schema;
  return [...(isRecord(properties) ? [properties] : []), ...mappings(items), ...alternatives(schema).flatMap(mappings)];
}

function propertyOf(schema: unknown, key: string): unknown[] {
  return mappings(schema).flatMap((mapping) => (key in mapping ? [mapping[key]] : []));
}

function valuesOf(schema: unknown): Suggestion[] {
  if (!isRecord(schema)) return [];
  const { enum: allowed, const: only, type, items } = schema;
  const info = descriptionOf(schema);
  const values = Array.isArray(allowed) ? allowed : type === 'boolean' ? [true, false] : [only];
  return [
    ...values.flatMap((value: unknown) =>
      typeof value === 'string' || typeof value === 'boolean' ? [{ label: String(value), info }] : [],
    ),
    ...valuesOf(items),
    ...alternatives(schema).flatMap(valuesOf),
  ];
}

function descriptionOf(schema: unknown): string {
  return isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

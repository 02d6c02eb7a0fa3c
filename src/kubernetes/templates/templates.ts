import { readFile } from 'node:fs/promises';

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar } from 'yaml';
import type { Document, Pair, ScalarTag, YAMLMap } from 'yaml';

import { isKubernetesObject, isMapping, type KubernetesObject } from '../client/objects.ts';
import { fill, fillText, type TemplateVariables } from './placeholders.ts';

export type { TemplateVariables } from './placeholders.ts';

/** Everything that is wrong with a template or the variables it was given, each with file and line. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/**
 * Reads a manifest template of kube/.
 *
 * @param name file name, e.g. `peer.yaml`
 * @throws the error of node:fs if there is no such file
 */
export function loadTemplate(name: string): Promise<string> {
  return readFile(new URL(`../../../kube/${name}`, import.meta.url), 'utf8');
}

/**
 * Fills in a manifest template: YAML with `${NAME}` as envsubst knows it, and `$${NAME}` for a literal `${NAME}`.
 *
 * Values are put in after the YAML was parsed, so no value can change the structure of a manifest, whatever quotes or
 * line breaks it holds:
 * - In a longer text, and in a key, a value is a string, a number or a boolean.
 * - An unquoted scalar that is nothing but `${NAME}` takes any JSON value as it is: a number stays a number, a mapping
 *   becomes the mapping, and `null` removes the entry. Between quotes it becomes a string.
 *
 * As kubectl reads them, integers with a leading zero are octal (`defaultMode: 0440`). Unlike there, `yes`, `no`, `on`
 * and `off` are strings (YAML 1.2).
 *
 * @param text one or several YAML documents
 * @param source what to call the template in errors, e.g. `peer.yaml`
 * @throws {TemplateError} with every mistake: YAML that does not parse, a variable that is not given, a value that
 *   does not fit its place, a document that is no Kubernetes object
 */
export function renderTemplate(text: string, variables: TemplateVariables, source: string): KubernetesObject[] {
  const lines = new LineCounter();
  const mistakes: string[] = [];
  const report = (offset: number, fact: string): void => {
    mistakes.push(`${source}:${String(lines.linePos(offset).line)}: ${fact}`);
  };
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    customTags: (tags) => [OCTAL, ...tags],
  });
  const objects: KubernetesObject[] = [];
  for (const document of documents) {
    if (isEmpty(document)) continue;
    const object = renderDocument(document, { text, variables, document, report });
    if (isKubernetesObject(object)) objects.push(object);
    else if (mistakes.length === 0)
      report(offsetOf(document.contents), `this document is no Kubernetes object: ${missingPart(object)}.`);
  }
  if (mistakes.length > 0) throw new TemplateError(mistakes);
  return objects;
}

/** As between two `---`, or where there are only comments. */
function isEmpty({ contents, errors }: Document.Parsed): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

/** `0440` is 288 to everybody who writes manifests, but 440 in YAML 1.2. */
const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0[0-7]+$/,
  resolve: (digits) => Number.parseInt(digits, 8),
};

interface Rendering {
  readonly text: string;
  readonly variables: TemplateVariables;
  readonly document: Document.Parsed;
  readonly report: (offset: number, fact: string) => void;
}

/** Stands for an entry that is left out. */
const REMOVED = Symbol('removed');

function renderDocument(document: Document.Parsed, rendering: Rendering): unknown {
  for (const { pos, message } of document.errors) rendering.report(pos[0], message);
  return document.errors.length > 0 ? undefined : render(document.contents, rendering);
}

function render(node: unknown, rendering: Rendering): unknown {
  if (isAlias(node)) return render(node.resolve(rendering.document), rendering);
  if (isMap(node)) return renderMap(node, rendering);
  if (isSeq(node)) return node.items.map((item) => render(item, rendering)).filter((item) => item !== REMOVED);
  return isScalar(node) ? renderScalar(node, rendering) : null;
}

function renderMap(map: YAMLMap, rendering: Rendering): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const pair of map.items) {
    const key = renderKey(pair, rendering);
    const value = render(pair.value, rendering);
    if (value === REMOVED) continue;
    if (entries.has(key)) rendering.report(offsetOf(pair.key), `the key ${key} is there twice.`);
    entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

function renderKey({ key }: Pair, rendering: Rendering): string {
  if (!isScalar(key)) {
    rendering.report(offsetOf(key), 'a key has to be a string.');
    return '';
  }
  return fillText(String(key.value), rendering.variables, reporterOf(key, rendering));
}

function renderScalar(scalar: Scalar, rendering: Rendering): unknown {
  if (typeof scalar.value !== 'string') return scalar.value;
  const reporter = reporterOf(scalar, rendering);
  if (scalar.type !== Scalar.PLAIN) return fillText(scalar.value, rendering.variables, reporter);
  const value = fill(scalar.value, rendering.variables, reporter);
  return value === null ? REMOVED : value;
}

/** Reports at the line of a placeholder, which in a text of many lines is not the line where the scalar begins. */
function reporterOf(scalar: Scalar, { text, report }: Rendering): (placeholder: string, fact: string) => void {
  const start = offsetOf(scalar);
  return (placeholder, fact) => {
    report(Math.max(start, text.indexOf(placeholder, start)), fact);
  };
}

function offsetOf(node: unknown): number {
  return isMapping(node) && Array.isArray(node['range']) ? Number(node['range'][0]) : 0;
}

function missingPart(object: unknown): string {
  if (!isMapping(object)) return 'it is no mapping';
  const missing = ['apiVersion', 'kind'].filter((field) => typeof object[field] !== 'string');
  return `it has no ${[...missing, ...(missing.length === 0 ? ['metadata.name'] : [])].join(' and no ')}`;
}

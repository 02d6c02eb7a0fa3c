import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar } from 'yaml';
import type { Document, Node, Pair, ScalarTag, YAMLMap } from 'yaml';

import { fillAlone, fillText, type Filling, type PlaceholderReporter, type TemplateVariables } from './placeholders.ts';

export type { TemplateVariables } from './placeholders.ts';

/** Everything that is wrong with a template or the variables it was given, each with file and line. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(issues.join('\n'));
    this.issues = issues;
  }
}

/** A YAML document of a template, filled. */
export interface FilledDocument {
  readonly value: unknown;
  /** Where it begins in the template, from 1. */
  readonly line: number;
}

/**
 * Fills a template: YAML with `${NAME}` as envsubst knows it, and `$${NAME}` for a literal `${NAME}`.
 *
 * Values are put in after the YAML was parsed, so no value can change the structure of a template, whatever quotes or
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
 * @returns the documents as JSON values; empty ones are left out
 * @throws {TemplateError} with everything that is wrong: YAML that does not parse, a variable that is not given or not
 *   used, a value that does not fit its place
 */
export function fillTemplate(text: string, variables: TemplateVariables, source: string): FilledDocument[] {
  const lines = new LineCounter();
  return filledDocuments(text, variables, source, lines)
    .filter((document) => !isEmpty(document))
    .map((document) => ({
      value: document.toJS() as unknown,
      line: lines.linePos(offsetOf(document.contents)).line,
    }));
}

/**
 * As {@link fillTemplate}, for those who want to read it: YAML with the comments of the template.
 *
 * A string that was filled in alone is quoted, so that nobody takes it for anything else: readers of YAML 1.1, such as
 * Fabric, know more kinds of numbers and booleans than YAML 1.2 has.
 */
export function fillTemplateText(text: string, variables: TemplateVariables, source: string): string {
  const documents = filledDocuments(text, variables, source, new LineCounter());
  return documents.map((document) => document.toString({ lineWidth: 0, flowCollectionPadding: false })).join('');
}

function filledDocuments(
  text: string,
  variables: TemplateVariables,
  source: string,
  lineCounter: LineCounter,
): Document.Parsed[] {
  const issues: string[] = [];
  const report = (offset: number, fact: string): void => {
    issues.push(`${source}:${String(lineCounter.linePos(offset).line)}: ${fact}`);
  };
  const used = new Set<string>();
  const documents = [
    ...parseAllDocuments(text, { lineCounter, prettyErrors: false, customTags: (tags) => [OCTAL, ...tags] }),
  ];
  for (const document of documents) {
    for (const { pos, message } of document.errors) report(pos[0], message);
    if (document.errors.length === 0)
      fillNode(document.contents, { text, variables, used, document, removed: new Set(), report });
  }
  const unused = Object.keys(variables).filter((name) => !used.has(name));
  // What could not be read may be what uses them.
  if (issues.length === 0) issues.push(...unused.map((name) => `${source}: \${${name}} is given, but not used.`));
  if (issues.length > 0) throw new TemplateError(issues);
  return documents;
}

/** As between two `---`, or where there are only comments. */
function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** `0440` is 288 to everybody who writes manifests, but 440 in YAML 1.2. */
const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0[0-7]+$/,
  resolve: (digits) => Number.parseInt(digits, 8),
};

interface DocumentFilling extends Filling {
  readonly text: string;
  readonly document: Document.Parsed;
  /** Anchors of what was left out. */
  readonly removed: Set<string>;
  readonly report: (offset: number, fact: string) => void;
}

/** Stands for an entry that is left out. */
const REMOVED = Symbol('removed');

/** Fills a node and all below it. @returns the node, or what takes its place */
function fillNode(node: unknown, filling: DocumentFilling): unknown {
  if (isMap(node)) fillMap(node, filling);
  else if (isSeq(node)) node.items = node.items.map((item) => fillNode(item, filling)).filter(isKept);
  else if (isScalar(node)) return fillScalar(node, filling);
  else if (isAlias(node) && filling.removed.has(node.source)) return REMOVED;
  return node;
}

function fillMap(map: YAMLMap, filling: DocumentFilling): void {
  const keys = new Set<string>();
  map.items = map.items.filter((pair) => {
    const key = fillKey(pair, filling);
    const value = fillNode(pair.value, filling);
    if (value === REMOVED) return false;
    if (keys.has(key)) filling.report(offsetOf(pair.key), `the key ${key} is there twice.`);
    keys.add(key);
    pair.value = value;
    return true;
  });
}

function fillKey({ key }: Pair, filling: DocumentFilling): string {
  if (!isScalar(key)) {
    filling.report(offsetOf(key), 'a key has to be a string.');
    return '';
  }
  key.value = fillText(String(key.value), filling, reporterOf(key, filling));
  return String(key.value);
}

function fillScalar(scalar: Scalar, filling: DocumentFilling): unknown {
  if (typeof scalar.value !== 'string') return scalar;
  const reporter = reporterOf(scalar, filling);
  if (scalar.type !== Scalar.PLAIN) {
    scalar.value = fillText(scalar.value, filling, reporter);
    return scalar;
  }
  const value = fillAlone(scalar.value, filling, reporter);
  if (value === scalar.value) return scalar;
  if (value !== null) return takePlace(scalar, value, filling);
  if (scalar.anchor !== undefined) filling.removed.add(scalar.anchor);
  return REMOVED;
}

/** Puts a value where a scalar stood, with the comments around it. */
function takePlace(scalar: Scalar, value: unknown, { document }: DocumentFilling): Node {
  const node = document.createNode(value, { aliasDuplicateObjects: false });
  if (isScalar(node) && typeof value === 'string') node.type = Scalar.QUOTE_DOUBLE;
  const { anchor, comment, commentBefore, spaceBefore } = scalar;
  return Object.assign(node, { anchor, comment, commentBefore, spaceBefore });
}

/** Reports at the line of a placeholder, which in a text of many lines is not the line where the scalar begins. */
function reporterOf(scalar: Scalar, { text, report }: DocumentFilling): PlaceholderReporter {
  const start = offsetOf(scalar);
  return (placeholder, fact) => {
    report(Math.max(start, text.indexOf(placeholder, start)), fact);
  };
}

function isKept(item: unknown): boolean {
  return item !== REMOVED;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

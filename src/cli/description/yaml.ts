import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';

import { includeCollections, type ReadFile } from './collection-files.ts';
import { examine } from '../../spec/description.ts';
import { pathInWords, type Finding, type Mistake, type Path, type Result } from '../../spec/issues/issue.ts';

/**
 * Reads a network description from YAML (1.2, JSON included), checks and completes it. Every mistake carries its line and column.
 *
 * @param source what to call the text in messages about all of it, e.g. `network.yaml`
 * @returns the completed network with warnings, or every mistake at once; it never throws
 */
export function parseDescription(text: string, source = 'the description'): Result {
  const read = readNonEmpty(text, source);
  return 'mistakes' in read ? { ok: false, mistakes: read.mistakes } : resultOf(read, read.value);
}

/**
 * The same for a description that may name files of Fabric's, which are read and put in place of their names first.
 *
 * @param readFile reads a file that the description names
 */
export async function parseDescriptionWithFiles(text: string, source: string, readFile: ReadFile): Promise<Result> {
  const read = readNonEmpty(text, source);
  if ('mistakes' in read) return { ok: false, mistakes: read.mistakes };
  const { value, findings } = await includeCollections(read.value, readFile);
  return resultOf(read, value, findings);
}

/** What comes of a description after its text was read, with the mistakes that were found on the way. */
function resultOf(text: YamlText, value: unknown, before: readonly Finding[] = []): Result {
  const { network, findings } = examine(value);
  const located = (list: readonly Finding[]): Mistake[] =>
    list.map((finding) => locate(finding, text)).sort(inOrderOfText);
  if (network !== undefined && before.length === 0) return { ok: true, network, warnings: located(findings) };
  // Where there are mistakes already, warnings are of no use.
  return { ok: false, mistakes: located(network === undefined ? [...before, ...findings] : before) };
}

function readNonEmpty(text: string, source: string): YamlText | { readonly mistakes: Mistake[] } {
  const read = readYaml(text);
  if ('mistakes' in read || read.value !== null) return read;
  return { mistakes: [{ path: '', message: `${source} is empty` }] };
}

/** As many as a person mends before trying again. */
const MOST_SYNTAX_MISTAKES = 10;

interface YamlText {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly value: unknown;
}

function readYaml(text: string): YamlText | { readonly mistakes: Mistake[] } {
  const lines = new LineCounter();
  try {
    // Merge keys (<<) are no part of YAML 1.2, but Fabric's own configtx.yaml has taught people to use them.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
    if (document.errors.length > 0) return { mistakes: syntaxMistakes(document.errors, lines) };
    return { document, lines, value: document.toJS() };
  } catch (error) {
    // An alias without an anchor, a flood of aliases, a nesting that exhausts the stack.
    return { mistakes: [notYaml(error instanceof Error ? error.message : String(error))] };
  }
}

/** The first of each line, and few of them: after a missing bracket the parser stumbles over everything that follows. */
function syntaxMistakes(errors: readonly YAMLError[], lines: LineCounter): Mistake[] {
  const mistakes = errors.map((error) => ({ ...notYaml(error.message), ...position(error.pos[0], lines) }));
  const firsts = mistakes.filter(({ line }, at) => mistakes.findIndex((other) => other.line === line) === at);
  return firsts.sort(inOrderOfText).slice(0, MOST_SYNTAX_MISTAKES);
}

function notYaml(message: string): Mistake {
  return { path: '', message: `is not valid YAML: ${message}` };
}

function inOrderOfText(one: Mistake, other: Mistake): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

function locate(finding: Finding, { document, lines }: YamlText): Mistake {
  const { path, message, suggestion } = finding;
  const offset = offsetOf(finding, document);
  return {
    path: pathInWords(path),
    message,
    ...(offset === undefined ? {} : position(offset, lines)),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function position(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Where the value of a path begins; for a field that is missing, the place it is missing from. */
function offsetOf({ path, atName }: Finding, document: Document): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [at, step] of path.entries()) {
    const next = child(resolved(node, document), step);
    if (next === undefined) return offset;
    node = next.value;
    const isLast = at === path.length - 1;
    offset = (isLast && atName === true ? undefined : startOf(node)) ?? startOf(next.key) ?? offset;
  }
  return offset;
}

function child(node: unknown, step: Path[number]): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node)) return typeof step === 'number' && step in node.items ? { value: node.items[step] } : undefined;
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => (isScalar(key) ? String(key.value) === String(step) : false));
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNodeWithRange(node) ? node.range[0] : undefined;
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

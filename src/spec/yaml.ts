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

import { examine } from './description.ts';
import { pathInWords, type Finding, type Mistake, type Path, type Result } from './mistake.ts';

/**
 * Reads a network description from YAML (1.2, JSON included), checks and completes it. Every mistake carries its line and column.
 *
 * @param source what to call the text in messages about all of it, e.g. `network.yaml`
 * @returns the completed network with warnings, or every mistake at once; it never throws
 */
export function parseDescription(text: string, source = 'the description'): Result {
  const read = readYaml(text);
  if ('mistakes' in read) return { ok: false, mistakes: read.mistakes };
  if (read.value === null) return { ok: false, mistakes: [{ path: '', message: `${source} is empty` }] };
  const { network, findings } = examine(read.value);
  const mistakes = findings.map((finding) => locate(finding, read)).sort(inOrderOfText);
  return network === undefined ? { ok: false, mistakes } : { ok: true, network, warnings: mistakes };
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

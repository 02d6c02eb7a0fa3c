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

import { examine } from '../spec/description.ts';
import {
  firstReports,
  reportOf,
  reportOfAll,
  type DescriptionResult,
  type Issue,
  type IssueReport,
  type Path,
} from '../spec/issues/issue.ts';
import { MOST_ISSUES } from '../spec/limits.ts';
import { includeCollections, type ReadFile } from './collection-files.ts';

/**
 * Reads a network description from YAML (1.2, JSON included), checks and completes it. Every issue carries its line and column.
 *
 * @param source what to call the text in messages about all of it, e.g. `network.yaml`
 * @param issuesBesides finds what is wrong with a description for whoever reads it, e.g. that it has another name than the one that is meant
 * @returns the completed network with warnings, or the issues, all at once (of very many the first); it never throws
 */
export function parseDescription(
  text: string,
  source = 'the description',
  issuesBesides: (value: unknown) => readonly Issue[] = () => [],
): DescriptionResult {
  const read = readText(text, source);
  return 'issues' in read ? { ok: false, issues: read.issues } : resultOf(read, read.value, issuesBesides(read.value));
}

/**
 * The same for a description that may name files of Fabric's, which are read and put in place of their names first.
 *
 * @param readFile reads a file that the description names
 */
export async function parseDescriptionWithFiles(
  text: string,
  source: string,
  readFile: ReadFile,
): Promise<DescriptionResult> {
  const read = readText(text, source);
  if ('issues' in read) return { ok: false, issues: read.issues };
  const { value, issues } = await includeCollections(read.value, readFile);
  return resultOf(read, value, issues);
}

/** What comes of a description after its text was read, with the issues that were found on the way. */
function resultOf(text: YamlText, value: unknown, before: readonly Issue[] = []): DescriptionResult {
  const { network, issues } = examine(value);
  // One more than are told, so that it is told that there are more.
  const located = (list: readonly Issue[]): readonly IssueReport[] =>
    firstReports(
      list
        .slice(0, MOST_ISSUES + 1)
        .map((issue) => locate(issue, text))
        .sort(inOrderOfText),
    );
  if (network !== undefined && before.length === 0) return { ok: true, network, warnings: located(issues) };
  // Where there are issues already, warnings are of no use.
  return { ok: false, issues: located(network === undefined ? [...before, ...issues] : before) };
}

interface YamlText {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly value: unknown;
}

/** In characters. Temporal takes no larger argument, so that a larger description could not be brought up in any case. */
const LONGEST_TEXT = 2_000_000;

function readText(text: string, source: string): YamlText | { readonly issues: IssueReport[] } {
  if (text.length > LONGEST_TEXT) {
    const message = `${source} has ${text.length} characters: a description has at most ${LONGEST_TEXT}`;
    return { issues: [reportOfAll(message, 'TOO_LARGE')] };
  }
  // What UTF-16 looks like when it is read as UTF-8; YAML itself allows no NUL.
  if (text.includes('\0')) return { issues: [reportOfAll(`${source} is no UTF-8 text: save it as UTF-8`, 'NOT_YAML')] };
  const read = readYaml(text);
  if ('issues' in read || read.value !== null) return read;
  return { issues: [reportOfAll(`${source} is empty`, 'MISSING')] };
}

function readYaml(text: string): YamlText | { readonly issues: IssueReport[] } {
  const lines = new LineCounter();
  try {
    // Merge keys (<<) are no part of YAML 1.2, but Fabric's own configtx.yaml has taught people to use them.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
    if (document.errors.length > 0) return { issues: syntaxIssues(document.errors, lines) };
    return { document, lines, value: document.toJS() };
  } catch (error) {
    // An alias without an anchor, a flood of aliases, a nesting that exhausts the stack.
    return { issues: [notYaml(error instanceof Error ? error.message : String(error))] };
  }
}

/** As many as a person mends before trying again. */
const MOST_SYNTAX_ISSUES = 10;

/** The first of each line, and few of them: after a missing bracket the parser stumbles over everything that follows. */
function syntaxIssues(errors: readonly YAMLError[], lines: LineCounter): IssueReport[] {
  const told = new Set<number>();
  const firsts = errors.flatMap((error) => {
    const { line, column } = position(error.pos[0], lines);
    if (told.has(line)) return [];
    told.add(line);
    return [{ ...syntaxIssue(error), line, column }];
  });
  return firsts.sort(inOrderOfText).slice(0, MOST_SYNTAX_ISSUES);
}

function syntaxIssue({ code, message }: YAMLError): IssueReport {
  if (code !== 'MULTIPLE_DOCS') return notYaml(message);
  return reportOfAll('begins a second document: a file describes one network', 'NOT_YAML');
}

function notYaml(message: string): IssueReport {
  return reportOfAll(`is not valid YAML: ${message}`, 'NOT_YAML');
}

function inOrderOfText(one: IssueReport, other: IssueReport): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

function locate(issue: Issue, { document, lines }: YamlText): IssueReport {
  const offset = offsetOf(issue, document);
  return { ...reportOf(issue), ...(offset === undefined ? {} : position(offset, lines)) };
}

function position(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Where the value of a path begins; for a field that is missing, the place it is missing from. */
function offsetOf({ path, atName }: Issue, document: Document): number | undefined {
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

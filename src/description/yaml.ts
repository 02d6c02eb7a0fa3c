import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from 'yaml';

import { examine } from '../spec/description.ts';
import {
  firstReports,
  reportOf,
  type DescriptionResult,
  type Issue,
  type IssueReport,
  type Path,
} from '../spec/issues/issue.ts';
import { MOST_ISSUES } from '../spec/limits.ts';
import { includeCollections, type ReadFile } from './collection-files.ts';
import { inOrderOfText, position, readText, type YamlText } from './text-to-yaml.ts';

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

function locate(issue: Issue, { document, lines }: YamlText): IssueReport {
  const offset = offsetOf(issue, document);
  return { ...reportOf(issue), ...(offset === undefined ? {} : position(offset, lines)) };
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

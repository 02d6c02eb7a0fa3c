import { Composer, isScalar, Lexer, LineCounter, Parser, visit, YAMLParseError, type CST, type Document } from 'yaml';

import { reportOfAll, type IssueReport } from '../spec/issues/issue.ts';
import { MOST_LEVELS, MOST_TEXT_CHARACTERS } from '../spec/limits.ts';
import { nestedTooDeep, unboundedIn } from './extent.ts';

/** A text that is YAML, of a size that can be worked on. */
export interface YamlText {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly value: unknown;
}

interface Unreadable {
  readonly issues: readonly IssueReport[];
}

/**
 * Reads a text as YAML (1.2, JSON included), in a time that grows with its length and no faster.
 *
 * @param source what to call the text in messages about all of it, e.g. `network.yaml`
 * @returns what stands in it, or why it cannot be read; it never throws
 */
export function readText(text: string, source: string): YamlText | Unreadable {
  if (text.length > MOST_TEXT_CHARACTERS) {
    const message = `${source} has ${text.length} characters: a description has at most ${MOST_TEXT_CHARACTERS}`;
    return { issues: [reportOfAll(message, 'TOO_LARGE')] };
  }
  // What UTF-16 looks like when it is read as UTF-8; YAML itself allows no NUL.
  if (text.includes('\0')) return { issues: [reportOfAll(`${source} is no UTF-8 text: save it as UTF-8`, 'NOT_YAML')] };
  const read = readYaml(text);
  if ('issues' in read || read.value !== null) return read;
  return { issues: [reportOfAll(`${source} is empty`, 'MISSING')] };
}

function readYaml(text: string): YamlText | Unreadable {
  const lines = new LineCounter();
  try {
    const { document, errors } = parse(text, lines);
    if (errors.length > 0) return { issues: syntaxIssues(errors, lines) };
    const unbounded = unboundedIn(document);
    if (unbounded !== undefined) return { issues: [unbounded] };
    // How much aliases stand for is known by now; the library's own limit counts how often one is used.
    return { document, lines, value: document.toJS({ maxAliasCount: -1 }) };
  } catch (error) {
    if (error instanceof NestedTooDeep) return { issues: [{ ...nestedTooDeep, ...position(error.offset, lines) }] };
    // An alias without an anchor, a merge of what is no mapping.
    return { issues: [notYaml(error instanceof Error ? error.message : String(error))] };
  }
}

/**
 * As `parseDocument` of yaml, which takes a call within a call for each level, and compares each key with all others of its mapping.
 *
 * @throws NestedTooDeep
 */
function parse(
  text: string,
  lines: LineCounter,
): { readonly document: Document; readonly errors: readonly YAMLParseError[] } {
  // Merge keys (<<) are no part of YAML 1.2, but Fabric's own configtx.yaml has taught people to use them.
  const composer = new Composer({ merge: true, uniqueKeys: false });
  const documents = composer.compose(tokensOf(text, lines), true, text.length);
  const [first, second] = [documents.next(), documents.next()];
  // With `forceDoc` there always is one.
  if (first.done === true) throw new Error('no document');
  const document = first.value;
  if (second.done === true) return { document, errors: [...document.errors, ...repeatedKeys(document)] };
  const [begin] = second.value.range;
  return { document, errors: [...document.errors, new YAMLParseError([begin, begin], 'MULTIPLE_DOCS', '')] };
}

/** @throws NestedTooDeep */
function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MOST_LEVELS && parser.stack.filter(isCollection).length > MOST_LEVELS) {
      throw new NestedTooDeep(parser.offset);
    }
  }
  yield* parser.end();
}

function isCollection({ type }: CST.Token): boolean {
  return type === 'block-map' || type === 'block-seq' || type === 'flow-collection';
}

class NestedTooDeep extends Error {
  override readonly name = 'NestedTooDeep';
  /** Where in the text, from 0. */
  readonly offset: number;

  constructor(offset: number) {
    super(nestedTooDeep.message);
    this.offset = offset;
  }
}

function repeatedKeys(document: Document): readonly YAMLParseError[] {
  const errors: YAMLParseError[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const [begin, end] = key.range ?? [0, 0];
        if (known.has(key.value))
          errors.push(new YAMLParseError([begin, end], 'DUPLICATE_KEY', 'Map keys must be unique'));
        known.add(key.value);
      }
    },
  });
  return errors;
}

/** As many as a person mends before trying again. */
const MOST_SYNTAX_ISSUES = 10;

/** The first of each line, and few of them: after a missing bracket the parser stumbles over everything that follows. */
function syntaxIssues(errors: readonly YAMLParseError[], lines: LineCounter): IssueReport[] {
  const told = new Set<number>();
  const firsts = errors.flatMap((error) => {
    const { line, column } = position(error.pos[0], lines);
    if (told.has(line)) return [];
    told.add(line);
    return [{ ...syntaxIssue(error), line, column }];
  });
  return firsts.sort(inOrderOfText).slice(0, MOST_SYNTAX_ISSUES);
}

function syntaxIssue({ code, message }: YAMLParseError): IssueReport {
  if (code !== 'MULTIPLE_DOCS') return notYaml(message);
  return reportOfAll('begins a second document: a file describes one network', 'NOT_YAML');
}

function notYaml(message: string): IssueReport {
  return reportOfAll(`is not valid YAML: ${message}`, 'NOT_YAML');
}

export function inOrderOfText(one: IssueReport, other: IssueReport): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

/** @param offset in the text, from 0 */
export function position(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

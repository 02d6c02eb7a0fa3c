import ts from 'typescript';

/** A change of one place of a source file that a good test notices. */
export interface Mutation {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Offsets of what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
  /** What kind of change it is, such as `condition`. */
  readonly operator: string;
}

type Change = Pick<Mutation, 'start' | 'end' | 'after' | 'operator'>;

type Operator = (node: ts.Node, source: ts.SourceFile) => readonly Change[];

/**
 * Finds everything that can be mutated in a source file. Texts are left alone: that a message says something else is
 * for the tests of messages, and would be most of the list.
 */
export function mutationsOf(file: string, text: string): readonly Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const changes: Change[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    for (const operator of operators) changes.push(...operator(node, source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return changes.map((change) => ({
    file,
    line: source.getLineAndCharacterOfPosition(change.start).line + 1,
    before: text.slice(change.start, change.end),
    ...change,
  }));
}

/** @returns the text with one mutation in it */
export function mutate(text: string, { start, end, after }: Mutation): string {
  return `${text.slice(0, start)}${after}${text.slice(end)}`;
}

/**
 * Chooses mutations at random, at most one a line; the same seed chooses the same of the same sources.
 *
 * @param seed any whole number
 */
export function choose(mutations: readonly Mutation[], count: number, seed: number): readonly Mutation[] {
  const random = randomOf(seed);
  const shuffled = mutations
    .map((mutation) => ({ mutation, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ mutation }) => mutation);
  const lines = new Set<string>();
  const chosen = shuffled.filter(({ file, line }) => {
    const place = `${file}:${line}`;
    return lines.has(place) ? false : lines.add(place);
  });
  return chosen.slice(0, count).sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
}

/** Mulberry32: small, even enough, and the same on every machine. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const exchangedOperators: ReadonlyMap<string, string> = new Map([
  ['===', '!=='],
  ['!==', '==='],
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['&&', '||'],
  ['||', '&&'],
  ['+', '-'],
  ['-', '+'],
]);

const exchangedMethods: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
]);

/** Words that decide what becomes of a failure or a change. */
const exchangedWords: ReadonlyMap<string, string> = new Map([
  ['retryable', 'permanent'],
  ['permanent', 'retryable'],
  ['unchanged', 'updated'],
  ['created', 'unchanged'],
  ['updated', 'unchanged'],
]);

const binaryOperator: Operator = (node, source) => {
  if (!ts.isBinaryExpression(node)) return [];
  const { operatorToken: token } = node;
  const isText = [node.left, node.right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
  const after = exchangedOperators.get(token.getText(source));
  if (after === undefined || (isText && ['+', '-'].includes(after))) return [];
  return [{ start: token.getStart(source), end: token.end, after, operator: 'operator' }];
};

const fallback: Operator = (node) =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
    ? [{ start: node.left.end, end: node.end, after: '', operator: 'fallback removed' }]
    : [];

const condition: Operator = (node, source) => {
  const tested = ts.isIfStatement(node)
    ? node.expression
    : ts.isConditionalExpression(node)
      ? node.condition
      : undefined;
  if (tested === undefined) return [];
  const [start, end] = [tested.getStart(source), tested.end];
  return [{ start, end, after: `!(${tested.getText(source)})`, operator: 'condition' }];
};

const guard: Operator = (node, source) => {
  if (!ts.isIfStatement(node) || node.elseStatement !== undefined) return [];
  return [{ start: node.getStart(source), end: node.end, after: ';', operator: 'guard removed' }];
};

const literal: Operator = (node, source) => {
  const [start, end] = [node.getStart(source), node.end];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ start, end, after: 'false', operator: 'literal' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ start, end, after: 'true', operator: 'literal' }];
  const word = ts.isStringLiteral(node) ? exchangedWords.get(node.text) : undefined;
  return word === undefined ? [] : [{ start, end, after: `'${word}'`, operator: 'word' }];
};

const method: Operator = (node, source) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression } = node.expression;
  const exchanged = exchangedMethods.get(name.text);
  if (exchanged !== undefined) {
    return [{ start: name.getStart(source), end: name.end, after: exchanged, operator: 'method' }];
  }
  if (name.text !== 'filter') return [];
  return [{ start: expression.end, end: node.end, after: '', operator: 'filter removed' }];
};

/** A step that is left out: a call for its effect alone. */
const effect: Operator = (node, source) => {
  if (!ts.isExpressionStatement(node)) return [];
  const call = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
  if (!ts.isCallExpression(call)) return [];
  return [{ start: node.getStart(source), end: node.end, after: ';', operator: 'call removed' }];
};

const negation: Operator = (node, source) =>
  ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken
    ? [{ start: node.getStart(source), end: node.operand.getStart(source), after: '', operator: 'negation removed' }]
    : [];

const spread: Operator = (node, source) =>
  ts.isSpreadAssignment(node) || ts.isSpreadElement(node)
    ? [{ start: node.expression.getStart(source), end: node.expression.end, after: '[]', operator: 'members removed' }]
    : [];

const operators: readonly Operator[] = [
  binaryOperator,
  fallback,
  condition,
  guard,
  literal,
  method,
  effect,
  negation,
  spread,
];

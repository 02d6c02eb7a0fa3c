import { AST_NODE_TYPES as Node, ESLintUtils, type TSESLint, type TSESTree } from '@typescript-eslint/utils';
import type { Type, TypeChecker } from 'typescript';

/*
 * A promise that is made, and not yet awaited while something else is, may reject in that time: nobody handles the
 * rejection, and Node ends the process. Such promises are awaited together: `await Promise.all([one, other])`.
 */

/** What one function does itself, without the functions in it. */
interface Frame {
  readonly promises: TSESTree.VariableDeclarator[];
  /** What is awaited. */
  readonly awaits: TSESTree.Node[];
}

export const awaitPromisesTogether = ESLintUtils.RuleCreator.withoutDocs<[], 'variable' | 'element'>({
  meta: {
    type: 'problem',
    docs: { description: 'Requires that a promise is awaited, or handled, by the first await after it is made' },
    messages: {
      variable: '`{{name}}` may reject while this is awaited, and nobody would handle it: await both together.',
      element: 'This promise may reject while what stands after it is awaited, and nobody would handle it.',
    },
    schema: [],
  },
  create: (context) => {
    const { sourceCode } = context;
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();
    const frames: Frame[] = [];

    const isPromise = (node: TSESTree.Node): boolean =>
      node.type !== Node.AwaitExpression && holdsPromise(services.getTypeAtLocation(node), checker);
    const enter = (): void => {
      frames.push({ promises: [], awaits: [] });
    };
    const leave = (): void => {
      const { promises, awaits } = frames.pop() ?? { promises: [], awaits: [] };
      for (const promise of promises) {
        const node = awaitBeforeUse(sourceCode, promise, awaits);
        if (node !== undefined)
          context.report({ node, messageId: 'variable', data: { name: sourceCode.getText(promise.id) } });
      }
    };
    /** What is listed is evaluated one after the other. */
    const checkList = (members: readonly (TSESTree.Node | null)[]): void => {
      const values = members.flatMap((member) => valueOf(member) ?? []);
      for (const [index, node] of values.entries()) {
        const isFollowed = values.slice(index + 1).some((later) => awaitsIn(later, sourceCode.visitorKeys));
        if (isFollowed && makesPromise(node) && isPromise(node)) context.report({ node, messageId: 'element' });
      }
    };
    return {
      ':function': enter,
      ':function:exit': leave,
      Program: enter,
      'Program:exit': leave,
      AwaitExpression: ({ argument }) => {
        frames.at(-1)?.awaits.push(argument);
      },
      'ForOfStatement[await=true]': ({ right }: TSESTree.ForOfStatement) => {
        frames.at(-1)?.awaits.push(right);
      },
      VariableDeclarator: (node) => {
        if (
          node.init !== null &&
          !isRejectionHandled(node.init) &&
          [node.init, ...membersOf(node.init)].some(isPromise)
        )
          frames.at(-1)?.promises.push(node);
      },
      ArrayExpression: ({ elements }) => {
        checkList(elements);
      },
      CallExpression: (node) => {
        checkList(node.arguments);
      },
      NewExpression: (node) => {
        checkList(node.arguments);
      },
      ObjectExpression: ({ properties }) => {
        checkList(properties);
      },
    };
  },
});

/**
 * Whether a value of this type is a promise, may be one, or is a list of such.
 *
 * @param seen types that are being looked at: a list may be of lists of its own kind
 */
function holdsPromise(type: Type, checker: TypeChecker, seen: ReadonlySet<Type> = new Set()): boolean {
  if (seen.has(type)) return false;
  const within = new Set([...seen, type]);
  if (type.isUnion()) return type.types.some((one) => holdsPromise(one, checker, within));
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    const element = type.getNumberIndexType();
    return element !== undefined && holdsPromise(element, checker, within);
  }
  return type.getProperty('then') !== undefined;
}

/** @returns what is awaited before the promise of a declaration is used for the first time */
function awaitBeforeUse(
  sourceCode: Readonly<TSESLint.SourceCode>,
  declarator: TSESTree.VariableDeclarator,
  awaits: readonly TSESTree.Node[],
): TSESTree.Node | undefined {
  const uses = sourceCode
    .getDeclaredVariables(declarator)
    .flatMap(({ references }) => references.map(({ identifier }) => identifier))
    .filter(({ range: [start] }) => start > declarator.range[1]);
  // About a variable without a use another rule speaks.
  if (uses.length === 0) return undefined;
  const firstUse = uses.find((use) => !isKeptForLater(use, declarator))?.range[0] ?? Infinity;
  return awaits.find(({ range: [start, end] }) => start > declarator.range[1] && end <= firstUse);
}

/** Whether a use stands in a function that is not passed on at once, so that nobody knows when it happens. */
function isKeptForLater(use: TSESTree.Node, declarator: TSESTree.Node): boolean {
  let node: TSESTree.Node | undefined = use;
  while (node !== undefined && !contains(node, declarator)) {
    if (isFunction(node) && !isPassedOn(node)) return true;
    node = node.parent;
  }
  return false;
}

function contains(outer: TSESTree.Node, inner: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

function isFunction({ type }: TSESTree.Node): boolean {
  return [Node.FunctionDeclaration, Node.FunctionExpression, Node.ArrowFunctionExpression].includes(type);
}

function isPassedOn({ parent }: TSESTree.Node): boolean {
  return parent?.type === Node.CallExpression || parent?.type === Node.NewExpression;
}

/** Whether a promise comes from a chain of calls in which `catch` or `Promise.allSettled` takes the rejection. */
function isRejectionHandled(node: TSESTree.Node): boolean {
  if (node.type !== Node.CallExpression || node.callee.type !== Node.MemberExpression) return false;
  const { object, property } = node.callee;
  const isHandler = property.type === Node.Identifier && ['catch', 'allSettled'].includes(property.name);
  return isHandler || isRejectionHandled(object);
}

/** The values in a list or an object that is written out. */
function membersOf(init: TSESTree.Expression): TSESTree.Node[] {
  if (init.type === Node.ArrayExpression) return init.elements.flatMap((element) => valueOf(element) ?? []);
  if (init.type === Node.ObjectExpression) return init.properties.flatMap((property) => valueOf(property) ?? []);
  return [];
}

function valueOf(member: TSESTree.Node | null): TSESTree.Node | undefined {
  if (member?.type === Node.SpreadElement) return member.argument;
  return member?.type === Node.Property ? member.value : (member ?? undefined);
}

/** A promise that was made earlier is the matter of where it was made. */
function makesPromise({ type }: TSESTree.Node): boolean {
  return type === Node.CallExpression || type === Node.NewExpression;
}

/** Whether evaluating a node awaits something, apart from the functions that it makes. */
function awaitsIn(node: TSESTree.Node, keys: TSESLint.SourceCode.VisitorKeys): boolean {
  if (isFunction(node)) return false;
  if (node.type === Node.AwaitExpression) return true;
  return childrenOf(node, keys).some((child) => awaitsIn(child, keys));
}

function childrenOf(node: TSESTree.Node, keys: TSESLint.SourceCode.VisitorKeys): TSESTree.Node[] {
  const fields: Readonly<Record<string, unknown>> = { ...node };
  return (keys[node.type] ?? []).flatMap((key) => [fields[key]].flat()).filter(isNode);
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

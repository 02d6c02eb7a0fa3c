/*
 * Fabric's language of signature policies, e.g. `AND('Org1MSP.peer', OR('Org2MSP.peer', 'Org3MSP.peer'))`, as
 * common/policydsl/policyparser.go of Fabric reads it. Expressions that its general evaluator happens to accept besides, such as
 * `OutOf(1+1, …)`, are not part of the language.
 */

/** The roles that a policy can ask for; all but member are NodeOUs. */
const POLICY_ROLES = ['member', 'admin', 'client', 'peer', 'orderer'] as const;

export type PolicyRole = (typeof POLICY_ROLES)[number];

/** Who must have signed, as a tree: AND is all out of its parts, OR is one. */
export type SignaturePolicy =
  | { readonly kind: 'role'; readonly mspId: string; readonly role: PolicyRole }
  | { readonly kind: 'outOf'; readonly n: number; readonly of: readonly SignaturePolicy[] };

/** Why a text is no policy, and where: its message continues "cannot be read:". */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  /** Counted from 1. */
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

/**
 * Reads a signature policy. What Fabric refuses is refused here, and so is a policy that nobody could ever fulfil.
 *
 * @throws PolicyError
 */
export function parseSignaturePolicy(text: string): SignaturePolicy {
  const tokens = tokensOf(text);
  const policy = readGate(tokens, 1);
  const { column, found } = tokens.next();
  if (found !== END) throw new PolicyError(`at column ${column} it must end (found ${found})`, column);
  return policy;
}

/** The MSP IDs that a policy names, each once, in their order. */
export function mspIdsOf(policy: SignaturePolicy): string[] {
  return [...new Set(policy.kind === 'role' ? [policy.mspId] : policy.of.flatMap(mspIdsOf))];
}

/** Nobody reads a policy that is nested deeper, and no reader of it should exhaust the stack. */
const DEEPEST = 20;

const GATES = "AND(…), OR(…) or OutOf(n, …), such as OR('Org1MSP.peer', 'Org2MSP.peer')";

const ROLE = /^([A-Za-z0-9.-]+)\.([^.]*)$/;

function readGate(tokens: Tokens, depth: number): SignaturePolicy {
  const { word, column, found } = tokens.next();
  const gate = word === undefined ? undefined : gateOf(word);
  if (gate === undefined) throw new PolicyError(`at column ${column} there must be ${GATES} (found ${found})`, column);
  if (gate === 'or' || gate === 'and') {
    const upper = gate.toUpperCase();
    // Fabric 2 takes lower case too; the evaluator of later releases (github.com/expr-lang/expr) has operators of these names.
    throw new PolicyError(
      `at column ${column} there must be ${upper} in capitals, as not every Fabric reads "${gate}"`,
      column,
    );
  }
  if (depth > DEEPEST) throw new PolicyError(`at column ${column} it is nested more than ${DEEPEST} deep`, column);
  tokens.expect('(');
  const threshold = gate === 'OUTOF' ? readThreshold(tokens) : undefined;
  const of = readOperands(tokens, depth);
  const n = threshold?.n ?? (gate === 'AND' ? of.length : 1);
  if (threshold !== undefined && n > of.length) {
    // Fabric lets one more than all through (secondPass), which nobody can fulfil.
    const message = `at column ${threshold.column} it asks for ${n} out of ${of.length}, which nobody can fulfil`;
    throw new PolicyError(message, threshold.column);
  }
  return { kind: 'outOf', n, of };
}

/** Fabric knows each gate as written in its constants, in lower and in upper case (FromString). */
function gateOf(word: string): 'AND' | 'OR' | 'OUTOF' | 'and' | 'or' | undefined {
  switch (word) {
    case 'AND':
    case 'And':
      return 'AND';
    case 'OR':
    case 'Or':
      return 'OR';
    case 'OUTOF':
    case 'OutOf':
    case 'outof':
      return 'OUTOF';
    case 'and':
    case 'or':
      return word;
    default:
      return undefined;
  }
}

/** How many are needed: a number, or one in quotes, which Fabric takes too. */
function readThreshold(tokens: Tokens): { n: number; column: number } {
  const { number, quoted, column, found } = tokens.next();
  const digits = number ?? quoted ?? '';
  if (!/^\d{1,6}$/.test(digits)) {
    throw new PolicyError(
      `at column ${column} there must be how many are needed, a whole number (found ${found})`,
      column,
    );
  }
  tokens.expect(',');
  return { n: Number(digits), column };
}

function readOperands(tokens: Tokens, depth: number): SignaturePolicy[] {
  const operands: SignaturePolicy[] = [];
  for (;;) {
    operands.push(readOperand(tokens, depth));
    const { mark, column, found } = tokens.next();
    if (mark === ')') return operands;
    if (mark !== ',') throw new PolicyError(`at column ${column} there must be "," or ")" (found ${found})`, column);
  }
}

function readOperand(tokens: Tokens, depth: number): SignaturePolicy {
  const { quoted, word, column, found } = tokens.peek();
  if (quoted !== undefined) {
    tokens.next();
    return roleOf(quoted, column);
  }
  if (word !== undefined) return readGate(tokens, depth + 1);
  const wanted = "a role in quotes, such as 'Org1MSP.peer', or AND, OR or OutOf";
  throw new PolicyError(`at column ${column} there must be ${wanted} (found ${found})`, column);
}

function roleOf(text: string, column: number): SignaturePolicy {
  const [, mspId, word] = ROLE.exec(text) ?? [];
  const role = POLICY_ROLES.find((known) => known === word);
  if (mspId !== undefined && role !== undefined) return { kind: 'role', mspId, role };
  const wanted = `an MSP ID, a dot and one of ${POLICY_ROLES.join(', ')}, such as 'Org1MSP.peer'`;
  throw new PolicyError(`at column ${column} there must be ${wanted} (found ${asFound(`'${text}'`)})`, column);
}

/** A piece of the text; one of the first four is there, none at the end. */
interface Token {
  readonly word?: string;
  readonly number?: string;
  readonly quoted?: string;
  readonly mark?: string;
  readonly column: number;
  /** As it stands in messages. */
  readonly found: string;
}

interface Tokens {
  next(): Token;
  peek(): Token;
  expect(mark: string): void;
}

const END = 'the end';

const TOKEN =
  /\s*(?:(?<word>[A-Za-z_]\w*)|(?<number>[-+]?\d[\w.]*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<mark>\S))/y;

/** A longer piece would push the rest of the message off the line. */
const LONGEST_FOUND = 60;

function asFound(written: string): string {
  const piece = written.length > LONGEST_FOUND ? `${written.slice(0, LONGEST_FOUND)}…` : written;
  return /^['"]./.test(piece) ? piece : `"${piece}"`;
}

function tokensOf(text: string): Tokens {
  let position = 0;

  function read(): { token: Token; end: number } {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) return { token: { column: text.length + 1, found: END }, end: text.length };
    const { word, number, single, double, mark } = match.groups ?? {};
    const written = match[0].trim();
    const token = {
      ...(word === undefined ? {} : { word }),
      ...(number === undefined ? {} : { number }),
      ...(single === undefined && double === undefined ? {} : { quoted: single ?? double ?? '' }),
      ...(mark === undefined ? {} : { mark }),
      column: position + match[0].length - written.length + 1,
      found: asFound(written),
    };
    return { token, end: position + match[0].length };
  }

  function next(): Token {
    const { token, end } = read();
    position = end;
    return token;
  }

  return {
    next,
    peek: () => read().token,
    expect: (mark) => {
      const token = next();
      if (token.mark === mark) return;
      throw new PolicyError(`at column ${token.column} there must be "${mark}" (found ${token.found})`, token.column);
    },
  };
}

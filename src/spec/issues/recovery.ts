import type { Issue, Path } from './issue.ts';

type Container = Record<string | number, unknown>;

/**
 * A copy of a misshapen description that has the right shape at every reported place, so that the rest of it can be checked too. What is
 * put there is neutral: it is in conflict with nothing, and no issue comes of it.
 */
export function recovered(value: unknown, issues: readonly Issue[]): unknown {
  const copy = copyOf(value);
  for (const [at, issue] of issues.entries()) repair(copy, issue, `unnamed-${at}`);
  return copy;
}

/** Descriptions are at most 7 levels deep; garbage that is deeper must not exhaust the stack. */
const DEEPEST = 10;

/** structuredClone does not exist in a workflow's isolate. */
function copyOf(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item, depth + 1)]));
}

function repair(root: unknown, { path, suggestion, atName }: Issue, unique: string): void {
  const step = path.at(-1);
  const place = containerAt(path.slice(0, -1), root);
  if (step === undefined || place === undefined) return;
  if (suggestion !== undefined) place[suggestion] ??= place[step];
  const neutral = atName === true ? undefined : neutralValue(path, unique);
  if (neutral !== undefined) place[step] = neutral;
  else if (!Array.isArray(place)) Reflect.deleteProperty(place, step);
}

function containerAt(path: Path, root: unknown): Container | undefined {
  let here = root;
  for (const step of path) here = typeof here === 'object' && here !== null ? (here as Container)[step] : undefined;
  return typeof here === 'object' && here !== null ? (here as Container) : undefined;
}

/** Undefined where leaving the field out is neutral. */
function neutralValue(path: Path, unique: string): unknown {
  const [root] = path;
  const step = path.at(-1);
  const isItem = typeof step === 'number';
  if (root === 'channels') return neutralInChannel(path, isItem, unique);
  if (root === 'chaincodes') return isItem ? neutralItem(path, unique) : NEUTRAL_IN_CHAINCODE[String(step)]?.(unique);
  return isItem ? { name: unique } : NEUTRAL[String(step)]?.(unique);
}

/** Below a channel's own level all lists are of names. */
function neutralInChannel(path: Path, isItem: boolean, unique: string): unknown {
  if (isItem) return path.length === 2 ? { name: unique } : unique;
  if (path.at(-1) === 'type') return 'raft';
  return path.at(-1) === 'name' || path.at(-1) === 'organization' ? unique : undefined;
}

/** A chaincode or a collection. */
function neutralItem(path: Path, unique: string): unknown {
  return path.length === 2 ? { name: unique, version: '0' } : { name: unique, policy: NEUTRAL_POLICY };
}

const NEUTRAL_POLICY = "OR('unnamed.member')";

const NEUTRAL_IN_CHAINCODE: Readonly<Record<string, (unique: string) => unknown>> = {
  name: (unique) => unique,
  version: () => '0',
  // Somebody else was meant to run it.
  address: () => 'unnamed:1',
  policy: () => NEUTRAL_POLICY,
};

const NEUTRAL: Readonly<Record<string, (unique: string) => unknown>> = {
  name: (unique) => unique,
  mspId: (unique) => unique,
  namespace: (unique) => unique,
  // The longest and the shortest lifetimes, so that none is too long for the CA's.
  ca: () => '999999h',
  identity: () => '1h',
  tls: () => '1h',
  // Some nodes were meant to be there.
  orderers: (unique) => [{ name: unique }],
  organizations: (unique) => [{ name: unique, orderers: 1 }],
};

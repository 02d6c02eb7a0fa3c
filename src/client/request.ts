import { createHash } from 'node:crypto';

import { completeDescription, isMapping } from '../spec/index.ts';
import type { RunLabels } from './temporal.ts';

/** What a run is asked to do, as its own arguments say it. */
export interface RunRequest {
  /** In the words of the command line, e.g. `up --prune-data`; the workflow's name if no command starts it. */
  readonly operation: string;
  /** A hexadecimal SHA-256: two runs with the same one do the same. */
  readonly fingerprint: string;
}

/**
 * Reads from a workflow's arguments what it is asked to do. Who started it does not matter: a description in short form, as
 * `temporal workflow start` may have been given it, asks for the same as its completed form.
 */
export function requestOf(type: string, args: readonly unknown[]): RunRequest {
  const operation = operationOf(type, args[1]);
  return { operation, fingerprint: fingerprint(operation, subjectOf(type, args)) };
}

/** What a run of a network is found by; undefined for a run of another kind. */
export function labelsOf(workflowId: string, type: string, args: readonly unknown[]): RunLabels | undefined {
  const subject = networkOfRun(workflowId);
  const operation = COMMANDS[type]?.command;
  if (subject === undefined || operation === undefined) return undefined;
  const completed = type === 'applyNetwork' ? completeDescription(args[0]) : undefined;
  const organizations = completed?.ok === true ? completed.network.organizations : [];
  return { ...subject, operation, organizations: organizations.map(({ name }) => name) };
}

/** The network that holds a workflow id (`networkWorkflowId()`), and its cluster; undefined for another id. */
export function networkOfRun(workflowId: string): { readonly cluster: string; readonly network: string } | undefined {
  const [, cluster, network] = /^network\/([^/]+)\/([^/]+)$/.exec(workflowId) ?? [];
  return cluster === undefined || network === undefined ? undefined : { cluster, network };
}

interface Words {
  readonly command: string;
  /** Options that change what is done, and how the command line calls them. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Approval changes whether something is done, not what: it is no part of the words. */
const COMMANDS: Readonly<Record<string, Words>> = {
  applyNetwork: {
    command: 'up',
    flags: { dryRun: '--dry-run', pruneData: '--prune-data', removeChannels: '--remove-channels' },
  },
  removeNetwork: { command: 'down', flags: { dryRun: '--dry-run', keepData: '--keep-data' } },
  renewNetwork: { command: 'renew', flags: { dryRun: '--dry-run', newKey: '--new-key' } },
  addIdentity: { command: 'identity add', flags: {} },
  revokeIdentity: { command: 'identity revoke', flags: {} },
  keepNetwork: { command: 'keep', flags: { heal: '--heal' } },
  inspectNetwork: { command: 'status', flags: {} },
};

function operationOf(type: string, options: unknown): string {
  const words = COMMANDS[type];
  if (words === undefined) return type;
  const flags = Object.entries(words.flags).filter(([option]) => isMapping(options) && options[option] === true);
  const targets = isMapping(options) && Array.isArray(options['targets']) ? options['targets'] : [];
  return [
    words.command,
    ...flags.map(([, flag]) => flag),
    ...targets.map((target) => `--target ${String(target)}`),
  ].join(' ');
}

function subjectOf(type: string, args: readonly unknown[]): unknown {
  const [first] = args;
  if (type === 'applyNetwork') {
    const completed = completeDescription(first);
    return completed.ok ? completed.network : first;
  }
  // With or without the namespaces to look in it is the same network that goes.
  if (['removeNetwork', 'renewNetwork'].includes(type) && isMapping(first)) return first['network'];
  if (['addIdentity', 'revokeIdentity'].includes(type) && isMapping(first)) return [first['network'], args[1]];
  return args;
}

/** Does not depend on the order of an object's keys. */
function fingerprint(operation: string, subject: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, canonical(subject)]))
    .digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, canonical(member)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

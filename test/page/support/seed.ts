import {
  finishRun,
  keepConditions,
  keepSteps,
  recordRun,
  saveRevision,
  tryToObserve,
  type Database,
  type StoredNetwork,
  type StoredRun,
} from '../../../src/database/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import type { Network } from '../../../src/spec/index.ts';
import type { Condition, StepRecord } from '../../../src/workflows/messages.ts';

/** When everything that is seeded has happened, unless it says otherwise. */
export const THEN = new Date('2026-11-26T10:00:00Z');

/** Three nodes: a CA and an orderer in one organization would be two, so peers and orderers share theirs. */
export const THREE_NODES = `# The smallest network that there can be.
name: small
organizations:
  - { name: org1, orderers: 1, peers: 1 }
channels:
  - { name: mychannel, orderers: [org1], peers: [org1] }
`;

/** @param peers in each of ten organizations, beside its CA */
export function largeDescription(name: string, peers: number): string {
  const organizations = Array.from({ length: 10 }, (_, index) => `org${index + 1}`);
  return [
    `name: ${name}`,
    'organizations:',
    '  - { name: ord, mspId: OrdererMSP, orderers: 5 }',
    ...organizations.map((organization) => `  - { name: ${organization}, peers: ${peers} }`),
    'channels:',
    ...['trade', 'audit', 'logistics'].map(
      (channel, index) =>
        `  - { name: ${channel}, orderers: [ord], peers: [${organizations.slice(index, index + 8).join(', ')}] }`,
    ),
    '',
  ].join('\n');
}

/** The network that a description is about. */
export function networkOf(source: string): Network {
  const parsed = parseDescription(source, 'seed');
  if (parsed.ok) return parsed.network;
  throw new Error(parsed.issues.map(({ path, message }) => `${path} ${message}`).join('; '));
}

/** Keeps a description as `PUT` does. */
export async function seedNetwork(database: Database, source: string): Promise<StoredNetwork> {
  const described = networkOf(source);
  const saved = await saveRevision(database, {
    network: { cluster: 'local', name: described.name },
    description: described,
    source,
    at: THEN,
    by: 'ana',
  });
  if (saved.kind !== 'saved') throw new Error('somebody else has seeded the network');
  return saved.network;
}

export async function seedConditions(
  database: Database,
  network: StoredNetwork,
  conditions: readonly Condition[],
): Promise<void> {
  await keepConditions(database, network.id, { conditions, seenAt: THEN, revision: 1 });
}

let runs = 0;

/** Keeps a run with its steps, as the observer does; without an end it goes on, and is observed by another process than the server. */
export async function seedRun(
  database: Database,
  network: StoredNetwork,
  steps: readonly StepRecord[],
  end?: { readonly state: 'done' | 'failed'; readonly error?: unknown },
): Promise<StoredRun> {
  runs += 1;
  const run = await recordRun(database, {
    networkId: network.id,
    workflowId: `network/local/${network.name}`,
    temporalRunId: `run-${runs}`,
    kind: 'up',
    revision: 1,
    startedAt: new Date(THEN.getTime() + runs * 60_000),
    requestedBy: 'ana',
  });
  await keepSteps(
    database,
    run.id,
    steps.map(({ step, target, outcome, attempts, reason, seconds }) => ({
      ...{ path: '', step, target, outcome, type: '', reason, seconds },
      attempt: outcome === 'running' ? attempts + 1 : attempts,
    })),
  );
  if (end === undefined) {
    await tryToObserve(database, run.id);
  } else {
    const { state, error } = end;
    await finishRun(database, run.id, { state, at: new Date(run.startedAt.getTime() + 95_000), error });
  }
  return run;
}

export function condition(
  type: Condition['type'],
  status: Condition['status'],
  message: string,
  reason = 'Seen',
): Condition {
  return { type, status, message, reason };
}

export function stepOf(
  target: string,
  step: string,
  outcome: StepRecord['outcome'],
  facts: Partial<StepRecord> = {},
): StepRecord {
  return { step, target, outcome, attempts: outcome === 'running' ? 0 : 1, seconds: 4, reason: '', ...facts };
}

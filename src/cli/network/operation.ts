import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostname, userInfo } from 'node:os';

import {
  requestOf,
  queuesWithoutWorker,
  startOrJoin,
  type OpenRun,
  type RunReference,
  type Temporal,
} from '../../client/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { clockTime } from '../render/duration.ts';
import type { Session } from '../session.ts';
import type { Target } from '../target.ts';

/** A workflow to start, and what it means to people. */
export interface Operation {
  readonly network: string;
  /** Name of the workflow function. */
  readonly type: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  /** What is done to what, e.g. `Bringing up test-network on local`. */
  readonly title: string;
}

/** A worker polls or it does not; this bridges one that is just being restarted. */
const WORKER_PATIENCE_MS = 3_000;

const POLL_MS = 500;

/**
 * Connects to a target's Temporal, makes sure that workers are there for it, and closes the connection afterwards.
 *
 * @throws CommandFailure (exit code 4) naming the task queues that no worker polls.
 */
export async function withTemporal<T>(
  session: Session,
  target: Target,
  work: (temporal: Temporal) => Promise<T>,
): Promise<T> {
  const temporal = await session.connect(target.temporal);
  try {
    await requireWorkers(session, temporal, target);
    return await work(temporal);
  } finally {
    await temporal.close();
  }
}

/**
 * Starts a network's run, or joins the open one that does the same.
 *
 * @throws CommandFailure (exit code 7) if another run holds the network.
 */
export async function startOperation(
  session: Session,
  temporal: Temporal,
  operation: Operation,
): Promise<RunReference> {
  const { type, workflowId, args, title, network } = operation;
  const start = await startOrJoin(temporal, { type, workflowId, args, summary: title }, whoAmI());
  if (start.kind === 'refused') throw busy(network, start.by, requestOf(type, args).operation);
  if (start.kind === 'joined') {
    session.note(`The same run is under way since ${clockTime(start.since)}: watching it.\n`);
  }
  return start.run;
}

/** An id for a run that locks nothing, e.g. `plan/local/test-network/5f0c2d1e`. */
export function passingWorkflowId(kind: 'plan' | 'status', cluster: string, network: string): string {
  return `${kind}/${cluster}/${network}/${randomBytes(4).toString('hex')}`;
}

async function requireWorkers(session: Session, temporal: Temporal, target: Target): Promise<void> {
  const deadline = session.now().getTime() + WORKER_PATIENCE_MS;
  for (let told = false; ; told = true) {
    const missing = await queuesWithoutWorker(temporal, target.cluster, session.now());
    if (missing.length === 0) return;
    if (session.now().getTime() >= deadline) throw noWorker(target, missing);
    if (!told) session.note(`Waiting for a worker on ${queueNames(missing)} ...\n`);
    await sleep(POLL_MS);
  }
}

function noWorker({ temporal, workerCommand }: Target, missing: readonly string[]): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.unreachable,
    message: `no worker polls ${queueNames(missing)} of Temporal at ${temporal.address}. Nothing was started.`,
    hints: [`Start one, and leave it running: ${workerCommand}`],
  });
}

function queueNames(queues: readonly string[]): string {
  return `task queue${queues.length === 1 ? '' : 's'} ${queues.join(' and ')}`;
}

function busy(network: string, by: OpenRun, command: string): CommandFailure {
  const who = by.requestedBy === '' ? '' : ` by ${by.requestedBy}`;
  const same = by.operation === command ? ' with another description' : '';
  return new CommandFailure({
    exitCode: EXIT.busy,
    message: `another run holds ${network}: \`${by.operation}\`${same}, started at ${clockTime(by.since)}${who}. Nothing was started.`,
    hints: [`Watch it: weft watch ${network}`, `Stop it:  weft cancel ${network}`],
    document: { network, outcome: 'failed', steps: [], counts: { unchanged: 0, created: 0, updated: 0, removed: 0 } },
  });
}

function whoAmI(): string {
  return `${userInfo().username}@${hostname()}`;
}

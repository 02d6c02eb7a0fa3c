import { activityTaskQueue, clusterOfQueue, WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import type { Poller, QueueKind, Temporal } from './temporal.ts';

/**
 * A worker's poll is answered or renewed within 60 s (Temporal's long poll), but the server remembers each poller for
 * 5 minutes: one that has not asked for longer than this is gone.
 */
export const POLLER_LIFETIME_MS = 70_000;

/** So many heartbeats of a worker in a row may be late or get lost. */
const LOST_HEARTBEATS = 3;

/** How late a heartbeat may be on a busy machine, in milliseconds. */
const HEARTBEAT_DELAY_MS = 5_000;

/** The workers of one task queue. */
export interface QueueWorkers {
  readonly queue: string;
  /** Name of the cluster whose steps wait there; absent from the queue of workflows. */
  readonly cluster?: string;
  /** Whether a worker takes what is put there. */
  readonly isPolled: boolean;
  /** When the last worker gave a sign of life; absent if none has within the last minutes. */
  readonly seenAt?: Date;
}

/** Looks at the workers of a task queue. @param now the time, to tell workers that poll from those that have gone */
export async function workersOf(temporal: Temporal, queue: string, kind: QueueKind, now: Date): Promise<QueueWorkers> {
  const signs = (await temporal.pollers(queue, kind)).map((poller) => signOf(poller, now));
  const cluster = clusterOfQueue(queue);
  const seenAt = signs.map(({ at }) => at).reduce<Date | undefined>(later, undefined);
  return {
    queue,
    ...(cluster === undefined ? {} : { cluster }),
    isPolled: signs.some(({ isAlive }) => isAlive),
    ...(seenAt && { seenAt }),
  };
}

/** Looks at the workers of a cluster's steps. @param now as for {@link workersOf} */
export function clusterWorkers(temporal: Temporal, cluster: string, now: Date): Promise<QueueWorkers> {
  return workersOf(temporal, activityTaskQueue(cluster), 'activity', now);
}

/**
 * Names the task queues of a run that no worker polls.
 *
 * @param clusters - names of the clusters on which it works, as their workers were given them.
 * @param now - the time, to tell workers that poll from those that have gone.
 */
export async function queuesWithoutWorker(
  temporal: Temporal,
  clusters: readonly string[],
  now: Date,
): Promise<readonly string[]> {
  const looks = await Promise.all([
    workersOf(temporal, WORKFLOW_TASK_QUEUE, 'workflow', now),
    ...clusters.map((cluster) => clusterWorkers(temporal, cluster, now)),
  ]);
  return looks.filter(({ isPolled }) => !isPolled).map(({ queue }) => queue);
}

/** The last sign of life of a worker, and whether it still works. */
function signOf({ lastAccess, heartbeat }: Poller, now: Date): { readonly at: Date; readonly isAlive: boolean } {
  if (heartbeat === undefined) return { at: lastAccess, isAlive: isWithin(lastAccess, POLLER_LIFETIME_MS, now) };
  // It says that it ends after its last poll; whoever polls after that is another, which has the same identity.
  if (heartbeat.isEnding && heartbeat.at >= lastAccess) return { at: heartbeat.at, isAlive: false };
  const at = later(lastAccess, heartbeat.at);
  const { everyMs } = heartbeat;
  // One that has all hands full does not poll, and its heartbeats go on.
  const silence = everyMs === undefined ? POLLER_LIFETIME_MS : everyMs * LOST_HEARTBEATS + HEARTBEAT_DELAY_MS;
  return { at, isAlive: isWithin(at, Math.min(silence, POLLER_LIFETIME_MS), now) };
}

function later(one: Date | undefined, other: Date): Date {
  return one === undefined || other > one ? other : one;
}

function isWithin(time: Date, ms: number, now: Date): boolean {
  return now.getTime() - time.getTime() < ms;
}

import { activityTaskQueue, WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import type { QueueKind, Temporal } from './temporal.ts';

/**
 * A worker's poll is answered or renewed within 60 s (Temporal's long poll), but the server remembers each poller for
 * 5 minutes: one that has not asked for longer than this is gone.
 */
export const POLLER_LIFETIME_MS = 70_000;

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
  const queues: readonly (readonly [string, QueueKind])[] = [
    [WORKFLOW_TASK_QUEUE, 'workflow'],
    ...clusters.map((cluster) => [activityTaskQueue(cluster), 'activity'] as const),
  ];
  const polled = await Promise.all(
    queues.map(async ([queue, kind]) => {
      const pollers = await temporal.pollers(queue, kind);
      return pollers.some((lastAccess) => now.getTime() - lastAccess.getTime() < POLLER_LIFETIME_MS);
    }),
  );
  return queues.filter((_, index) => polled[index] === false).map(([queue]) => queue);
}

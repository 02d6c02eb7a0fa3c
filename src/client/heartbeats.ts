import type { Connection } from '@temporalio/client';

import { millisecondsOf, timeOf } from './description.ts';
import type { WorkerHeartbeat } from './temporal.ts';

/** Number of "running" in Temporal's API (temporal.api.enums.v1.WorkerStatus). */
const RUNNING = 1;

/** How long the server may take, in milliseconds: it answers from memory, and there is an answer without this one. */
const PATIENCE_MS = 2_000;

/** More workers than one queue has. */
const MOST_WORKERS = 200;

/**
 * What the workers of a task queue have said of themselves last, by their identities; empty where the server does not tell it: before 1.29 it keeps no
 * heartbeats of workers, and it may be told not to.
 */
export async function heartbeatsOn(
  connection: Connection,
  namespace: string,
  queue: string,
): Promise<ReadonlyMap<string, WorkerHeartbeat>> {
  const latest = new Map<string, WorkerHeartbeat>();
  for (const { workerHeartbeat } of await workersOn(connection, namespace, queue)) {
    const { workerIdentity, taskQueue, heartbeatTime, elapsedSinceLastHeartbeat, status } = workerHeartbeat ?? {};
    const at = timeOf(heartbeatTime);
    if (!workerIdentity || taskQueue !== queue || at === undefined) continue;
    // A process that was started again in the same container has the identity of the one before.
    const known = latest.get(workerIdentity);
    if (known !== undefined && known.at > at) continue;
    const everyMs = millisecondsOf(elapsedSinceLastHeartbeat);
    latest.set(workerIdentity, { at, isEnding: Number(status) !== RUNNING, ...(everyMs ? { everyMs } : {}) });
  }
  return latest;
}

type WorkerInfos = Awaited<ReturnType<Connection['workflowService']['listWorkers']>>['workersInfo'];

async function workersOn(connection: Connection, namespace: string, queue: string): Promise<WorkerInfos> {
  // A name with a quote would end the text of the query; such a queue is judged by its polls.
  if (queue.includes("'")) return [];
  try {
    const { workersInfo } = await connection.withDeadline(Date.now() + PATIENCE_MS, () =>
      connection.workflowService.listWorkers({
        namespace,
        pageSize: MOST_WORKERS,
        query: `TaskQueue = '${queue}'`,
      }),
    );
    return workersInfo;
  } catch {
    // Whether the server is there is what the caller has asked before.
    return [];
  }
}

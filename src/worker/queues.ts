import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';

import type { Activities } from '../activities/index.ts';
import { activityTaskQueue, WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

/** What a worker process does, and for which cluster. */
export interface QueueSettings {
  /** Temporal namespace. */
  readonly namespace: string;
  /** Name of the cluster in workflow ids and task queues, e.g. `local`. */
  readonly cluster: string;
  readonly activities: Activities;
  readonly dataConverter: DataConverter;
}

// Steps at the same time: enough for a network of some dozen nodes, few enough to be kind to an API server.
const CONCURRENT_STEPS = 40;

// Every beat of a step (src/activities/activity.ts) is passed on; otherwise what a run waits for would show ten seconds late.
const HEARTBEAT_INTERVAL = '3s';

// What a step may take to come to a safe stop when the worker is told to end; below the usual 30 s of a pod's grace.
const SHUTDOWN_GRACE = '10s';

/** Makes the workers of one process: one for all workflows (queue `weft`), one for a cluster's activities (`weft-<cluster>`). */
export async function createWorkers(
  connection: NativeConnection,
  { namespace, cluster, activities, dataConverter }: QueueSettings,
): Promise<readonly Worker[]> {
  const common = { connection, namespace, dataConverter, shutdownGraceTime: SHUTDOWN_GRACE };
  const workflowBundle = await bundleWorkflows(dataConverter);
  return Promise.all([
    Worker.create({ ...common, taskQueue: WORKFLOW_TASK_QUEUE, workflowBundle }),
    Worker.create({
      ...common,
      taskQueue: activityTaskQueue(cluster),
      activities,
      maxConcurrentActivityTaskExecutions: CONCURRENT_STEPS,
      maxHeartbeatThrottleInterval: HEARTBEAT_INTERVAL,
    }),
  ]);
}

/** Runs workers side by side; when one ends, however it ends, the others are told to end too. */
export async function runTogether(
  workers: readonly Worker[],
  { signal, ready }: { readonly signal?: AbortSignal | undefined; readonly ready?: (() => void) | undefined },
): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const runs = workers.map((worker) => worker.run().finally(stop));
    ready?.();
    if (signal?.aborted === true) stop();
    await Promise.all(runs);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

import type { DataConverter } from '@temporalio/common';
import { Runtime, Worker, type Logger, type NativeConnection, type WorkerOptions } from '@temporalio/worker';

import type { Activities } from '../activities/index.ts';
import { activityTaskQueue, WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import { deploymentClient } from './deployment.ts';
import { stepTuner } from './slots.ts';
import { freePlaces, stepMetrics } from './step-metrics.ts';
import { stepSpans } from './step-spans.ts';
import type { WorkerVersion } from './version.ts';
import {
  awaitDrained,
  findUnsupported,
  INTERVALS,
  keepVersion,
  type VersioningContext,
  type VersioningIntervals,
} from './versioning.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

/** What a worker process does, and for which cluster. */
export interface HostSettings {
  /** Temporal namespace. */
  readonly namespace: string;
  /** Name of the cluster in workflow ids and task queues, e.g. `local`. */
  readonly cluster: string;
  readonly activities: Activities;
  readonly dataConverter: DataConverter;
  readonly version: WorkerVersion;
  readonly logger: Logger;
  /** Ends the worker in good order: it finishes or hands back what it works on. */
  readonly stop: AbortSignal;
  /** Ends it as well, but not before the runs have ended that only this version of it can carry on. */
  readonly drain?: AbortSignal | undefined;
  /** Called once both queues are polled and new runs go to some worker. */
  readonly ready?: (() => void) | undefined;
  /** Called once it ends, whether it was told to, has nothing left to wait for, or failed. */
  readonly ending?: (() => void) | undefined;
  readonly intervals?: VersioningIntervals;
}

// Every beat of a step (src/activities/activity.ts) is passed on; otherwise what a run waits for would show ten seconds late.
const HEARTBEAT_INTERVAL = '3s';

// What a step may take to come to a safe stop when the worker is told to end; below WORKER_END_MS.
const SHUTDOWN_GRACE = '10s';

/**
 * Hosts workflows (queue `weft`) and the activities of one cluster (queue `weft-<cluster>`) until it is told to end.
 *
 * Workers are versioned where the server can do that: a run ends on the code that it began with.
 */
export async function hostRuns(connection: NativeConnection, settings: HostSettings): Promise<void> {
  const {
    namespace,
    version,
    logger,
    intervals = INTERVALS,
    ready = () => undefined,
    ending = () => undefined,
  } = settings;
  const deployment = deploymentClient(connection, {
    namespace,
    version,
    queues: [WORKFLOW_TASK_QUEUE, activityTaskQueue(settings.cluster)],
    pollerLifetimeMs: intervals.pollerLifetime,
  });
  const unsupported = await findUnsupported({ deployment, logger, signal: settings.stop, intervals });
  if (unsupported !== undefined) {
    logger.warn(`Workers have no versions: ${unsupported} Runs may be carried on by other code than they began with.`);
  }
  const isVersioned = unsupported === undefined;
  const workers = await createWorkers(connection, settings, isVersioned);

  const ended = new AbortController();
  const stop = AbortSignal.any([settings.stop, ended.signal]);
  stop.addEventListener('abort', ending, { once: true });
  const running = runTogether(workers, stop).finally(() => {
    ended.abort();
  });
  const context: VersioningContext = { version, deployment, logger, signal: stop, intervals };
  const versioned = isVersioned ? keepVersion(context, ready) : Promise.resolve().then(ready);
  const drained = whenAborted(settings.drain, stop)
    .then(() => (isVersioned ? awaitDrained(context) : undefined))
    .finally(() => {
      ended.abort();
    });
  await Promise.all([running, versioned, drained]);
}

/** One worker for all workflows, one for the cluster's activities. */
async function createWorkers(
  connection: NativeConnection,
  { namespace, cluster, activities, dataConverter, version }: HostSettings,
  isVersioned: boolean,
): Promise<readonly Worker[]> {
  const { deploymentName, buildId } = version;
  const versioning: Pick<WorkerOptions, 'workerDeploymentOptions'> = isVersioned
    ? {
        workerDeploymentOptions: {
          version: { deploymentName, buildId },
          useWorkerVersioning: true,
          // Runs are finite and mostly short: each ends on the build that it began on.
          defaultVersioningBehavior: 'PINNED',
        },
      }
    : {};
  const common = { connection, namespace, dataConverter, shutdownGraceTime: SHUTDOWN_GRACE, ...versioning };
  const workflowBundle = await bundleWorkflows(dataConverter);
  return Promise.all([
    Worker.create({ ...common, taskQueue: WORKFLOW_TASK_QUEUE, workflowBundle }),
    Worker.create({
      ...common,
      taskQueue: activityTaskQueue(cluster),
      activities,
      interceptors: { activity: [stepMetrics, stepSpans] },
      tuner: stepTuner(freePlaces(Runtime.instance().metricMeter)),
      maxHeartbeatThrottleInterval: HEARTBEAT_INTERVAL,
    }),
  ]);
}

/** Runs workers side by side; when one ends, however it ends, the others are told to end too. */
async function runTogether(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const runs = workers.map((worker) => worker.run().finally(stop));
    if (signal.aborted) stop();
    await Promise.all(runs);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits for one of two signals. */
async function whenAborted(one: AbortSignal | undefined, other: AbortSignal): Promise<void> {
  const either = one === undefined ? other : AbortSignal.any([one, other]);
  if (either.aborted) return;
  await new Promise<void>((resolve) => {
    either.addEventListener('abort', () => {
      resolve();
    });
  });
}

import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type LogLevel,
  type NativeConnectionOptions,
} from '@temporalio/worker';

import { createActivities } from '../activities/index.ts';
import { fabricPrograms } from '../fabric/index.ts';
import { connectCluster, portForward, serviceDns, type ClusterLocation } from '../kubernetes/index.ts';
import { activityTaskQueue, WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

export interface WorkerSettings {
  /** How Temporal is reached, as `@temporalio/envconfig` gives it. */
  readonly temporal: NativeConnectionOptions;
  /** Temporal namespace. */
  readonly namespace: string;
  /** Name of the cluster in workflow ids and task queues, e.g. `local`. */
  readonly cluster: string;
  /** Which cluster that is: a context of a kubeconfig file, or the cluster that this process runs in. */
  readonly access: ClusterLocation;
  /** Folder with Fabric's programs; absent means the PATH. */
  readonly fabricBin?: string | undefined;
  readonly logLevel: LogLevel;
  /** Ends the worker in good order: it finishes or hands back what it works on. */
  readonly signal?: AbortSignal;
  /** Called once both queues are polled. */
  readonly ready?: () => void;
}

// Steps at the same time: enough for a network of some dozen nodes, few enough to be kind to an API server.
const CONCURRENT_STEPS = 40;

// Every beat of a step (src/activities/step.ts) is passed on; otherwise what a run waits for would show ten seconds late.
const HEARTBEAT_INTERVAL = '3s';

// What a step may take to come to a safe stop when the worker is told to end; below the usual 30 s of a pod's grace.
const SHUTDOWN_GRACE = '10s';

/**
 * Hosts Weft's workflows (queue `weft`) and the activities of one cluster (queue `weft-<cluster>`) until it is told
 * to stop: by `signal`, or by SIGINT or SIGTERM.
 *
 * @throws KubernetesError if the kubeconfig or its context cannot be used; TransportError if Temporal does not answer
 */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  Runtime.install({ logger: new DefaultLogger(settings.logLevel) });
  const cluster = connectCluster(settings.access);
  const reach = settings.access === 'in-cluster' ? serviceDns() : portForward(cluster);
  const programs = fabricPrograms(settings.fabricBin === undefined ? {} : { folder: settings.fabricBin });
  const connection = await NativeConnection.connect(settings.temporal);
  try {
    const common = { connection, namespace: settings.namespace, shutdownGraceTime: SHUTDOWN_GRACE };
    const workers = await Promise.all([
      Worker.create({
        ...common,
        taskQueue: WORKFLOW_TASK_QUEUE,
        workflowBundle: await bundleWorkflows(),
      }),
      Worker.create({
        ...common,
        taskQueue: activityTaskQueue(settings.cluster),
        activities: createActivities({ cluster, reach, programs }),
        maxConcurrentActivityTaskExecutions: CONCURRENT_STEPS,
        maxHeartbeatThrottleInterval: HEARTBEAT_INTERVAL,
      }),
    ]);
    await runTogether(workers, settings);
  } finally {
    await connection.close();
  }
}

/** Runs workers side by side; when one ends, however it ends, the others are told to end too. */
async function runTogether(workers: readonly Worker[], { signal, ready }: WorkerSettings): Promise<void> {
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

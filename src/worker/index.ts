import { NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';

import { createActivities } from '../activities/index.ts';
import { loadDataConverter, type TemporalSettings } from '../client/index.ts';
import { fabricNodes, fabricPrograms } from '../fabric/index.ts';
import { connectCluster, portForward, serviceDns, type ClusterLocation } from '../kubernetes/index.ts';
import { serveHealth } from './health.ts';
import { hostRuns } from './host.ts';
import { workerLogger, type LogFormat } from './log.ts';
import { prometheusMetrics } from './step-metrics.ts';
import type { WorkerVersion } from './version.ts';
import { startTracing } from '../tracing/index.ts';

export interface WorkerSettings {
  readonly temporal: TemporalSettings;
  /** Name of the cluster in workflow ids and task queues, e.g. `local`. */
  readonly cluster: string;
  /** Which cluster that is: a context of a kubeconfig file, or the cluster that this process runs in. */
  readonly access: ClusterLocation;
  /** Folder with Fabric's programs; absent means the PATH. */
  readonly fabricBin?: string | undefined;
  readonly version: WorkerVersion;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Where Prometheus finds the worker's metrics under `/metrics`, as `host:port`; absent means nowhere. */
  readonly metricsAddress?: string | undefined;
  /** Where `/livez` and `/readyz` are answered, as `host:port`; absent means nowhere. */
  readonly healthAddress?: string | undefined;
  /** Ends the worker in good order: it finishes or hands back what it works on. */
  readonly stop: AbortSignal;
  /** Ends it as well, but not before the runs have ended that only this version of it can carry on. */
  readonly drain?: AbortSignal;
  /** Called once both queues are polled and new runs go to some worker. */
  readonly ready?: () => void;
  /**
   * Ends this process at once. Called when the worker has not come to its end in time: what it waits for is in the SDK's native part, which nothing else stops.
   */
  readonly abandon: () => void;
}

/**
 * How long a worker may take to end. Supervisors kill after 30 s unless they are told otherwise, and before it ends a worker may have asked for 5 s which runs are left to it. Its
 * steps have SHUTDOWN_GRACE of this; the rest is for handing in how they went. Where Temporal does not answer, the SDK tries that for 2.5 minutes: then it is left
 * out, and Temporal has the steps tried again that it has not heard of for some time.
 */
const WORKER_END_MS = 15_000;

/** That a worker has gone is known after three of them are missing (src/client/workers.ts): within a minute. */
const SIGN_OF_LIFE_INTERVAL = '5s';

/** A server that works answers at once; who asks for readiness waits a few seconds at most. */
const PING_MS = 2_000;

/**
 * Hosts Weft's workflows (queue `weft`) and the activities of one cluster (queue `weft-<cluster>`) until it is told to end.
 *
 * @throws KubernetesError if the kubeconfig or its context cannot be used; TemporalMisconfigured if the data converter
 *   cannot be loaded; TransportError if Temporal does not answer; the error of `listen()` if there can be no health server
 */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  const { temporal, access, fabricBin, logLevel, logFormat, metricsAddress } = settings;
  const logger = workerLogger(logLevel, logFormat);
  const stopTracing = await startTracing('weft-worker', settings.version.buildId);
  Runtime.install({
    logger,
    // Signals are whoever starts the worker's: they may mean that it is to drain first.
    shutdownSignals: [],
    workerHeartbeatInterval: SIGN_OF_LIFE_INTERVAL,
    telemetryOptions: {
      // What the SDK's native part logs below this is about itself.
      logging: { filter: { core: logLevel === 'INFO' ? 'WARN' : logLevel, other: 'ERROR' }, forward: {} },
      ...(metricsAddress === undefined ? {} : { metrics: prometheusMetrics(metricsAddress) }),
    },
  });
  const dataConverter = await loadDataConverter(temporal.encoding);
  const cluster = connectCluster(access);
  const connector = access === 'in-cluster' ? serviceDns() : portForward(cluster);
  const programs = fabricPrograms(fabricBin === undefined ? {} : { folder: fabricBin });
  const connection = await NativeConnection.connect(temporal.connection);
  let isPolling = false;
  let lastMoment: NodeJS.Timeout | undefined;
  const whyNotReady = async (): Promise<string | undefined> => {
    if (settings.stop.aborted) return 'the worker stops.';
    if (!isPolling) return 'the worker does not poll yet.';
    const ping = connection.withDeadline(Date.now() + PING_MS, () => connection.workflowService.getSystemInfo({}));
    return ping.then(
      () => undefined,
      () => 'Temporal does not answer.',
    );
  };
  const health =
    settings.healthAddress === undefined ? undefined : await serveHealth(settings.healthAddress, whyNotReady);
  try {
    await hostRuns(connection, {
      namespace: temporal.namespace,
      cluster: settings.cluster,
      activities: createActivities({ cluster, connector, nodes: fabricNodes, programs }),
      dataConverter,
      version: settings.version,
      logger,
      stop: settings.stop,
      drain: settings.drain,
      ending: () => {
        lastMoment = setTimeout(() => {
          logger.warn(
            `The worker has not come to its end within ${WORKER_END_MS / 1_000} s: it ends now, and steps that it has not handed in are tried again`,
          );
          settings.abandon();
        }, WORKER_END_MS);
      },
      ready: () => {
        isPolling = true;
        settings.ready?.();
      },
    });
  } finally {
    await health?.close();
    await connection.close();
    await stopTracing();
    clearTimeout(lastMoment);
  }
}

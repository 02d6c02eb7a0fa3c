import { DefaultLogger, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';

import { createActivities } from '../activities/index.ts';
import { loadDataConverter, type TemporalSettings } from '../client/index.ts';
import { fabricPrograms } from '../fabric/index.ts';
import { connectCluster, portForward, serviceDns, type ClusterLocation } from '../kubernetes/index.ts';
import { createWorkers, runTogether } from './queues.ts';

export interface WorkerSettings {
  readonly temporal: TemporalSettings;
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

/**
 * Hosts Weft's workflows (queue `weft`) and the activities of one cluster (queue `weft-<cluster>`) until it is told
 * to stop: by `signal`, or by SIGINT or SIGTERM.
 *
 * @throws KubernetesError if the kubeconfig or its context cannot be used; TemporalMisconfigured if the data converter
 *   cannot be loaded; TransportError if Temporal does not answer
 */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  const { temporal, access, fabricBin } = settings;
  Runtime.install({ logger: new DefaultLogger(settings.logLevel) });
  const dataConverter = await loadDataConverter(temporal.dataConverter);
  const cluster = connectCluster(access);
  const reach = access === 'in-cluster' ? serviceDns() : portForward(cluster);
  const programs = fabricPrograms(fabricBin === undefined ? {} : { folder: fabricBin });
  const connection = await NativeConnection.connect(temporal.connection);
  try {
    const workers = await createWorkers(connection, {
      namespace: temporal.namespace,
      cluster: settings.cluster,
      activities: createActivities({ cluster, reach, programs }),
      dataConverter,
    });
    await runTogether(workers, settings);
  } finally {
    await connection.close();
  }
}

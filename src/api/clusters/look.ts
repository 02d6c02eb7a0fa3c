import { clusterWorkers } from '../../client/index.ts';
import { keepWorkers, listClusters } from '../../database/index.ts';
import type { ApiServices } from '../services.ts';

/**
 * Looks which clusters have a worker, and keeps what it finds: a network of a cluster without one stands as it is and cannot be changed, and nobody would
 * be told before they try.
 */
export async function lookAtWorkers({ database, temporal, cluster, now }: ApiServices): Promise<void> {
  for (const { name } of await listClusters(database, cluster)) {
    const at = now();
    const { isPolled, seenAt } = await clusterWorkers(temporal, name, at);
    await keepWorkers(database, cluster, { cluster: name, isPolled, ...(seenAt && { seenAt }) }, at);
  }
}

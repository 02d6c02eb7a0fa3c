import { z } from 'zod';

import type { MissingWorker, StoredCluster } from '../../database/index.ts';

/** A cluster on which networks are. */
export const clusterSchema = z
  .object({
    name: z.string(),
    networks: z.int().describe('How many networks have organizations there.'),
    worker: z
      .enum(['True', 'False', 'Unknown'])
      .describe('Whether a worker does the steps of networks there; Unknown where nobody has looked.'),
    workerSeenAt: z.string().optional().describe('When a worker gave the last sign of life.'),
    withoutWorkerSince: z.string().optional().describe('Absent while there is a worker.'),
    lookedAt: z.string().optional().describe('When somebody looked last; absent where nobody has.'),
  })
  .meta({ title: 'Cluster' });

/** Clusters whose steps nobody does. */
export const missingWorkersSchema = z
  .array(z.object({ cluster: z.string(), since: z.string() }).meta({ title: 'MissingWorker' }))
  .readonly();

export function clusterResource(cluster: StoredCluster): z.infer<typeof clusterSchema> {
  const { name, networks, lookedAt, seenAt, missingSince } = cluster;
  return {
    name,
    networks,
    worker: lookedAt === undefined ? 'Unknown' : missingSince === undefined ? 'True' : 'False',
    ...(seenAt === undefined ? {} : { workerSeenAt: seenAt.toISOString() }),
    ...(missingSince === undefined ? {} : { withoutWorkerSince: missingSince.toISOString() }),
    ...(lookedAt === undefined ? {} : { lookedAt: lookedAt.toISOString() }),
  };
}

export function missingWorkersResource(missing: readonly MissingWorker[]): z.infer<typeof missingWorkersSchema> {
  return missing.map(({ cluster, since }) => ({ cluster, since: since.toISOString() }));
}

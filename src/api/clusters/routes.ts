import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { listClusters } from '../../database/index.ts';
import { onlyNetworks } from '../access/roles.ts';
import { callerOf } from '../access/sign-in.ts';
import type { ApiServices } from '../services.ts';
import { clusterResource, clusterSchema } from './resource.ts';

/** What can be asked of clusters. */
export function addClusterRoutes(api: FastifyInstance, { database, cluster }: ApiServices): void {
  api.withTypeProvider<ZodTypeProvider>().get(
    '/v1/clusters',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Clusters'],
        summary: 'The clusters on which networks are, and whether a worker does their steps',
        response: { 200: z.object({ clusters: z.array(clusterSchema) }) },
      },
    },
    async (request) => {
      const only = onlyNetworks(callerOf(request), cluster);
      return { clusters: (await listClusters(database, cluster, only)).map(clusterResource) };
    },
  );
}

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import {
  findNetwork,
  findRevision,
  listRuns,
  listStoredNetworks,
  missingWorkers,
  type StoredNetwork,
} from '../../database/index.ts';
import { onlyNetworks } from '../access/roles.ts';
import { callerOf } from '../access/sign-in.ts';
import { nextPageTokenSchema, pageQuerySchema, pageRequest } from '../paging.ts';
import { runSummary, runSummarySchema } from '../runs/resource.ts';
import type { ApiServices } from '../services.ts';
import { networkParams, requireNetwork } from './lookup.ts';
import { etagHeader, networkResource, networkSchema, networkSummary, networkSummarySchema } from './resource.ts';

/** What can be asked of networks and changes nothing. */
export function addNetworkReads(api: FastifyInstance, services: ApiServices): void {
  const { database, cluster } = services;
  const routes = api.withTypeProvider<ZodTypeProvider>();

  const summaries = async (networks: readonly StoredNetwork[]): Promise<ReturnType<typeof networkSummary>[]> => {
    const missing = await missingWorkers(database, cluster);
    return networks.map((network) => networkSummary(network, missing.get(network.id) ?? []));
  };

  routes.get(
    '/v1/networks',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Networks'],
        summary: 'The networks of the cluster, by name',
        querystring: pageQuerySchema,
        response: { 200: z.object({ networks: z.array(networkSummarySchema), nextPageToken: nextPageTokenSchema }) },
      },
    },
    async (request) => {
      const only = onlyNetworks(callerOf(request), cluster);
      if (only !== undefined) {
        const found = await Promise.all(only.map((name) => findNetwork(database, { cluster, name })));
        const networks = await summaries(found.flatMap((network) => network ?? []));
        return { networks, nextPageToken: '' };
      }
      const { items, nextToken = '' } = await listStoredNetworks(database, { cluster }, pageRequest(request.query));
      return { networks: await summaries(items), nextPageToken: nextToken };
    },
  );

  routes.get(
    '/v1/networks/:name',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Networks'],
        summary: 'A network with its description',
        params: networkParams,
        response: { 200: networkSchema },
      },
    },
    async (request, reply) => {
      const network = await requireNetwork(services, request.params.name);
      const { id, revision } = network;
      const described = revision === undefined ? undefined : await findRevision(database, id, revision);
      const missing = (await missingWorkers(database, cluster)).get(id) ?? [];
      return reply.header('etag', etagHeader(network)).send(networkResource(network, described, missing));
    },
  );

  routes.get(
    '/v1/networks/:name/runs',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Runs'],
        summary: 'The runs of a network, newest first',
        params: networkParams,
        querystring: pageQuerySchema,
        response: { 200: z.object({ runs: z.array(runSummarySchema), nextPageToken: nextPageTokenSchema }) },
      },
    },
    async (request) => {
      const { id } = await requireNetwork(services, request.params.name);
      const { items, nextToken = '' } = await listRuns(database, { networkId: id }, pageRequest(request.query));
      return { runs: items.map(runSummary), nextPageToken: nextToken };
    },
  );
}

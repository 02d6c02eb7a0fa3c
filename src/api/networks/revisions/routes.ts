import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { findRevision, listRevisions, type StoredNetwork, type StoredRevision } from '../../../database/index.ts';
import { nextPageTokenSchema, pageQuerySchema, pageRequest } from '../../paging.ts';
import { ApiProblem } from '../../problems/problem.ts';
import type { ApiServices } from '../../services.ts';
import { networkParams, requireNetwork } from '../lookup.ts';
import { differencesOf } from './differences.ts';
import { revisionDiffSchema, revisionSchema, revisionSummarySchema } from './resource.ts';

const revisionNumber = z.coerce.number().pipe(z.int32().min(1));

/** What was asked of networks, and when. */
export function addRevisionRoutes(api: FastifyInstance, services: ApiServices): void {
  const { database } = services;
  const routes = api.withTypeProvider<ZodTypeProvider>();
  const requireRevision = async ({ id, name }: StoredNetwork, number: number): Promise<StoredRevision> => {
    const revision = await findRevision(database, id, number);
    if (revision !== undefined) return revision;
    throw new ApiProblem('REVISION_NOT_FOUND', { detail: `the network ${name} has no revision ${number}.` });
  };

  routes.get(
    '/v1/networks/:name/revisions',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Descriptions'],
        summary: 'The revisions of a description, newest first',
        params: networkParams,
        querystring: pageQuerySchema,
        response: { 200: z.object({ revisions: z.array(revisionSummarySchema), nextPageToken: nextPageTokenSchema }) },
      },
    },
    async (request) => {
      const { id } = await requireNetwork(services, request.params.name);
      const { items, nextToken = '' } = await listRevisions(database, id, pageRequest(request.query));
      return { revisions: items.map(summaryOf), nextPageToken: nextToken };
    },
  );

  routes.get(
    '/v1/networks/:name/revisions/:number',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Descriptions'],
        summary: 'A revision of a description',
        params: networkParams.extend({ number: revisionNumber }),
        response: { 200: revisionSchema },
      },
    },
    async (request) => {
      const network = await requireNetwork(services, request.params.name);
      const revision = await requireRevision(network, request.params.number);
      const { description, source } = revision;
      return { ...summaryOf(revision), description, source };
    },
  );

  routes.get(
    '/v1/networks/:name/revisions::diff',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Descriptions'],
        summary: 'What differs between two revisions',
        params: networkParams,
        querystring: z.object({ from: revisionNumber, to: revisionNumber }),
        response: { 200: revisionDiffSchema },
      },
    },
    async (request) => {
      const network = await requireNetwork(services, request.params.name);
      const { from, to } = request.query;
      return differencesOf(await requireRevision(network, from), await requireRevision(network, to));
    },
  );
}

function summaryOf({
  number,
  createdAt,
  createdBy,
}: Pick<StoredRevision, 'number' | 'createdAt' | 'createdBy'>): z.infer<typeof revisionSummarySchema> {
  return { number, createdAt: createdAt.toISOString(), createdBy };
}

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { listAudit, type AuditEntry } from '../../database/index.ts';
import { nextPageTokenSchema, pageQuerySchema, pageRequest } from '../paging.ts';
import type { ApiServices } from '../services.ts';

const entrySchema = z
  .object({
    id: z.string(),
    at: z.string(),
    who: z.string().describe('Whose call it was; "not signed in" where that is not known.'),
    method: z.string(),
    resource: z.string().describe('The path that was called.'),
    outcome: z
      .enum(['done', 'refused', 'failed'])
      .describe('refused: nothing was changed, and its sender was told why. failed: the server could not do it.'),
    reason: z.string().describe('The reason of the problem; empty where it was done.'),
    requestId: z.string().describe('Finds the request in the log of the server.'),
  })
  .meta({ title: 'AuditEntry' });

/** In milliseconds. PostgreSQL knows no year 0, and writes later years otherwise than JavaScript. */
const TIMES_END = Date.UTC(9999, 0);

const time = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= 0 && at.getTime() < TIMES_END, 'must be from 1970 on, and before 9999');

/** Who has changed what, or tried to. */
export function addAuditRoutes(api: FastifyInstance, { database }: ApiServices): void {
  api.withTypeProvider<ZodTypeProvider>().get(
    '/v1/audit',
    {
      config: { access: 'admin of all' },
      schema: {
        tags: ['Access'],
        summary: 'The calls that changed something, or would have, newest first',
        querystring: pageQuerySchema.extend({
          who: z.string().optional().describe('Only calls of this name.'),
          resource: z.string().optional().describe('Only calls of this path, e.g. /v1/networks/test-network.'),
          from: time.optional().describe('Only calls since then (RFC 3339).'),
          to: time.optional().describe('Only calls before then (RFC 3339).'),
        }),
        response: { 200: z.object({ entries: z.array(entrySchema), nextPageToken: nextPageTokenSchema }) },
      },
    },
    async (request) => {
      const { who, resource, from, to, ...page } = request.query;
      const filter = {
        ...(who === undefined ? {} : { who }),
        ...(resource === undefined ? {} : { resource }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      const { items, nextToken = '' } = await listAudit(database, filter, pageRequest(page));
      return { entries: items.map(entryOf), nextPageToken: nextToken };
    },
  );
}

function entryOf({ at, ...entry }: AuditEntry): z.infer<typeof entrySchema> {
  return { ...entry, at: at.toISOString() };
}

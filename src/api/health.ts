import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { ping } from '../database/index.ts';
import { WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import { ApiProblem } from './problems/problem.ts';
import type { ApiServices } from './services.ts';

const healthSchema = z.object({ status: z.literal('ok') });

/** Whether the process lives, and whether it can do its work, as Kubernetes and Compose ask it. */
export function addHealth(api: FastifyInstance, { database, temporal }: ApiServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();
  const schema = { tags: ['Server'], response: { 200: healthSchema } };
  routes.get(
    '/livez',
    { config: { access: 'public', rateLimit: false }, schema: { ...schema, summary: 'Whether the process lives' } },
    () => ({ status: 'ok' as const }),
  );
  routes.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: { ...schema, summary: 'Whether the database and Temporal answer' },
    },
    async (request) => {
      await ping(database).catch((error: unknown) => {
        request.log.warn({ err: error }, 'the database does not answer');
        throw new ApiProblem('DATABASE_UNAVAILABLE', { detail: 'the database does not answer.' }, { cause: error });
      });
      // Any call will do; this one is answered from memory.
      await temporal.pollers(WORKFLOW_TASK_QUEUE, 'workflow');
      return { status: 'ok' as const };
    },
  );
}

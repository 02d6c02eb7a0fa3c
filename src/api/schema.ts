import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { networkJsonSchema } from '../spec/index.ts';

/** The JSON Schema of a description, for editors and forms. */
export function addSchema(api: FastifyInstance): void {
  const document = networkJsonSchema();
  api.withTypeProvider<ZodTypeProvider>().get(
    '/v1/schema',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Descriptions'],
        summary: 'The JSON Schema of a network description',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    () => document,
  );
}

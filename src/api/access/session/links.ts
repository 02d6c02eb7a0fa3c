import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { createSignInLink, SIGN_IN_LINK_MS } from '../../../database/index.ts';
import { callerOf } from '../sign-in.ts';
import type { SessionServices } from './begin.ts';

const linkSchema = z
  .object({
    link: z.string().describe('What stands after /sign-in#link= in the address; it is good once.'),
    expiresAt: z.string().describe('Until when.'),
  })
  .meta({ title: 'SignInLink' });

/** Has whoever has a token sign a browser in without typing it there. */
export function addSignInLinks(
  api: FastifyInstance,
  { database, now }: Pick<SessionServices, 'database' | 'now'>,
): void {
  api.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sign-in-links',
    {
      config: { access: 'signed in', audited: true },
      schema: {
        tags: ['Sessions'],
        summary: 'Make a link that signs one browser in as whoever asks for it',
        response: { 201: linkSchema },
      },
    },
    async (request, reply) => {
      const { name, grants } = callerOf(request);
      const expiresAt = new Date(now().getTime() + SIGN_IN_LINK_MS);
      const link = await createSignInLink(database, { name, grants, expiresAt });
      return reply.code(201).header('cache-control', 'no-store').send({ link, expiresAt: expiresAt.toISOString() });
    },
  );
}

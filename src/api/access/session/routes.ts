import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { endSession, useSignInLink, useToken, type SessionInput } from '../../../database/index.ts';
import { ApiProblem } from '../../problems/problem.ts';
import type { Caller } from '../roles.ts';
import { callerOf, grantsOfToken } from '../sign-in.ts';
import { beginSession, type SessionServices } from './begin.ts';

const sessionSchema = z
  .object({
    name: z.string().describe('Under what name runs and the audit have what is done.'),
    roles: z
      .array(
        z.object({
          role: z.enum(['viewer', 'operator', 'admin']),
          network: z
            .object({ cluster: z.string(), name: z.string() })
            .optional()
            .describe('The only network that the role is for; absent means all.'),
        }),
      )
      .readonly()
      .describe('What one may do; the highest role on a network counts.'),
    expiresAt: z.string().optional().describe('When the session of a browser ends; absent for other ways to sign in.'),
    csrfToken: z
      .string()
      .optional()
      .describe('What a browser that is signed in by its cookie sends as X-CSRF-Token with all but GET and HEAD.'),
  })
  .meta({ title: 'Session' });

const credentialsSchema = z
  .union([
    z.strictObject({ token: z.string().describe('A token of `weft token add`.') }),
    z.strictObject({ link: z.string().describe('What stands in a link of `weft api` after #link=; it is good once.') }),
  ])
  .describe('Either of the two.');

/** Who one is, and how a browser signs in and out. */
export function addSessions(api: FastifyInstance, services: SessionServices): void {
  const { database, cookies, now } = services;
  const routes = api.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/v1/session',
    {
      config: { access: 'signed in' },
      schema: { tags: ['Sessions'], summary: 'Who one is, and what one may do', response: { 200: sessionSchema } },
    },
    (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return sessionOf(callerOf(request));
    },
  );

  routes.post(
    '/v1/session',
    {
      config: { access: 'public', audited: true },
      schema: {
        tags: ['Sessions'],
        summary: 'Sign a browser in with a token or a link',
        description: 'The answer sets the cookie of the session.',
        body: credentialsSchema,
        response: { 201: sessionSchema },
      },
    },
    async (request, reply) => {
      const who = await identified(request.body);
      const caller = await beginSession(services, request, reply, who);
      return reply.code(201).header('cache-control', 'no-store').send(sessionOf(caller));
    },
  );

  routes.delete(
    '/v1/session',
    {
      config: { access: 'signed in', audited: true },
      schema: {
        tags: ['Sessions'],
        summary: 'Sign out',
        description: 'Ends the session of the browser; whoever is signed in otherwise has none to end.',
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { session } = callerOf(request);
      if (session !== undefined) await endSession(database, session.id);
      cookies.remove(request, reply, 'session');
      return reply.code(204).send();
    },
  );

  async function identified(
    credentials: z.infer<typeof credentialsSchema>,
  ): Promise<Pick<SessionInput, 'name' | 'grants' | 'tokenId'>> {
    if ('link' in credentials) {
      const link = await useSignInLink(database, credentials.link, now());
      if (link !== undefined) return link;
      throw new ApiProblem('UNAUTHENTICATED', {
        detail: 'The link was used already, or its time is over.',
        remedies: ['Start `weft api` again, which makes another one, or sign in with a token.'],
      });
    }
    const token = await useToken(database, credentials.token.trim(), now());
    if (token !== undefined) return { name: token.name, grants: grantsOfToken(token), tokenId: token.id };
    throw new ApiProblem('UNAUTHENTICATED', { detail: 'The token is not known, or was revoked.' });
  }
}

function sessionOf({ name, grants, session }: Caller): z.infer<typeof sessionSchema> {
  return {
    name,
    roles: grants,
    ...(session === undefined ? {} : { expiresAt: session.expiresAt.toISOString(), csrfToken: session.csrfToken }),
  };
}

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import {
  createToken,
  listTokens,
  LONGEST_TOKEN_NAME,
  revokeToken,
  TOKEN_NAME_PATTERN,
  TokenNameTaken,
  type StoredToken,
} from '../../database/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { networkParams } from '../networks/lookup.ts';
import { nextPageTokenSchema, pageQuerySchema, pageRequest } from '../paging.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { ApiServices } from '../services.ts';

const roleSchema = z.enum(['viewer', 'operator', 'admin']);

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    network: z
      .object({ cluster: z.string(), name: z.string() })
      .optional()
      .describe('The only network that it is good for; absent means all.'),
    createdAt: z.string(),
    createdBy: z.string(),
    lastUsedAt: z.string().optional().describe('To the minute; absent before the first use.'),
    revokedAt: z.string().optional().describe('Absent while it is valid.'),
  })
  .meta({ title: 'Token' });

const issuedSchema = tokenSchema
  .extend({ secret: z.string().describe('What proves it. It is shown this once.') })
  .meta({ title: 'IssuedToken' });

/** The tokens with which people and programs sign in: made and revoked while the server runs. */
export function addTokenRoutes(api: FastifyInstance, { database, cluster, now }: ApiServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/v1/tokens',
    {
      config: { access: 'admin of all' },
      schema: {
        tags: ['Access'],
        summary: 'All tokens, those that were revoked too, the newest first',
        querystring: pageQuerySchema,
        response: { 200: z.object({ tokens: z.array(tokenSchema), nextPageToken: nextPageTokenSchema }) },
      },
    },
    async (request) => {
      const { items, nextToken = '' } = await listTokens(database, pageRequest(request.query));
      return { tokens: items.map(tokenOf), nextPageToken: nextToken };
    },
  );

  routes.post(
    '/v1/tokens',
    {
      // Not repeatable: the answer to the first request would be kept, and with it the secret.
      config: { access: 'admin of all', audited: true },
      schema: {
        tags: ['Access'],
        summary: 'Make a token',
        body: z.strictObject({
          name: z
            .string()
            .min(1)
            .max(LONGEST_TOKEN_NAME)
            .regex(TOKEN_NAME_PATTERN, 'must have no ":" and no control characters')
            .describe('Whose or what for it is; no other token that is valid may have it.'),
          role: roleSchema,
          network: networkParams.shape.name.optional().describe('The only network that it is good for.'),
        }),
        response: { 201: issuedSchema },
      },
    },
    async (request, reply) => {
      const { name, role, network } = request.body;
      const only = network === undefined ? {} : { network: { cluster, name: network } };
      const by = callerOf(request).name;
      const { secret, token } = await createToken(database, { name, role, ...only, at: now(), by }).catch(
        (error: unknown) => {
          if (!(error instanceof TokenNameTaken)) throw error;
          throw new ApiProblem(
            'TOKEN_NAME_TAKEN',
            { detail: `${error.message}.`, remedies: ['Take another name, or revoke that one.'] },
            { cause: error },
          );
        },
      );
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...tokenOf(token), secret });
    },
  );

  routes.delete(
    '/v1/tokens/:token',
    {
      config: { access: 'admin of all', audited: true },
      schema: {
        tags: ['Access'],
        summary: 'Revoke a token',
        description: 'It is worthless at once, and so are the sessions that were begun with it.',
        params: z.object({ token: z.string().describe('Name of the token.') }),
        response: { 200: tokenSchema },
      },
    },
    async (request) => {
      const { token: name } = request.params;
      const revoked = await revokeToken(database, { name }, now());
      if (revoked !== undefined) return tokenOf(revoked);
      throw new ApiProblem('TOKEN_NOT_FOUND', { detail: `there is no valid token of ${name}.` });
    },
  );
}

function tokenOf({ createdAt, lastUsedAt, revokedAt, ...token }: StoredToken): z.infer<typeof tokenSchema> {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    ...(revokedAt === undefined ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}

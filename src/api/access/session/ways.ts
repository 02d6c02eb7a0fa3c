import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { SIGN_IN_PATH } from '../oidc/paths.ts';

/** How one can sign in, for pages that offer it to whoever has not yet. */
export function addWaysToSignIn(api: FastifyInstance, { oidc }: { readonly oidc: boolean }): void {
  api.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sign-in',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Sessions'],
        summary: 'How one can sign in',
        response: {
          200: z.object({
            token: z.literal(true).describe('With a token: POST /v1/session.'),
            oidc: z
              .string()
              .optional()
              .describe('Where a browser is sent to sign in at the issuer; absent without one.'),
          }),
        },
      },
    },
    () => ({ token: true as const, ...(oidc ? { oidc: SIGN_IN_PATH } : {}) }),
  );
}

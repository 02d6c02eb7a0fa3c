import type { FastifyInstance } from 'fastify';

import type { SignInSettings } from './sign-in.ts';

/** Of one address in a minute: nobody mistypes so often. Whoever has signed in is not counted. */
const FAILED_SIGN_INS = 60;

/** Counts the sign-ins that failed on a server by their addresses. @param api with @fastify/rate-limit */
export function failedSignIns(api: FastifyInstance): SignInSettings['retryAfter'] {
  const failures = api.createRateLimit({ max: FAILED_SIGN_INS, timeWindow: 60_000, keyGenerator: ({ ip }) => ip });
  return async (request) => {
    const counted = await failures(request);
    return counted.isAllowed || !counted.isExceeded ? undefined : counted.ttlInSeconds;
  };
}

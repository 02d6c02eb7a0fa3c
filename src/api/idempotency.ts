import { createHash } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import {
  claimKey,
  freeKey,
  keepAnswer,
  type Database,
  type RepeatableRequest,
  type StoredAnswer,
} from '../database/index.ts';
import { callerOf } from './access/sign-in.ts';
import { ApiProblem } from './problems/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A request may be repeated under its `Idempotency-Key`, and is carried out once. */
    repeatable?: true;
  }
  interface FastifyRequest {
    /** The key that this request has to answer for; undefined if it has none. */
    claimed: RepeatableRequest | undefined;
  }
}

/** As payment services have it; a UUID has 36 characters. */
const LONGEST_KEY = 255;

/** Headers of requests that may be repeated. */
export const repeatableHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(LONGEST_KEY)
    .optional()
    .describe(
      'A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h).',
    ),
});

/** Headers that belong to an answer as much as its body does. */
const KEPT_HEADERS = ['content-type', 'location', 'etag'];

/** The first request is answered within seconds. */
const UNDER_WAY_RETRY_S = '5';

/** Has requests with an `Idempotency-Key` carried out once, however often they are sent. */
export function addIdempotency(api: FastifyInstance, database: Database, now: () => Date): void {
  api.decorateRequest('claimed', undefined);

  api.addHook('preHandler', async (request, reply) => {
    const repeatable = repeatableRequest(request);
    if (repeatable === undefined) return;
    const claim = await claimKey(database, repeatable, now());
    switch (claim.kind) {
      case 'first':
        request.claimed = repeatable;
        return;
      case 'answered':
        return sendAgain(reply, claim.answer);
      case 'under way':
        throw new ApiProblem('REQUEST_IN_PROGRESS', {
          detail: `the first request with this Idempotency-Key is being carried out since ${claim.since.toISOString()}.`,
          headers: { 'retry-after': UNDER_WAY_RETRY_S },
        });
      case 'different':
        throw new ApiProblem('KEY_REUSED', {
          detail: 'this Idempotency-Key was sent with another request. A new request needs a new key.',
        });
    }
  });

  api.addHook('onSend', async (request, reply, payload) => {
    const { claimed } = request;
    if (claimed === undefined) return;
    const { statusCode: status } = reply;
    try {
      if (!isKept(status) || typeof payload !== 'string') await freeKey(database, claimed);
      else await keepAnswer(database, claimed, { status, headers: keptHeaders(reply), body: payload }, now());
    } catch (error) {
      // What was done is done: whoever asks again meanwhile is told that it is being carried out.
      request.log.error({ err: error }, 'the answer to a request that may be repeated could not be kept');
    }
  });
}

/**
 * What was refused or could not begin has changed nothing, so that the same request may be tried again. A defect may have changed something: whoever
 * repeats it gets the same answer.
 */
function isKept(status: number): boolean {
  return status < 400 || status === 500;
}

function repeatableRequest(request: FastifyRequest): RepeatableRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (request.routeOptions.config.repeatable !== true || typeof key !== 'string') return undefined;
  return { who: callerOf(request).name, key, requestHash: hashOf(request) };
}

function hashOf({ method, url, body }: FastifyRequest): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  return createHash('sha256')
    .update(JSON.stringify([method, url, text]))
    .digest('hex');
}

function keptHeaders(reply: FastifyReply): Readonly<Record<string, string>> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function sendAgain(reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, 'idempotency-replayed': 'true' })
    .serializer((sent: string) => sent)
    .send(body);
}

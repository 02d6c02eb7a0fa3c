import type { FastifyReply } from 'fastify';

/**
 * Aborted once nobody waits for an answer any more. Fastify's `request.signal` hears of a request that closes, which one with a body does as soon as it was
 * read.
 */
export function clientGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    gone.abort();
  });
  if (raw.destroyed) gone.abort();
  return gone.signal;
}

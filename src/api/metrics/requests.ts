import type { FastifyInstance } from 'fastify';

import type { ApiMetrics } from './metrics.ts';

/** Measures each answer. A stream of events is none: it lasts as long as somebody listens. */
export function measureRequests(api: FastifyInstance, metrics: Pick<ApiMetrics, 'requestAnswered'>): void {
  api.addHook('onResponse', (request, reply, done) => {
    if (!String(reply.getHeader('content-type')).startsWith('text/event-stream')) {
      const { method } = request;
      const answered = { route: routeLabel(request.routeOptions.url), method, status: reply.statusCode };
      metrics.requestAnswered(answered, reply.elapsedTime / 1000);
    }
    done();
  });
}

/** A route's pattern as people write it. @param pattern Fastify's, in which an action after a parameter is `:id(^[^/:]+)::pause`; undefined where no route was found */
export function routeLabel(pattern: string | undefined): string {
  return pattern === undefined ? 'none' : pattern.replace(/\(\^[^)]*\)::/, ':');
}

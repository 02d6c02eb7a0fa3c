import type { FastifyInstance, FastifyRequest } from 'fastify';

import { atPlace, beginSpan, endSpan, spanHere, type TraceCarrier } from '../tracing/index.ts';

type RequestSpan = ReturnType<typeof beginSpan>;

declare module 'fastify' {
  interface FastifyRequest {
    /** What is done for the request is below this in its trace. */
    span: RequestSpan | undefined;
  }
}

/** In what a path begins that nobody traces: it is asked for again and again. */
const UNTRACED = ['/livez', '/readyz', '/assets/'];

/** Makes a span of each request, below the caller's where that has one (https://www.w3.org/TR/trace-context). */
export function traceRequests(api: FastifyInstance): void {
  api.decorateRequest('span', undefined);
  api.addHook('onRequest', (request, _reply, done) => {
    const { url = '' } = request.routeOptions;
    if (!UNTRACED.some((path) => request.url.startsWith(path))) {
      const attributes = {
        ...{ 'http.request.method': request.method, 'http.route': url, 'weft.request': request.id },
      };
      // Of unknown paths there is no end.
      const name = url === '' ? request.method : `${request.method} ${url}`;
      request.span = atPlace(placeOf(request), () => beginSpan(name, { kind: 'server', attributes }));
    }
    done();
  });
  // As late as that: the body comes by events of the connection, which is not the request's alone.
  api.addHook('preHandler', ({ span }, _reply, done) => {
    if (span === undefined) done();
    else spanHere(span, done);
  });
  api.addHook('onResponse', ({ span, problem }, reply, done) => {
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (span !== undefined) endSpan(span, reply.statusCode < 500 ? undefined : problem);
    done();
  });
  // Whoever has gone is not answered.
  api.addHook('onRequestAbort', ({ span }, done) => {
    span?.end();
    done();
  });
}

function placeOf({ headers: { traceparent, tracestate } }: FastifyRequest): TraceCarrier {
  if (typeof traceparent !== 'string') return {};
  return { traceparent, ...(typeof tracestate === 'string' ? { tracestate } : {}) };
}

import { randomUUID } from 'node:crypto';

import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastify, type FastifyError, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

import { useToken, type StoredToken } from '../database/index.ts';
import type { Caller } from './access/roles.ts';
import { addSignIn } from './access/sign-in.ts';
import { addAudit } from './audit.ts';
import { addHealth } from './health.ts';
import { addIdempotency } from './idempotency.ts';
import { addNetworkChanges } from './networks/changes.ts';
import { addNetworkReads } from './networks/reads.ts';
import { describeRoutes, serveReference } from './openapi.ts';
import { ApiProblem, PROBLEM_MEDIA_TYPE, problemDocument } from './problems/problem.ts';
import { problemOf } from './problems/problem-of.ts';
import { runObserver } from './runs/observer.ts';
import { addRunRoutes } from './runs/routes.ts';
import { addRunSteering } from './runs/steering.ts';
import { addSchema } from './schema.ts';
import type { ApiServices } from './services.ts';

export interface ApiSettings {
  /** Whoever is on this machine may do everything without a token: for a server that listens at a loopback address. */
  readonly allowAnonymous: boolean;
  /** Version of Weft, for the description of the API. */
  readonly version: string;
  /** Where the log goes, as Fastify takes it. */
  readonly logger: NonNullable<FastifyServerOptions['logger']>;
  /** How many requests of one caller are answered in a minute; absent means 600. */
  readonly requestsPerMinute?: number;
}

/** In bytes. Temporal takes no argument above two million, so that a larger description could not be brought up in any case. */
const LARGEST_BODY = 2_000_000;

/** Ten a second: no page and no script that goes about its work asks so often, and one that has gone wrong does. */
const REQUESTS_PER_MINUTE = 600;

/** In milliseconds. A body of two megabytes on a slow line; a client that sends nothing does not keep a connection. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Makes the server of the HTTP API; it listens once `listen` is called. When it is closed it ends what is being followed, waits for requests that are being
 * answered, and leaves runs alone: they are in Temporal.
 */
export async function createApi(services: ApiServices, settings: ApiSettings): Promise<FastifyInstance> {
  const { database, cluster, now } = services;
  const api = fastify({
    logger: settings.logger,
    bodyLimit: LARGEST_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // An id that a client makes up is no id.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { caseSensitive: true },
  });
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  answerProblems(api);

  const closing = new AbortController();
  const observer = runObserver(services, api.log);
  api.addHook('preClose', async () => {
    closing.abort(new ApiProblem('SHUTTING_DOWN', { detail: 'the server is being stopped.', headers: RETRY_SOON }));
    await observer.close();
  });

  await api.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } });
  addSignIn(api, {
    cluster,
    allowAnonymous: settings.allowAnonymous,
    callerOf: async (secret) => {
      const token = await useToken(database, secret, now());
      return token && callerWith(token);
    },
  });
  await api.register(rateLimit, {
    max: settings.requestsPerMinute ?? REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    // By the token: behind a proxy all callers have one address.
    keyGenerator: ({ caller, ip }) => caller?.name ?? ip,
  });
  addAudit(api, database, now);
  addIdempotency(api, database, now);

  await describeRoutes(api, settings.version);
  addHealth(api, services);
  addSchema(api);
  addNetworkReads(api, services);
  await addNetworkChanges(api, { services, observer, closing: closing.signal });
  addRunRoutes(api, services);
  addRunSteering(api, services);
  await serveReference(api);
  await observer.resume();
  return api;
}

/** A server that is being replaced is back within seconds. */
const RETRY_SOON = { 'retry-after': '5' };

function callerWith({ name, role, network }: StoredToken): Caller {
  return { name, role, ...(network === undefined ? {} : { network }) };
}

/** Every answer has its id, and every error is a problem. */
function answerProblems(api: FastifyInstance): void {
  api.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  api.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error);
    request.problem = problem.reason;
    if (problem.reason === 'INTERNAL') request.log.error({ err: error }, 'a defect in Weft');
    else if (problem.status >= 500) request.log.warn({ err: error }, problem.message);
    return reply
      .code(problem.status)
      .headers({ ...problem.facts.headers })
      .type(PROBLEM_MEDIA_TYPE)
      .serializer((document: unknown) => JSON.stringify(document))
      .send(problemDocument(problem, request.id));
  });
  api.setNotFoundHandler((request) => {
    throw new ApiProblem('ROUTE_NOT_FOUND', {
      detail: `there is no ${request.method} ${request.url.split('?')[0] ?? ''}.`,
    });
  });
}

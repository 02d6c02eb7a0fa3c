import { randomUUID } from 'node:crypto';

import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

import { prune, type Retention } from '../database/index.ts';
import { failedSignIns } from './access/failed-sign-ins.ts';
import { identification } from './access/identification.ts';
import type { OidcSettings } from './access/oidc/settings.ts';
import { addSignIn } from './access/sign-in.ts';
import { addAudit } from './audit/record.ts';
import { addAuditRoutes } from './audit/routes.ts';
import { runInBackground, type BackgroundTask } from './background.ts';
import { lookAtWorkers } from './clusters/look.ts';
import { addClusterRoutes } from './clusters/routes.ts';
import { eventFeed } from './events/feed.ts';
import { addEventRoutes } from './events/routes.ts';
import { addHealth } from './health.ts';
import { addIdempotency } from './idempotency.ts';
import { addNetworkChanges } from './networks/changes.ts';
import { addNetworkRenewal } from './networks/renewal.ts';
import { addNetworkSchedule } from './networks/schedule.ts';
import { discoverRuns, type RunFollowers } from './networks/discovery.ts';
import { lookAtNetworks } from './networks/state/look.ts';
import { addNetworkReads } from './networks/reads.ts';
import { addRevisionRoutes } from './networks/revisions/routes.ts';
import { addNetworkState } from './networks/state/routes.ts';
import { apiMetrics, type ApiMetrics } from './metrics/metrics.ts';
import { measureRequests } from './metrics/requests.ts';
import { describeRoutes, serveReference } from './openapi.ts';
import { isForPage, loadPage, servePage, type PageFiles } from './page.ts';
import { ApiProblem, PROBLEM_MEDIA_TYPE, problemDocument } from './problems/problem.ts';
import { problemOf } from './problems/problem-of.ts';
import { traceRequests } from './request-spans.ts';
import { runObserver, type RunObserver } from './runs/observer.ts';
import { addRunRoutes } from './runs/routes.ts';
import { addStepRoutes } from './runs/step-routes.ts';
import { addRunSteering } from './runs/steering.ts';
import { addSchema } from './schema.ts';
import type { ApiServices } from './services.ts';
import { addTokenRoutes } from './tokens/routes.ts';

export interface ApiSettings {
  /** Whoever is on this machine may do everything without a token: for a server that listens at a loopback address. */
  readonly allowAnonymous: boolean;
  /** Version of Weft, for the description of the API. */
  readonly version: string;
  /** Where the log goes, as Fastify takes it. */
  readonly logger: NonNullable<FastifyServerOptions['logger']>;
  /** Whose tokens are good for signing in besides those of Weft itself; absent means nobody's. */
  readonly oidc?: OidcSettings;
  /** The folder of the built page; absent means that none is served. */
  readonly page?: string;
  /** What is done whether or not somebody asks for it; absent means nothing. */
  readonly background?: BackgroundSettings;
  /** How many requests of one caller are answered in a minute; absent means 600. */
  readonly requestsPerMinute?: number;
  /** How many streams of events one caller may have at a time; absent means 20. */
  readonly streamsPerCaller?: number;
}

export interface BackgroundSettings {
  /** How long a look at a network is good for, in milliseconds. */
  readonly lookEveryMs: number;
  /** Time between two looks at Temporal for runs that are not known, in milliseconds. */
  readonly discoverEveryMs: number;
  readonly retention: Retention;
}

/** In milliseconds. Whether a look is due is a question to the database. */
const DUE_EVERY_MS = 2_000;

/** In milliseconds. As long as an observer waits to take over from another process. */
const RESUME_EVERY_MS = 10_000;

/** In milliseconds. A worker that has gone is found out within 20 s (src/client/workers.ts), and is to be told within a minute. */
const WORKERS_LOOK_MS = 10_000;

/** In milliseconds. What is kept for days may stay an hour longer. */
const PRUNE_EVERY_MS = 3_600_000;

/** In bytes. Temporal takes no argument above two million, so that a larger description could not be brought up in any case. */
const LARGEST_BODY = 2_000_000;

/**
 * In characters, before percent-decoding: the target of a step may name a channel, which has up to 249 characters, and a token up to 100, each of which may
 * be encoded in twelve.
 */
const LONGEST_PARAMETER = 1_500;

/** Ten a second: no page and no script that goes about its work asks so often, and one that has gone wrong does. */
const REQUESTS_PER_MINUTE = 600;

/** A person has a few windows open, and a window one stream; a script that forgets to end them does not use up the server's connections. */
const STREAMS_PER_CALLER = 20;

/** In milliseconds. A body of two megabytes on a slow line; a client that sends nothing does not keep a connection. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Makes the server of the HTTP API; it listens once `listen` is called. When it is closed it ends what is being followed, waits for requests that are being
 * answered, and leaves runs alone: they are in Temporal.
 */
export async function createApi(
  services: ApiServices,
  settings: ApiSettings,
  metrics: ApiMetrics = apiMetrics(services.now()),
): Promise<FastifyInstance> {
  const { database, cluster, now } = services;
  const { requestsPerMinute, streamsPerCaller } = limitsOf(settings);
  const api = fastify({
    logger: settings.logger,
    bodyLimit: LARGEST_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // An id that a client makes up is no id.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { caseSensitive: true, maxParamLength: LONGEST_PARAMETER },
    frameworkErrors: (error, request, reply) => {
      void answerProblem(error, request, reply);
    },
  });
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  const page = settings.page === undefined ? undefined : await loadPage(settings.page);
  answerProblems(api, page);

  const closing = new AbortController();
  const feed = eventFeed(database, api.log);
  let stopBackground: (() => Promise<void>) | undefined;
  measureRequests(api, metrics);
  traceRequests(api);
  const observer = runObserver(services, { feed, metrics }, api.log);
  api.addHook('preClose', async () => {
    closing.abort(new ApiProblem('SHUTTING_DOWN', { detail: 'the server is being stopped.', headers: RETRY_SOON }));
    feed.close();
    await Promise.all([observer.close(), stopBackground?.()]);
  });

  await api.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } });
  await api.register(cookie);
  const callers = identification(services, settings.oidc);
  await api.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    // After sign-in: it counts by who calls, since behind a proxy all callers have one address.
    hook: 'preParsing',
    keyGenerator: ({ caller, ip }) => caller?.name ?? ip,
  });
  addSignIn(api, {
    ...callers,
    ...{ cluster, allowAnonymous: settings.allowAnonymous, retryAfter: failedSignIns(api) },
  });
  refuseNul(api);
  addAudit(api, database, now);
  addIdempotency(api, database, now);

  await describeRoutes(api, settings.version);
  addHealth(api, services);
  callers.addRoutes(api);
  addSchema(api);
  addClusterRoutes(api, services);
  addNetworkReads(api, services);
  await addNetworkChanges(api, { services, observer, closing: closing.signal });
  addNetworkRenewal(api, { services, observer, closing: closing.signal });
  addNetworkSchedule(api, services);
  addNetworkState(api, services);
  addRevisionRoutes(api, services);
  addRunRoutes(api, services);
  addStepRoutes(api, services);
  addEventRoutes(api, {
    ...{ services, feed, closing: closing.signal },
    streamsPerCaller,
  });
  addTokenRoutes(api, services);
  addAuditRoutes(api, services);
  addRunSteering(api, services);
  await serveReference(api);
  if (page !== undefined) await servePage(api, page);
  await observer.resume();
  if (settings.background !== undefined) {
    stopBackground = runInBackground(
      services,
      backgroundTasks(services, { observer, metrics }, settings.background),
      api.log,
    );
  }
  return api;
}

function limitsOf({
  requestsPerMinute = REQUESTS_PER_MINUTE,
  streamsPerCaller = STREAMS_PER_CALLER,
}: ApiSettings): Required<Pick<ApiSettings, 'requestsPerMinute' | 'streamsPerCaller'>> {
  return { requestsPerMinute, streamsPerCaller };
}

function backgroundTasks(
  services: ApiServices,
  followers: RunFollowers & { readonly observer: RunObserver },
  { lookEveryMs, discoverEveryMs, retention }: BackgroundSettings,
): readonly BackgroundTask[] {
  const { database, now } = services;
  return [
    {
      // Whoever began one may have ended since.
      name: 'open runs are followed',
      everyMs: RESUME_EVERY_MS,
      run: () => followers.observer.resume(),
    },
    {
      name: 'runs that Temporal has are made known',
      everyMs: discoverEveryMs,
      run: (signal) => discoverRuns(services, followers, signal),
    },
    {
      name: 'networks are looked at',
      everyMs: Math.min(lookEveryMs, DUE_EVERY_MS),
      run: (signal) => lookAtNetworks(services, lookEveryMs, signal),
    },
    {
      name: 'workers of clusters are looked at',
      everyMs: WORKERS_LOOK_MS,
      run: () => lookAtWorkers(services),
    },
    {
      name: 'what was kept for long enough is removed',
      everyMs: PRUNE_EVERY_MS,
      run: async () => {
        await prune(database, retention, now());
      },
    },
  ];
}

/** A server that is being replaced is back within seconds. */
const RETRY_SOON = { 'retry-after': '5' };

/** Every answer has its id, and every error is a problem; but a browser that comes to a place which only the page knows gets the page. */
function answerProblems(api: FastifyInstance, page: PageFiles | undefined): void {
  api.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  api.setErrorHandler(answerProblem);
  api.setNotFoundHandler((request, reply) => {
    if (page !== undefined && isForPage(request)) return page.send(reply);
    throw new ApiProblem('ROUTE_NOT_FOUND', {
      detail: `there is no ${request.method} ${request.url.split('?')[0] ?? ''}.`,
    });
  });
}

/** Answers a request with why it could not be carried out. */
function answerProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  request.problem = problem.reason;
  if (problem.reason === 'INTERNAL') request.log.error({ err: error }, 'a defect in Weft');
  else if (problem.status >= 500) request.log.warn({ err: error }, problem.message);
  return (
    reply
      .code(problem.status)
      // Where the address could not be read, no hook has set it.
      .headers({ 'x-request-id': request.id, ...problem.facts.headers })
      .type(PROBLEM_MEDIA_TYPE)
      .serializer((document: unknown) => JSON.stringify(document))
      .send(problemDocument(problem, request.id))
  );
}

/** PostgreSQL keeps no NUL in a text, and finds none: a path or a query with one names nothing. */
function refuseNul(api: FastifyInstance): void {
  api.addHook('onRequest', (request, _reply, done) => {
    const hasNul = request.url.includes('%00');
    done(
      hasNul
        ? new ApiProblem('INVALID_REQUEST', { detail: 'neither path nor query may have the character NUL (%00).' })
        : undefined,
    );
  });
}

import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { eventsAfter, lastEvent } from '../../database/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { clientGone } from '../client-gone.ts';
import { networkParams, requireNetwork } from '../networks/lookup.ts';
import { networkPath } from '../networks/resource.ts';
import { pageQuerySchema, pageRequest } from '../paging.ts';
import { ApiProblem } from '../problems/problem.ts';
import { requireRun, runParams } from '../runs/lookup.ts';
import { runPath } from '../runs/paths.ts';
import type { ApiServices } from '../services.ts';
import type { EventFeed } from './feed.ts';
import { eventListSchema, type EventList } from './resource.ts';
import { eventResources, eventStream, type EventSource } from './stream.ts';

export interface EventServices {
  readonly services: ApiServices;
  readonly feed: EventFeed;
  /** Aborted when the server is being stopped. */
  readonly closing: AbortSignal;
  /** How many streams one caller may have at a time. */
  readonly streamsPerCaller: number;
}

const eventQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Events after this place. Absent means, of a run, all; of a network, those that come from now on, or the last ones as JSON.',
    ),
  watch: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true')
    .describe('"false": answer with JSON what there is, for who cannot read a stream.'),
  pageSize: pageQuerySchema.shape.pageSize,
});

const eventHeaders = z.object({
  'last-event-id': z
    .string()
    .regex(/^\d{1,9}$/, 'must be the id of an event')
    .optional()
    .describe('The last event that came, as browsers send it by themselves; it wins over `after`.'),
});

const DESCRIPTION =
  'A stream of server-sent events: `id` is the place, `event` the type, `data` the event as JSON. `event: reset` says that the place was too old, and where to see how things are. Each stream ends after ten minutes, and goes on by Last-Event-ID.';

/** What happens in runs and to networks, as it happens. */
export function addEventRoutes(api: FastifyInstance, needs: EventServices): void {
  const { services } = needs;
  const routes = api.withTypeProvider<ZodTypeProvider>();
  const answer = answerer(needs);

  routes.get(
    '/v1/runs/:id/events',
    {
      config: { access: 'viewer', streamsEvents: true },
      schema: {
        tags: ['Events'],
        summary: 'What happens in a run',
        description: `${DESCRIPTION} After the last event of a run that has ended the stream ends, and who comes back gets 204.`,
        params: runParams,
        querystring: eventQuery,
        headers: eventHeaders,
        response: { 200: eventListSchema, 204: z.null().describe('The run has ended, and nothing follows.') },
      },
    },
    async (request, reply) => {
      const run = await requireRun(services, callerOf(request), request.params.id);
      const source: EventSource = {
        owner: { networkId: run.networkId, runId: run.id },
        network: run.network.name,
        snapshot: runPath(run.id),
      };
      const after = placeOf(request) ?? 0;
      const isOver = run.state !== 'running';
      if (isOver && request.query.watch && after >= run.lastEvent) return reply.code(204).send(null);
      return answer(request, reply, { source, after, isStrict: true, isOver });
    },
  );

  routes.get(
    '/v1/networks/:name/events',
    {
      config: { access: 'viewer', streamsEvents: true },
      schema: {
        tags: ['Events'],
        summary: 'What happens to a network and in its runs',
        description: DESCRIPTION,
        params: networkParams,
        querystring: eventQuery,
        headers: eventHeaders,
        response: { 200: eventListSchema },
      },
    },
    async (request, reply) => {
      const { id, name } = await requireNetwork(services, request.params.name);
      const source: EventSource = { owner: { networkId: id }, network: name, snapshot: networkPath(name) };
      const given = placeOf(request);
      const last = await lastEvent(services.database, source.owner);
      const { watch } = request.query;
      const after = given ?? (watch ? last : Math.max(0, last - pageRequest(request.query).size));
      return answer(request, reply, { source, after, isStrict: given !== undefined, isOver: false });
    },
  );
}

interface EventRequest {
  readonly source: EventSource;
  readonly after: number;
  /** Events may be missing only if that is told. */
  readonly isStrict: boolean;
  /** No more events will come. */
  readonly isOver: boolean;
}

interface ParsedRequest {
  readonly query: z.infer<typeof eventQuery>;
  readonly headers: z.infer<typeof eventHeaders>;
}

function placeOf({ query, headers }: ParsedRequest): number | undefined {
  const last = headers['last-event-id'];
  return last === undefined ? query.after : Number(last);
}

type Answer = (
  request: FastifyRequest & ParsedRequest,
  reply: FastifyReply,
  asked: EventRequest,
) => Promise<FastifyReply>;

/** In milliseconds. Whoever comes back is signed in anew: a token that was revoked does not listen on. */
const LONGEST_STREAM_MS = 600_000;

/** Answers with a stream, or with a list. */
function answerer({ services: { database }, feed, closing, streamsPerCaller }: EventServices): Answer {
  const open = new Map<string, number>();
  return async (request, reply, { source, after, isStrict, isOver }) => {
    const { query } = request;
    if (!query.watch) {
      const { size } = pageRequest(query);
      const { events, isTooOld, last } = await eventsAfter(database, source.owner, after, size);
      if (isTooOld && isStrict) throw tooOld(source, last);
      const place = events.at(-1)?.seq ?? after;
      const list: EventList = {
        events: eventResources(events, source.network),
        last: place,
        more: place < last,
        done: isOver && place >= last,
      };
      return reply.send(list);
    }
    const { name } = callerOf(request);
    const streams = open.get(name) ?? 0;
    if (streams >= streamsPerCaller) throw tooMany(name, streamsPerCaller);
    open.set(name, streams + 1);
    const gone = clientGone(reply);
    gone.addEventListener('abort', () => {
      const left = (open.get(name) ?? 1) - 1;
      if (left === 0) open.delete(name);
      else open.set(name, left);
    });
    const signal = AbortSignal.any([gone, closing, AbortSignal.timeout(LONGEST_STREAM_MS)]);
    const stream = Readable.from(quietly(eventStream({ database, feed, signal }, source, after), request), {
      objectMode: false,
    });
    return reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // A server that is being stopped does not wait for connections on which nothing comes any more.
        connection: 'close',
        // For proxies such as nginx, which would keep events until there are enough of them.
        'x-accel-buffering': 'no',
      })
      .send(stream);
  };
}

/** A stream that cannot go on ends; who listens comes back, and is told then what is wrong. */
async function* quietly(
  frames: AsyncGenerator<string, void, undefined>,
  { log }: FastifyRequest,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* frames;
  } catch (error) {
    log.warn({ err: error }, 'a stream of events has ended early');
  }
}

function tooOld({ snapshot }: EventSource, last: number): ApiProblem {
  return new ApiProblem('EVENTS_GONE', {
    detail: 'events after this place are no longer kept, or were never there.',
    metadata: { last },
    links: { snapshot },
    remedies: [`Get ${snapshot}, and go on with ?after=${last}.`],
  });
}

/** A stream is ended by whoever has it, at the latest with its window. */
const STREAM_RETRY_S = '30';

function tooMany(name: string, most: number): ApiProblem {
  return new ApiProblem('TOO_MANY_STREAMS', {
    detail: `${name} has ${most} streams of events open, which is as many as one caller may have.`,
    headers: { 'retry-after': STREAM_RETRY_S },
  });
}

import { setTimeout as sleep } from 'node:timers/promises';

import { EventSourceParserStream } from 'eventsource-parser/stream';
import { z } from 'zod';

import { answerOf, AS_YAML, weftClient, type paths, type WeftClient } from '../../src/api-client/index.ts';
import { eventually } from './eventually.ts';

/** A run as the API tells it. */
export type ApiRun = paths['/v1/runs/{id}']['get']['responses'][200]['content']['application/json'];

/** An API that a test signs in to. */
export function apiAt(baseUrl: string, token: string): WeftClient {
  return weftClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) });
}

/** Asks for a network, whether it is there or not. @returns the id of the run that brings it to its description */
export async function putNetwork(api: WeftClient, name: string, description: string): Promise<string> {
  const path = { name };
  const { response } = await api.GET('/v1/networks/{name}', { params: { path } });
  const etag = response.headers.get('etag');
  const header = etag === null ? {} : { 'if-match': etag };
  const asked = api.PUT('/v1/networks/{name}', { params: { path, header }, body: description, ...AS_YAML });
  return z.object({ id: z.string(), state: z.string() }).parse((await answerOf(asked)).data).id;
}

/** Waits until a run has begun to work. @throws Error when the time, in milliseconds, is over */
export function firstStepOf(api: WeftClient, id: string, withinMs: number): Promise<void> {
  return eventually(async () => {
    const { data } = await answerOf(api.GET('/v1/runs/{id}', { params: { path: { id } } }));
    if (data.steps.length === 0) throw new Error('It has not begun a step.');
  }, withinMs);
}

/**
 * Waits for the end of a run, also where the API is away meanwhile.
 *
 * @throws Error with the last answer when the time, in milliseconds, is over
 */
export function endOf(api: WeftClient, id: string, withinMs: number): Promise<ApiRun> {
  return eventually(async () => {
    const { data } = await answerOf(api.GET('/v1/runs/{id}', { params: { path: { id } } }));
    if (!data.done) throw new Error(`The run is not over: ${JSON.stringify(data)}`);
    return data;
  }, withinMs);
}

/** An event of a run with its place. */
export interface ApiEvent {
  readonly id: string;
  readonly type: string;
}

/** Events of a run as a browser has them: whenever the stream ends, it comes back with the id of the last. */
export interface FollowedEvents {
  /** All of them, when the API says that no more follow. */
  readonly all: Promise<readonly ApiEvent[]>;
  /** How often it came back. */
  readonly resumed: () => number;
}

/**
 * Follows the events of a run from its beginning to its end.
 *
 * @param onEvent - called for each.
 */
export function followEvents(api: WeftClient, id: string, onEvent: () => void): FollowedEvents {
  const seen: ApiEvent[] = [];
  let streams = 0;
  const follow = async (): Promise<readonly ApiEvent[]> => {
    for (;;) {
      streams += 1;
      // It is away, or the stream was cut off: whoever reads one comes back.
      const isOver = await readStream(api, { id, after: seen.at(-1)?.id }, (event) => {
        seen.push(event);
        onEvent();
      }).catch(() => false);
      if (isOver) return seen;
      await sleep(PAUSE_MS);
    }
  };
  return { all: follow(), resumed: () => streams - 1 };
}

/** A browser waits for longer. */
const PAUSE_MS = 250;

interface Place {
  /** The run's id. */
  readonly id: string;
  /** Id of the last event that came. */
  readonly after: string | undefined;
}

/** Reads one stream to its end. @returns whether nothing follows it */
async function readStream(api: WeftClient, { id, after }: Place, onEvent: (event: ApiEvent) => void): Promise<boolean> {
  const params = { path: { id }, header: after === undefined ? {} : { 'last-event-id': after } };
  const { data, response } = await api.GET('/v1/runs/{id}/events', { params, parseAs: 'stream' });
  if (response.status === 204) return true;
  const events = data?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id: place = '', event = '' } of events ?? []) onEvent({ id: place, type: event });
  return false;
}

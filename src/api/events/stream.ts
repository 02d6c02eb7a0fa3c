import {
  eventsAfter,
  findRun,
  lastEvents,
  type Database,
  type EventOwner,
  type StoredEvent,
} from '../../database/index.ts';
import type { EventFeed } from './feed.ts';
import { eventFactsSchema, EVENT_TYPES, type RunEvent, type resetSchema } from './resource.ts';
import type { z } from 'zod';

/** Whose events are followed. */
export interface EventSource {
  readonly owner: EventOwner;
  /** Name of the network. */
  readonly network: string;
  /** Path of what shows how things are now, for who has missed events. */
  readonly snapshot: string;
}

export interface StreamNeeds {
  readonly database: Database;
  readonly feed: EventFeed;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** In milliseconds. Proxies end connections on which nothing comes for a minute, some after 30 s. */
const HEARTBEAT_MS = 15_000;

/** In milliseconds: how long a browser waits until it connects again. A server that is replaced is back within seconds. */
const RETRY_MS = 3_000;

/** So many are read at once. */
const BATCH = 200;

/**
 * Events as the lines of a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): those after a place that are
 * kept, and then each as it happens. A place that is too old is answered by `event: reset`, after which the stream goes on with what is new.
 *
 * @param after the place after which they begin
 * @returns ends after the last event of a run that has ended, when the network is removed, and with the signal
 */
export async function* eventStream(
  { database, feed, signal }: StreamNeeds,
  { owner, network, snapshot }: EventSource,
  after: number,
): AsyncGenerator<string, void, undefined> {
  yield `retry: ${RETRY_MS}\n\n`;
  for (let place = after; !signal.aborted;) {
    // Before the events: what happens meanwhile is found the next time.
    const { isOver, networkPlace } = await stateOf(database, owner);
    const { events, isTooOld, last } = await eventsAfter(database, owner, place, BATCH);
    if (isTooOld) {
      yield frame('reset', last, { snapshot, last } satisfies z.infer<typeof resetSchema>);
      place = last;
      continue;
    }
    for (const told of eventResources(events, network)) yield frame(told.type, told.seq, told);
    place = events.at(-1)?.seq ?? place;
    if (events.length === BATCH) continue;
    if (isOver) return;
    const heartbeat = AbortSignal.timeout(HEARTBEAT_MS);
    await feed.next(owner.networkId, networkPlace, AbortSignal.any([signal, heartbeat]));
    if (heartbeat.aborted) yield ': still here\n\n';
  }
}

/** Whether there will be no more events, and how far those of the network have come. */
async function stateOf(
  database: Database,
  { networkId, runId }: EventOwner,
): Promise<{ readonly isOver: boolean; readonly networkPlace: number }> {
  const isEnded = runId !== undefined && (await findRun(database, runId))?.state !== 'running';
  const networkPlace = (await lastEvents(database, [networkId])).get(networkId);
  return { isOver: isEnded || networkPlace === undefined, networkPlace: networkPlace ?? 0 };
}

function frame(type: string, id: number, data: unknown): string {
  // JSON has no line breaks.
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Events as they are told. Those of types that a later version has written are left out: each event says how things are, not what to add. */
export function eventResources(events: readonly StoredEvent[], network: string): readonly RunEvent[] {
  return events.flatMap(({ seq, time, type: stored, runId, data }) => {
    const type = EVENT_TYPES.find((name) => name === stored);
    if (type === undefined) return [];
    const facts = eventFactsSchema.safeParse(data).data ?? {};
    return {
      ...{ seq, time: time.toISOString(), type, network },
      ...(runId === undefined ? {} : { run: runId }),
      ...facts,
    };
  });
}

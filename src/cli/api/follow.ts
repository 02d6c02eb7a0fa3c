import { setTimeout as sleep } from 'node:timers/promises';

import { EventSourceParserStream } from 'eventsource-parser/stream';

import { answerOf, NoAnswerFromApi, RequestRefused } from '../../api-client/index.ts';
import { EMPTY_VIEW, type RunView } from '../../client/index.ts';
import type { Operation, RunProgress } from '../../operations/index.ts';
import type { ApiConnection } from './connection.ts';
import { allPages } from './pages.ts';
import { viewOfRun } from './run-view.ts';
import type { ListedRun, ServedRun } from './runs.ts';

/** In milliseconds: quick enough to look alive, and far from the 600 requests a minute that a service grants a caller. */
const SHORTEST_INTERVAL_MS = 1_000;

/** In milliseconds, where no events come: a proxy may keep them, and a step that only works on tells none. */
const POLL_MS = 3_000;

/** How a run of a service ended, with the last view of it. */
export interface ServedEnd {
  readonly run: ServedRun;
  readonly view: RunView;
}

/**
 * Follows a run of a service to its end: looks at it whenever an event of it comes, and every few seconds where none does.
 *
 * @param run as the service has answered with it
 * @param signal ends the following, not the run
 * @throws the signal's reason; RequestRefused
 */
export async function* followServed(
  api: ApiConnection,
  run: Pick<ListedRun, 'id' | 'workflow' | 'lastEvent'>,
  signal: AbortSignal,
): Operation<RunProgress, ServedEnd> {
  yield { kind: 'started', run: run.workflow };
  const left = new AbortController();
  const bell = bellOf();
  const listening = Promise.allSettled([listen(api, run, AbortSignal.any([signal, left.signal]), bell.ring)]);
  let view = EMPTY_VIEW;
  try {
    for (;;) {
      const looked = Date.now();
      const seen = await unlessAway(look(api, run.id, signal));
      if (seen !== undefined) {
        view = viewOfRun(view, seen.run, seen.running);
        yield { kind: 'view', view };
        if (seen.run.done) return { run: seen.run, view };
      }
      await bell.rung(POLL_MS, signal);
      await sleep(Math.max(0, looked + SHORTEST_INTERVAL_MS - Date.now()), undefined, { signal });
    }
  } finally {
    left.abort();
    await listening;
  }
}

async function look(
  { client }: ApiConnection,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly run: ServedRun; readonly running: Parameters<typeof viewOfRun>[2] }> {
  const { data: run } = await answerOf(client.GET('/v1/runs/{id}', { params: { path: { id } }, signal }));
  if (run.done) return { run, running: [] };
  const running = await allPages(async (query) => {
    const params = { path: { id }, query: { ...query, outcome: 'running' as const } };
    const { data } = await answerOf(client.GET('/v1/runs/{id}/steps', { params, signal }));
    return { items: data.steps, nextPageToken: data.nextPageToken };
  });
  return { run, running };
}

/** A service that is away for a moment is asked again: the run goes on without it. */
async function unlessAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoAnswerFromApi || (error instanceof RequestRefused && error.problem.status === 503)) {
      return undefined;
    }
    throw error;
  }
}

/** Rings at each event of a run, until there are no more or the signal ends it; whatever is in the way of that leaves it to who looks by the clock. */
async function listen(
  { client }: ApiConnection,
  { id, lastEvent }: Pick<ListedRun, 'id' | 'lastEvent'>,
  signal: AbortSignal,
  ring: () => void,
): Promise<void> {
  let after = lastEvent;
  while (!signal.aborted) {
    try {
      const params = { path: { id }, query: { after } };
      const { data, response } = await client.GET('/v1/runs/{id}/events', { params, signal, parseAs: 'stream' });
      if (response.status === 204) return;
      if (!data) throw new NoAnswerFromApi('there is no stream of events');
      const events = data.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const event of events) {
        after = Number(event.id ?? after);
        ring();
      }
    } catch {
      // Whether the service is there is what the looks find out.
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Bell {
  readonly ring: () => void;
  /** Waits until it is rung, or was since the last wait, and no longer than so many milliseconds. */
  readonly rung: (atMost: number, signal: AbortSignal) => Promise<void>;
}

function bellOf(): Bell {
  let isRung = false;
  let wake = (): void => undefined;
  return {
    ring: () => {
      isRung = true;
      wake();
    },
    rung: async (atMost, signal) => {
      const woken = new AbortController();
      wake = () => {
        woken.abort();
      };
      if (!isRung) {
        await sleep(atMost, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
      }
      isRung = false;
      signal.throwIfAborted();
    },
  };
}

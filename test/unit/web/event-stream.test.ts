import { describe, expect, it } from 'vitest';

import { followEvents } from '../../../src/web/api/event-stream.ts';
import { pollEveryMs, streamBanner, type StreamState } from '../../../src/web/model/stream-state.ts';

interface Followed {
  readonly states: StreamState[];
  readonly events: string[];
  /** The place that each connection began after. */
  readonly places: (string | null)[];
}

/** Follows connections that answer one after the other; the last ends it. */
async function follow(answers: readonly (() => Response | Promise<Response>)[], silenceMs = 1_000): Promise<Followed> {
  const followed: Followed = { states: [], events: [], places: [] };
  const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    followed.places.push(new Headers(init?.headers).get('last-event-id'));
    const answer = answers[followed.places.length - 1];
    return answer === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(answer());
  };
  await followEvents(
    { url: '/events', after: 4, fetch, silenceMs },
    {
      onEvent: (type) => followed.events.push(type),
      onState: (state) => followed.states.push(state),
      onHeard: () => undefined,
    },
    AbortSignal.timeout(5_000),
  );
  return followed;
}

const ended = (): Response => new Response(null, { status: 204 });

describe('the events of a run', () => {
  it('are followed from the place of the last one when the connection breaks, until the run has ended', async () => {
    const first = new Response(
      'retry: 1\n\nid: 5\nevent: step.started\ndata: {}\n\nid: 7\nevent: step.failed\ndata: {}\n\n',
    );
    expect(await follow([() => first, ended])).toEqual({
      states: ['live', 'broken', 'ended'],
      events: ['step.started', 'step.failed'],
      places: ['4', '7'],
    });
  });

  it('are asked for again where nobody answers, and where a proxy answers for the server', async () => {
    const quickly = new Response('retry: 1\n\n');
    const { states } = await follow([
      () => quickly,
      () => Promise.reject(new TypeError('no route')),
      () => new Response('bad gateway', { status: 502 }),
      ended,
    ]);
    expect(states).toEqual(['live', 'broken', 'broken', 'broken', 'ended']);
  });

  it('are given up where not even a sign of life comes', async () => {
    const silent = (): Response =>
      new Response(
        new ReadableStream({
          start: (body) => {
            body.enqueue(new TextEncoder().encode('retry: 1\n\n'));
          },
        }),
      );
    const withSignal = [silent, ended];
    const states: StreamState[] = [];
    let asked = 0;
    await followEvents(
      {
        url: '/events',
        after: 0,
        silenceMs: 30,
        fetch: (_url, init) => {
          const answer = withSignal[asked++]?.() ?? ended();
          // As a browser does: what is read fails with the request's signal.
          const { body } = answer;
          if (body === null) return Promise.resolve(answer);
          const cut = body.pipeThrough(
            new TransformStream(),
            init?.signal === undefined || init.signal === null ? {} : { signal: init.signal },
          );
          return Promise.resolve(new Response(cut));
        },
      },
      { onEvent: () => undefined, onState: (state) => states.push(state), onHeard: () => undefined },
      AbortSignal.timeout(5_000),
    );
    expect(states).toEqual(['live', 'broken', 'ended']);
  });
});

describe('a run whose events do not come', () => {
  it('is asked for every two seconds, and says so', () => {
    expect(pollEveryMs('broken')).toBeLessThan(pollEveryMs('live'));
    expect(streamBanner('broken', 35_400)).toContain('No event for 35 s, reconnecting');
  });

  it.each(['connecting', 'live', 'ended'] as const)('has nothing to say while it is %s', (state) => {
    expect(streamBanner(state, 60_000)).toBeUndefined();
  });
});

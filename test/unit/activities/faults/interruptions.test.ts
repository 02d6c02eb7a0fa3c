import { isDeepStrictEqual } from 'node:util';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Activities } from '../../../../src/activities/index.ts';
import { interrupt, type Interruption } from './interruptions.ts';
import { outcomeOf, untilDone, type Runnable } from './outcome.ts';
import { SCENES } from './scenes.ts';
import { differences, HEARTBEAT_TIMEOUT_MS, newWorld, type World } from './world.ts';

/*
 * An attempt of every activity ends, or stands still at every point between two of its calls: before the first, between its
 * effects, and after the last. The next attempt leaves what an undisturbed one leaves; and when the first goes on after that, it changes nothing any more.
 */

vi.mock('node:timers/promises', () => ({
  // Moves the clock instead of waiting.
  setTimeout: async (ms: number, value: unknown, { signal }: { readonly signal?: AbortSignal } = {}) => {
    signal?.throwIfAborted();
    vi.setSystemTime(Date.now() + ms);
    await new Promise(setImmediate);
    return value;
  },
}));

/** By how much processes have stood still so far. */
let stoodStillMs = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + stoodStillMs);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Whether a call changes anything, by its name. */
function isWrite(call: string): boolean {
  return !/^(GET|connect) |\(dry run\)$|\/selfsubject/.test(call);
}

const POINTS: readonly {
  readonly how: Interruption;
  /** @param call the one at which the attempt is interrupted; undefined for its report */
  readonly isPoint: (call: string | undefined, following: readonly string[]) => boolean;
}[] = [
  // Before a question everything is as it was after the last write.
  { how: 'killed', isPoint: (call) => call === undefined || isWrite(call) },
  // Who only asks does no harm, however late.
  { how: 'stopped', isPoint: (_, following) => following.some(isWrite) },
  {
    how: 'killed with a write on its way',
    // What is on its way to a CA or a node cannot be called back, nor be given a condition. A Job that comes late finds nothing to do.
    isPoint: (call = '') => isWrite(call) && /^(PATCH|POST|DELETE) (?!.*\/jobs\/)/.test(call),
  },
];

/** @returns what is left, and what was called before the interruption */
async function live(
  name: keyof Activities,
  number: number,
  how: Interruption,
): Promise<{ readonly outcome: unknown; readonly calls: readonly string[] }> {
  vi.setSystemTime(performance.timeOrigin + performance.now());
  const world = await newWorld();
  const prepare = SCENES[name] as (world: World) => object | Promise<object>;
  const input = await prepare(world);
  const interrupted = await interrupt(name, { world, input, number, how });
  if (how === 'stopped') stoodStillMs += HEARTBEAT_TIMEOUT_MS;
  const result = await untilDone(world, world.activities().activities[name] as Runnable, input, 2);
  await interrupted.resume();
  return { outcome: outcomeOf(name, { world, result }), calls: interrupted.calls };
}

describe.for(POINTS)('an attempt that is $how', ({ how, isPoint }) => {
  test.for(Object.keys(SCENES) as (keyof Activities)[])(
    'at any point of %s leaves what the next one makes of it',
    { timeout: 120_000 },
    async (name) => {
      // Before its first call nothing has happened.
      const { outcome: expected } = await live(name, 1, 'killed');
      const { calls } = await live(name, Number.POSITIVE_INFINITY, how);
      const harmed: string[] = [];
      for (const [index, call] of [...calls, undefined].entries()) {
        if (!isPoint(call, calls.slice(index + 1))) continue;
        const what = `call ${index + 1}, ${call ?? 'its report'}`;
        try {
          const { outcome } = await live(name, index + 1, how);
          if (!isDeepStrictEqual(outcome, expected)) harmed.push(`${what}: ${differences(expected, outcome)}`);
        } catch (error) {
          harmed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      expect(harmed).toEqual([]);
    },
  );
});

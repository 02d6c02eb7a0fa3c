import { isDeepStrictEqual } from 'node:util';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createActivities, type Activities } from '../../../../src/activities/index.ts';
import { dependenciesOf } from '../stored.ts';
import { objectStore } from '../object-store.ts';
import { CALL_FAULTS, type CallFault } from './failing-calls.ts';
import { outcomeOf, untilDone, type Done, type Runnable } from './outcome.ts';
import { SCENES } from './scenes.ts';
import { differences, newWorld, type World } from './world.ts';

/*
 * Every call of every activity fails once, in every way: what is left at the end is what is left without a failure, and nothing is
 * done twice. A failure that nothing awaits ends the whole test run (Vitest), as it would end a worker.
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

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Lived extends Done {
  readonly calls: readonly string[];
}

/** Runs an activity to its end, as Temporal and the workflow would. */
async function live(
  name: keyof Activities,
  fault?: { readonly number: number; readonly kind: CallFault },
): Promise<Lived> {
  vi.setSystemTime(performance.timeOrigin + performance.now());
  const world = await newWorld();
  const prepare = SCENES[name] as (world: World) => object | Promise<object>;
  const input = await prepare(world);
  const { activities, calls } = world.activities();
  if (fault !== undefined) calls.fail(fault.number, fault.kind);
  const result = await untilDone(world, activities[name] as Runnable, input);
  return { world, calls: calls.calls, result };
}

function isQuestion(call = ''): boolean {
  return call.startsWith('GET ') || call.endsWith('(dry run)') || call.startsWith('connect ');
}

describe('a call that fails once harms nothing, whichever it is', () => {
  test('for every activity there is', () => {
    const made = createActivities(dependenciesOf(objectStore([])));
    expect(Object.keys(SCENES).sort()).toEqual(Object.keys(made).sort());
  });

  test.for(Object.keys(SCENES) as (keyof Activities)[])('%s', { timeout: 120_000 }, async (name) => {
    const undisturbed = await live(name);
    const expected = outcomeOf(name, undisturbed);
    const harmed: string[] = [];
    for (let number = 1; number <= undisturbed.calls.length; number += 1) {
      for (const kind of CALL_FAULTS) {
        // The answer to a question that is lost is a question that was not asked.
        if (kind === 'lost' && isQuestion(undisturbed.calls[number - 1])) continue;
        const what = `${kind} at call ${number}, ${undisturbed.calls[number - 1] ?? ''}`;
        try {
          const left = outcomeOf(name, await live(name, { number, kind }));
          if (!isDeepStrictEqual(left, expected)) harmed.push(`${what}: ${differences(expected, left)}`);
        } catch (error) {
          harmed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    expect(harmed).toEqual([]);
  });
});

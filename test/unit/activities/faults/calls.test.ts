import { isDeepStrictEqual } from 'node:util';

import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createActivities, type Activities } from '../../../../src/activities/index.ts';
import { dependenciesOf } from '../stored.ts';
import { objectStore } from '../object-store.ts';
import { CALL_FAULTS, type CallFault } from './failing-calls.ts';
import { SCENES } from './scenes.ts';
import { attempt, differences, leftIn, newWorld, type World } from './world.ts';

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

/** One call fails once: the second attempt could only fail for another reason, the third for that which the first left behind. */
const MOST_ATTEMPTS = 4;

type Runnable = (input: unknown) => Promise<unknown>;

interface Lived {
  readonly world: World;
  readonly calls: readonly string[];
  readonly result: unknown;
}

/** Runs an activity to its end, as Temporal and the workflow would. */
async function live(
  name: keyof Activities,
  fault?: { readonly number: number; readonly kind: CallFault },
): Promise<Lived> {
  vi.setSystemTime(performance.timeOrigin + performance.now());
  const world = await newWorld();
  const prepare = SCENES[name] as (world: World) => object | Promise<object>;
  let input = await prepare(world);
  const { activities, calls } = world.activities();
  const activity = activities[name] as Runnable;
  if (fault !== undefined) calls.fail(fault.number, fault.kind);
  for (let number = 1, attempts = 1; ; number += 1, attempts += 1) {
    try {
      return { world, calls: calls.calls, result: await attempt(activity, input, number) };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      if (error.nonRetryable && error.type !== 'AnswerLost') throw error;
      if (attempts === MOST_ATTEMPTS) throw error;
      // The workflow asks how many blocks there are by now, and has the step look in them.
      if (error.type === 'AnswerLost') {
        input = { ...input, afterHeight: heightIn(world) };
        number = 0;
      }
    }
  }
}

/** Questions whose answer may be another one where a call failed, and why. */
const MAY_DIFFER: Partial<Record<keyof Activities, string>> = {
  findUnchangedSteps: 'a step that could not be looked at is done, and finds that there is nothing to do',
  inspectChannel: 'a status tells of a node that it did not answer',
  inspectChaincode: 'a status tells of a node that it did not answer',
};

/** What is left, and what a question was answered: a step that did its work in an earlier attempt says that there is nothing to do. */
function outcomeOf(name: keyof Activities, { world, result }: Lived): unknown {
  const isStep = typeof result === 'object' && result !== null && 'outcome' in result;
  return { left: leftIn(world), ...(isStep || name in MAY_DIFFER ? {} : { result }) };
}

function isQuestion(call = ''): boolean {
  return call.startsWith('GET ') || call.endsWith('(dry run)') || call.startsWith('connect ');
}

function heightIn({ fabric }: World): number {
  return fabric.peer('org1-peer1').channels.get('mychannel')?.length ?? 0;
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

import { ApplicationFailure } from '@temporalio/common';

import type { Activities } from '../../../../src/activities/index.ts';
import { attempt, leftIn, type World } from './world.ts';

export type Runnable = (input: unknown) => Promise<unknown>;

/** One call fails once: the second attempt could only fail for another reason, the third for that which the first left behind. */
const MOST_ATTEMPTS = 4;

/**
 * Runs an activity to its end, as Temporal and the workflow would.
 *
 * @param first number of the first attempt
 * @returns its result
 * @throws what no further attempt is made for
 */
export async function untilDone(world: World, activity: Runnable, given: object, first = 1): Promise<unknown> {
  let input = given;
  for (let number = first, attempts = 1; ; number += 1, attempts += 1) {
    try {
      return await attempt(activity, input, number);
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

function heightIn({ fabric }: World): number {
  return fabric.peer('org1-peer1').channels.get('mychannel')?.length ?? 0;
}

/** A world in which an activity has come to its end. */
export interface Done {
  readonly world: World;
  readonly result: unknown;
}

/** Questions whose answer may be another one where a call failed, and why. */
const MAY_DIFFER: Partial<Record<keyof Activities, string>> = {
  findUnchangedSteps: 'a step that could not be looked at is done, and finds that there is nothing to do',
  inspectChannel: 'a status tells of a node that it did not answer',
  inspectChaincode: 'a status tells of a node that it did not answer',
  readRevocationList: 'a CA signs its list anew each time',
};

/** What is left, and what a question was answered: a step that did its work in an earlier attempt says that there is nothing to do. */
export function outcomeOf(name: keyof Activities, { world, result }: Done): unknown {
  const isStep = typeof result === 'object' && result !== null && 'outcome' in result;
  return { left: leftIn(world), ...(isStep || name in MAY_DIFFER ? {} : { result }) };
}

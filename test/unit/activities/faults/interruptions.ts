import type { Activities } from '../../../../src/activities/index.ts';
import { mockActivity } from '../mock-activity.ts';
import type { Runnable } from './outcome.ts';
import { HEARTBEAT_TIMEOUT_MS, type World } from './world.ts';

/**
 * What becomes of an activity's first attempt.
 *
 * - `killed`: its process ends before a call.
 * - `stopped`: its process stands still before the answer to a call, and goes on when another attempt is done.
 * - `killed with a write on its way`: its process ends, and the API server carries out what it was asked last when another attempt is done.
 */
export type Interruption = 'killed' | 'stopped' | 'killed with a write on its way';

/** Ends every call that a process would have made after its end. */
class ProcessEnded extends Error {}

/** An attempt that was interrupted. */
export interface Interrupted {
  /** What the attempt called before, in order. */
  readonly calls: readonly string[];
  /** Lets it go on, to its end. Nobody hears how that went: Temporal has a later attempt's answer. */
  readonly resume: () => Promise<void>;
}

/** Longer than any activity here takes that does not wait for something that does not come any more. */
const MOST_TURNS = 2_000;

/** Begins an activity in a process of its own whose call of a number, from 1, is the one where it is interrupted. */
export async function interrupt(
  name: keyof Activities,
  { world, input, number, how }: { world: World; input: object; number: number; how: Interruption },
): Promise<Interrupted> {
  const { activities, calls } = world.activities();
  const released = new AbortController();
  const reached = new AbortController();
  let underWay = 0;
  const hold = (): Promise<void> => {
    reached.abort();
    return aborted(released.signal);
  };
  // Effects are all made by calls: whose calls all fail from now on is as good as dead.
  const die = (): never => {
    reached.abort();
    throw new ProcessEnded();
  };
  const isLate = how === 'killed with a write on its way';
  calls.before = async (called) => {
    if (isLate && called === number) return hold();
    if (how !== 'stopped' && called >= number) die();
    underWay += 1;
  };
  calls.after = async (called) => {
    if (isLate && called === number) die();
    underWay -= 1;
    if (how === 'stopped' && called >= number) await hold();
  };
  const environment = mockActivity({ heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS });
  let isEnded = false;
  const ended = calls
    .run(() => environment.run(activities[name] as Runnable, input))
    .then(
      () => (isEnded = true),
      () => (isEnded = true),
    );
  await (how === 'killed' ? ended : Promise.race([aborted(reached.signal), ended]));
  // What others were asked before, they have done long before another attempt begins.
  for (let turn = 0; turn < MOST_TURNS && underWay > 0; turn += 1) await new Promise(setImmediate);
  return {
    calls: calls.calls,
    resume: async () => {
      released.abort();
      for (let turn = 0; turn < MOST_TURNS && !isEnded; turn += 1) await new Promise(setImmediate);
      // As soon as a beat arrives, Temporal answers that it knows no such attempt any more.
      environment.cancel('NOT_FOUND');
      await ended;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
    if (signal.aborted) resolve();
  });
}

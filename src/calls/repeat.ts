/*
 * How a call of an API server, a certificate authority or a node is made again that failed in passing. Steps are tried again
 * by Temporal (src/workflows/durable/policies.ts); what is here spares a step of a dozen calls from failing for one of them.
 *
 * Own code rather than a library: p-retry and its like know no failure that says how long to wait, and no look between two writes.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Where three calls in ten fail, one in four hundred fails as often as this: a step of a dozen calls is seldom tried again. */
const MOST_ATTEMPTS = 5;

/** A connection that was reset is made anew within milliseconds. Doubled each time: 1.5 seconds in all, which a person hardly notices. */
const FIRST_PAUSE_MS = 100;

/** Calls that failed together do not come again together: each waits between half its pause and all of it. */
const LEAST_PART_OF_PAUSE = 0.5;

/**
 * No attempt begins later than this after the first one. Below the 20 seconds that a first look may take: who asks for longer waits between two
 * attempts of the step, where nothing is kept busy.
 */
const PATIENCE_MS = 15_000;

/** What is known of a failure that passes by itself. */
export interface PassingFailure {
  /** How long whoever answered asks to wait, in milliseconds; absent if it does not ask. */
  readonly afterMs?: number | undefined;
}

export interface RepeatOptions {
  /** What a failure says of itself; undefined if the same call would fail again. */
  readonly passing: (error: unknown) => PassingFailure | undefined;
  /** Ends the pauses with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a call that changes nothing, or the same whenever it is made, until it is answered.
 *
 * @throws what the last attempt threw; the signal's reason when it is aborted in a pause
 */
export async function repeated<Result>(
  call: (attempt: number) => Promise<Result>,
  { passing, signal }: RepeatOptions,
): Promise<Result> {
  const begun = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      const failure = passing(error);
      const pause = pauseAfter(attempt, failure);
      if (failure === undefined || attempt === MOST_ATTEMPTS || Date.now() - begun + pause > PATIENCE_MS) throw error;
      await wait(pause, signal);
    }
  }
}

/**
 * Makes a call that changes something. After an attempt without an answer it is looked first whether that one got through.
 *
 * @param look what the call would have returned; undefined if it did not get through
 */
export function repeatedWrite<Result>(
  write: () => Promise<Result>,
  look: () => Promise<Result | undefined>,
  options: RepeatOptions,
): Promise<Result> {
  return repeated(async (attempt) => {
    const found = attempt === 1 ? undefined : await look();
    return found ?? write();
  }, options);
}

function pauseAfter(attempt: number, { afterMs = 0 }: PassingFailure = {}): number {
  const whole = FIRST_PAUSE_MS * 2 ** (attempt - 1);
  return Math.max(whole * (LEAST_PART_OF_PAUSE + Math.random() * (1 - LEAST_PART_OF_PAUSE)), afterMs);
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

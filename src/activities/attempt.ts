import { AsyncLocalStorage } from 'node:async_hooks';

import { Context } from '@temporalio/activity';

import { failure } from './failures.ts';

/*
 * Whether an attempt is still the one that Temporal counts on. A process that was stopped, or whose machine stood still, does not know that its attempt was
 * given up and the next one has done the work: what it writes then is done a second time, or undoes that.
 */

/**
 * A worker passes beats on every three seconds (HEARTBEAT_INTERVAL in src/worker/host.ts), so that the newest that has arrived may be that much older than
 * the newest that was given; the fourth second is for its way, and that of the write.
 */
const MARGIN_MS = 4_000;

interface Attempt {
  /** Notes that the attempt lives. Once it has stood still for too long it stays given up. */
  readonly beat: () => void;
  /** How long it has stood still if it may have been given up, in milliseconds; undefined while it is certain that it has not. */
  readonly stoodStillMs: () => number | undefined;
}

const attempts = new AsyncLocalStorage<{ readonly attempt: Attempt; readonly context: Context }>();

/** Begins to watch an activity's attempt. */
export function beginAttempt({ info: { heartbeatTimeoutMs = Number.POSITIVE_INFINITY } }: Context): Attempt {
  // A clock that nobody sets. It goes on while the process is stopped.
  let lastBeat = performance.now();
  let stoodStill: number | undefined;
  const stoodStillMs = (): number | undefined => {
    const silent = performance.now() - lastBeat;
    if (silent > heartbeatTimeoutMs - MARGIN_MS) stoodStill ??= silent;
    return stoodStill;
  };
  return {
    stoodStillMs,
    beat: () => {
      if (stoodStillMs() === undefined) lastBeat = performance.now();
    },
  };
}

/** Runs an attempt, whose writes are asked for by {@link requireCurrentAttempt}. */
export function runAttempt<Result>(attempt: Attempt, act: () => Promise<Result>): Promise<Result> {
  return attempts.run({ attempt, context: Context.current() }, act);
}

/**
 * Ensures, before something is written, that no other attempt of the same activity can be under way or done.
 *
 * @throws ApplicationFailure `WorkerStoodStill`; nothing outside of an activity
 */
export function requireCurrentAttempt(): void {
  const current = attempts.getStore();
  if (current === undefined) return;
  const stoodStillMs = current.attempt.stoodStillMs();
  if (stoodStillMs !== undefined) {
    const seconds = Math.round(stoodStillMs / 1_000);
    throw failure(
      'WorkerStoodStill',
      `The worker stood still for ${seconds} s: another attempt may have taken over, and nothing more is written.`,
    );
  }
  const { timedOut = false, notFound = false } = current.context.cancellationDetails ?? {};
  if (timedOut || notFound) {
    throw failure('WorkerStoodStill', 'The attempt took too long and was given up: nothing more is written.');
  }
}

import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import type { Decision } from '../kubernetes/index.ts';
import { beginAttempt, runAttempt } from './attempt.ts';
import { asFailure } from './failures.ts';

export type { Decision };

/** What a step did to its target. A dry run reports the outcome that the step would have. */
export type Outcome = Decision['outcome'];

/** What every step returns to the workflow. */
export interface StepResult extends Decision {
  /** Which attempt succeeded, from 1. */
  readonly attempts: number;
}

/** What a step heartbeats while it waits, so that whoever watches the run can say why. */
export interface Waiting {
  /** One CamelCase word, e.g. `ImagePullBackOff`. */
  readonly reason: string;
  /** A sentence that names the object and the fact. */
  readonly message: string;
}

/** What an activity heartbeats: what it works on, as people are told, and what it waits for, if it does. */
export interface Heartbeat extends Partial<Waiting> {
  /** e.g. `org1/peer1` */
  readonly target: string;
}

/** What a step may use of the activity that it runs in. */
export interface StepContext {
  /** Which attempt this is, from 1: before a later one, an earlier one may have got through without an answer. */
  readonly attempt: number;
  /** Aborted when the run is cancelled or the worker shuts down. */
  readonly signal: AbortSignal;
  /** Says what the step waits for; the last word is kept until the next. */
  readonly waiting: (waiting: Waiting) => void;
}

// A third of the heartbeat timeout in src/workflows/policies.ts: two beats may be lost before a worker counts as dead.
const HEARTBEAT_INTERVAL_MS = 3_000;

/**
 * Makes an activity of a step: it heartbeats while the step works, so that a dead worker is noticed and a
 * cancellation arrives within seconds, and gives every error its name (see `failures.ts`).
 *
 * The activity takes its input and, for whoever watches, the target that people are told it works on.
 *
 * @param act the step: observe, decide, act, verify
 */
export function asStep<Input, Made extends Decision = Decision>(
  act: (input: Input, context: StepContext) => Promise<Made>,
): (input: Input, target?: string) => Promise<Made & StepResult> {
  const run = asActivity(act);
  return async (input, target) => ({ ...(await run(input, target)), attempts: Context.current().info.attempt });
}

/** Like {@link asStep}, for an activity that answers a question instead of changing something. */
export function asActivity<Input, Result>(
  act: (input: Input, context: StepContext) => Promise<Result>,
): (input: Input, target?: string) => Promise<Result> {
  return async (input, target = '') => {
    const activity = Context.current();
    const { attempt: number } = activity.info;
    const attempt = beginAttempt(activity);
    let current: Heartbeat = { target };
    const beat = (): void => {
      attempt.beat();
      activity.heartbeat(current);
    };
    const waiting = (next: Waiting): void => {
      current = { target, ...next };
      beat();
    };
    // Not at once: most activities end sooner, and each heartbeat is a call to Temporal.
    const heart = setInterval(beat, HEARTBEAT_INTERVAL_MS);
    const context: StepContext = { attempt: number, signal: activity.cancellationSignal, waiting };
    try {
      return await runAttempt(attempt, () => act(input, context));
    } catch (error) {
      // `cancelled` rejects with the CancelledFailure that Temporal expects, whatever the abort looked like further down.
      if (activity.cancellationSignal.aborted) await activity.cancelled;
      throw withAttempts(asFailure(error), number);
    } finally {
      clearInterval(heart);
    }
  };
}

/** Says in a failure's details which attempt it ended: Temporal does not tell the workflow. */
function withAttempts(failure: ApplicationFailure, attempts: number): ApplicationFailure {
  const [first, ...others] = failure.details ?? [];
  const details = typeof first === 'object' ? { ...first, attempts } : { attempts };
  return ApplicationFailure.fromError(failure, { details: [details, ...others] });
}

export const UNCHANGED: Decision = { outcome: 'unchanged', reason: '' };

/** Joins the decisions about the parts of one target: unchanged only if every part is, `updated` where parts differ. */
export function join(decisions: readonly Decision[]): Decision {
  const changes = decisions.filter((decision) => decision.outcome !== 'unchanged');
  const [first, ...others] = new Set(changes.map((decision) => decision.outcome));
  if (first === undefined) return UNCHANGED;
  const reasons = new Set(changes.map((decision) => decision.reason).filter((reason) => reason !== ''));
  return { outcome: others.length === 0 ? first : 'updated', reason: [...reasons].join('; ') };
}

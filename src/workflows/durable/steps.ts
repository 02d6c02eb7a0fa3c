import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';

import type { Activities } from '../../activities/index.ts';
import type { ClusterActivities, ResultOf, StepName } from './activities.ts';
import type { StepRecord } from '../messages.ts';

/** The steps of a run, in the order in which they began. */
export interface Steps {
  readonly records: readonly StepRecord[];
  /**
   * Runs an activity as a step and keeps the record of it.
   *
   * @param step the activity's name
   * @param target what it works on, e.g. `org1/peer1`
   * @throws ApplicationFailure of the activity's own type, its message led by step and target
   */
  readonly run: <Name extends StepName>(
    step: Name,
    target: string,
    input: Parameters<Activities[Name]>[0],
  ) => Promise<ResultOf<Name>>;
  /** Like `run`, for a step that the run may give up: once it is cancelled it is no step of the run. */
  readonly attempt: Steps['run'];
  /** Adds what a child workflow did. */
  readonly add: (records: readonly StepRecord[]) => void;
}

export function recordSteps(activities: ClusterActivities): Steps {
  const records: StepRecord[] = [];
  const begin = (step: StepName, target: string): OpenRecord => {
    // The workflow's clock: the same on every replay.
    const started = Date.now();
    const record: StepRecord = { step, target, outcome: 'running', attempts: 0, seconds: 0, reason: '' };
    records.push(record);
    return {
      close: (end) => {
        records[records.indexOf(record)] = { step, target, ...end, seconds: (Date.now() - started) / 1000 };
      },
      withdraw: () => {
        records.splice(records.indexOf(record), 1);
      },
    };
  };
  const carryOut =
    (onCancelled: (record: OpenRecord) => void): Steps['run'] =>
    async (step, target, input) => {
      const record = begin(step, target);
      try {
        const result = await activities.step(step, target, input);
        const { outcome, attempts, reason } = result;
        record.close({ outcome, attempts, reason });
        return result;
      } catch (error) {
        if (isCancellation(error)) {
          onCancelled(record);
          throw error;
        }
        const failure = applicationFailure(error);
        record.close({ outcome: 'failed', attempts: attemptsOf(failure), reason: failure.message });
        throw ApplicationFailure.create({
          message: `${step} ${target}: ${failure.message}`,
          type: failure.type ?? 'Unexpected',
          nonRetryable: true,
          details: failure.details ?? [],
        });
      }
    };
  return {
    records,
    run: carryOut((record) => {
      record.close({ outcome: 'cancelled', attempts: 0, reason: '' });
    }),
    attempt: carryOut((record) => {
      record.withdraw();
    }),
    add: (more) => {
      records.push(...more);
    },
  };
}

/** The record of a step that is under way. */
interface OpenRecord {
  readonly close: (end: Pick<StepRecord, 'outcome' | 'attempts' | 'reason'>) => void;
  readonly withdraw: () => void;
}

/** Which attempt it was that failed, as the activity tells it (src/activities/step.ts); 0 if none could tell. */
function attemptsOf({ details }: ApplicationFailure): number {
  const [first] = details ?? [];
  const told = typeof first === 'object' && first !== null && 'attempts' in first ? first.attempts : 0;
  return typeof told === 'number' ? told : 0;
}

/**
 * Awaits work that goes on at the same time. One failure does not stop the others half way: all come to their end
 * first, and then every failure is reported at once.
 *
 * @throws the first cancellation; else ApplicationFailure of the first failure's type, with all messages and details
 */
export async function allDone<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  // Work that waits for other work fails with the same error, alone or among others: that is one failure.
  const rejected = settled.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  const reasons = [
    ...new Set(rejected.flatMap((reason): readonly unknown[] => (reason instanceof Failures ? reason.each : [reason]))),
  ];
  const cancelled = reasons.find((reason): reason is Error => reason instanceof Error && isCancellation(reason));
  if (cancelled !== undefined) throw cancelled;
  const failures = reasons.map(applicationFailure);
  const [first, ...others] = failures;
  if (first !== undefined) {
    if (others.length === 0) throw first;
    throw new Failures(failures, first.type ?? 'Unexpected');
  }
  return settled.filter((result) => result.status === 'fulfilled').map((result) => result.value);
}

/** Several failures as one. */
class Failures extends ApplicationFailure {
  readonly each: readonly ApplicationFailure[];

  constructor(each: readonly ApplicationFailure[], type: string) {
    const details = each.flatMap((failure) => failure.details ?? []);
    super(each.map((failure) => failure.message).join('\n'), type, true, details);
    this.each = each;
  }
}

/**
 * The failure with a name inside Temporal's wrappers. The wrapper says only which activity or child it was, or that the
 * patience with the trouble inside it has ended.
 */
function applicationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const wraps =
    error instanceof ActivityFailure || error instanceof ChildWorkflowFailure || error instanceof TimeoutFailure;
  if (wraps && error.cause !== undefined) return applicationFailure(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({ message, type: 'Unexpected', nonRetryable: true });
}

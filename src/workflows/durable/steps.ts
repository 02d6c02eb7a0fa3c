import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';

import type { StepRecord, StepsSince } from '../messages.ts';
import type { StepResult } from '../../activities/activity.ts';
import type { UnchangedStep } from '../../activities/status/unchanged-steps.ts';
import type { FailureType } from '../../activities/failures.ts';
import { activitiesAt, type QueryCalls, type StepCalls, type StepName } from './activities.ts';
import type { Pausing } from './pause.ts';

function withoutPath({ step, target, outcome, attempts, seconds, reason }: StepRecord): StepRecord {
  return { step, target, outcome, attempts, seconds, reason };
}

/** The steps of a run, in the order in which they began. */
export interface Steps {
  readonly records: readonly StepRecord[];
  /** The records as a run returns them: without their paths, which whoever has watched it knows, and which would make its result a third longer. */
  readonly results: () => readonly StepRecord[];
  /** The records that have changed since a version; all of them without one, or where it is none of this run's. */
  readonly changedSince: (version?: number) => StepsSince;
  /**
   * The steps on a cluster, as methods that keep a record. Each throws an ApplicationFailure of the activity's own type, its
   * message led by step and target.
   */
  readonly at: (cluster: string) => StepCalls;
  /** Like `at`, for steps that the run may give up: once such a step is cancelled it is no step of the run. */
  readonly attemptsAt: (cluster: string) => StepCalls;
  /** Questions to a cluster, and notes that the run keeps there; they leave no record. */
  readonly queriesAt: (cluster: string) => QueryCalls;
  /** From now on these steps are not run, but recorded as unchanged: they were found to have nothing to do. */
  readonly skip: (found: readonly UnchangedStep[]) => void;
  /** Whether a step was found to have nothing to do. */
  readonly isSkipped: (step: StepName, target: string) => boolean;
  /** Adds what a child workflow did. */
  readonly add: (records: readonly StepRecord[]) => void;
}

/**
 * Begins the record of a run's steps.
 *
 * @param pausing while the run is paused, none begins, and no question is asked
 * @param unchanged steps that were found to have nothing to do: see {@link Steps.skip}
 */
export function recordSteps(pausing: Pausing, unchanged: readonly UnchangedStep[] = []): Steps {
  const records: StepRecord[] = [];
  const changes = recordChanges(records);
  const activities = memoized(activitiesAt);
  const skipped = new Map<string, UnchangedStep['result']>();
  const skip = (found: readonly UnchangedStep[]): void => {
    for (const { step, target, result } of found) skipped.set(`${step} ${target}`, result);
  };
  skip(unchanged);

  const begin = (step: StepName, target: string): OpenRecord => {
    // The workflow's clock: the same on every replay.
    const started = Date.now();
    const running: StepRecord = { step, target, outcome: 'running', attempts: 0, seconds: 0, reason: '' };
    changes.add(running);
    return {
      close: (end) => {
        changes.replace(running, { step, target, ...end, seconds: (Date.now() - started) / 1000 });
      },
      withdraw: () => {
        changes.remove(running);
      },
    };
  };

  const record = async (
    step: StepName,
    target: string,
    work: () => Promise<StepResult>,
    onCancelled: (open: OpenRecord) => void,
  ): Promise<StepResult> => {
    const open = begin(step, target);
    try {
      const result = await work();
      const { outcome, attempts, reason } = result;
      open.close({ outcome, attempts, reason });
      return result;
    } catch (error) {
      const cancelled = cancellationOf(error);
      if (cancelled !== undefined) {
        onCancelled(open);
        throw cancelled;
      }
      const failure = applicationFailure(error);
      // Looked into, and then done again or not: not the end of the step.
      if (failure.type === ANSWER_LOST) {
        open.withdraw();
        throw failure;
      }
      open.close({ outcome: 'failed', attempts: attemptsOf(failure), reason: failure.message });
      throw ApplicationFailure.create({
        message: `${step} ${target}: ${failure.message}`,
        type: failure.type ?? 'Unexpected',
        nonRetryable: true,
        details: failure.details ?? [],
      });
    }
  };

  const recorded = (cluster: string, onCancelled: (open: OpenRecord) => void): StepCalls => {
    const calls: Readonly<Record<StepName, StepCall>> = activities(cluster);
    const recording = Object.entries(calls).map(([name, call]) => {
      // What has the name of a step in the calls is that step.
      const step = name as StepName;
      const perform = (target: string, input: never): Promise<StepResult> => {
        const known = skipped.get(`${name} ${target}`);
        const work = (): Promise<StepResult> => (known === undefined ? call(target, input) : Promise.resolve(known));
        return pausing.begin(() => record(step, target, work, onCancelled));
      };
      return [name, perform];
    });
    return Object.fromEntries(recording) as StepCalls;
  };

  const asked = (calls: QueryCalls): QueryCalls => {
    const asking = Object.entries(calls).map(([name, call]: [string, QueryCall]) => [
      name,
      (target: string, input: never) => pausing.begin(() => call(target, input)),
    ]);
    return Object.fromEntries(asking) as QueryCalls;
  };

  return {
    records,
    results: () => records.map(withoutPath),
    at: memoized((cluster) =>
      recorded(cluster, (open) => {
        open.close({ outcome: 'cancelled', attempts: 0, reason: '' });
      }),
    ),
    attemptsAt: memoized((cluster) =>
      recorded(cluster, (open) => {
        open.withdraw();
      }),
    ),
    queriesAt: memoized((cluster) => asked(activities(cluster))),
    skip,
    isSkipped: (step, target) => skipped.has(`${step} ${target}`),
    add: (more) => {
      for (const one of more) changes.add(one);
    },
    changedSince: changes.since,
  };
}

/** What changes in a list of records is counted, so that nobody who looks on has to be told all of it each time. */
export interface RecordChanges {
  readonly add: (record: StepRecord) => void;
  readonly replace: (record: StepRecord, by: StepRecord) => void;
  readonly remove: (record: StepRecord) => void;
  readonly since: Steps['changedSince'];
}

export function recordChanges(records: StepRecord[]): RecordChanges {
  const versions = new Map<StepRecord, number>();
  let version = 0;
  let removedAt = 0;
  const mark = (record: StepRecord): void => {
    version += 1;
    versions.set(record, version);
  };
  return {
    add: (record) => {
      records.push(record);
      mark(record);
    },
    replace: (record, by) => {
      records[records.indexOf(record)] = by;
      versions.delete(record);
      mark(by);
    },
    remove: (record) => {
      records.splice(records.indexOf(record), 1);
      versions.delete(record);
      version += 1;
      removedAt = version;
    },
    since: (asked = 0) => {
      // What is gone shows only in the whole list.
      const since = asked >= removedAt && asked <= version ? asked : 0;
      return { version, since, steps: records.filter((record) => (versions.get(record) ?? 0) > since) };
    },
  };
}

/** Type of the failure after which nobody knows whether a transaction was ordered. */
const ANSWER_LOST: FailureType = 'AnswerLost';

/** Whether an error says that nobody knows whether a transaction was ordered. */
export function isAnswerLost(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === ANSWER_LOST;
}

/** The same object for the same cluster: building it takes a moment, and a run asks for it at every step. */
function memoized<Value>(make: (cluster: string) => Value): (cluster: string) => Value {
  const made = new Map<string, Value>();
  return (cluster) => {
    const earlier = made.get(cluster);
    if (earlier !== undefined) return earlier;
    const value = make(cluster);
    made.set(cluster, value);
    return value;
  };
}

/** A step, whatever its input. */
type StepCall = (target: string, input: never) => Promise<StepResult>;

/** A question, whatever its input. */
type QueryCall = (target: string, input: never) => Promise<unknown>;

/** The record of a step that is under way. */
interface OpenRecord {
  readonly close: (end: Pick<StepRecord, 'outcome' | 'attempts' | 'reason'>) => void;
  readonly withdraw: () => void;
}

/** The cancellation that an error of an activity says; undefined if it says none. */
function cancellationOf(error: unknown): Error | undefined {
  if (error instanceof Error && isCancellation(error)) return error;
  // An attempt that failed before it could hear that the run was cancelled. Temporal tells its failure, and tries no more.
  if (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED')
    return new CancelledFailure(`${error.activityType} was cancelled`, [], error);
  return undefined;
}

/** Which attempt it was that failed, as the activity tells it (src/activities/activity.ts); 0 if none could tell. */
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
export async function allDone<const T extends readonly Promise<unknown>[]>(work: T): Promise<Results<T>> {
  const settled = await Promise.allSettled(work);
  // Work that waits for other work fails with the same error, alone or among others: that is one failure.
  const rejected = settled.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  const reasons = [
    ...new Set(rejected.flatMap((reason): readonly unknown[] => (reason instanceof Failures ? reason.each : [reason]))),
  ];
  const cancelled = reasons.find((reason): reason is Error => reason instanceof Error && isCancellation(reason));
  if (cancelled !== undefined) throw cancelled;
  // A child's failure comes wrapped from whoever awaited the child, and bare from who waited for that.
  const failures = [...new Set(reasons.map(applicationFailure))];
  const [first, ...others] = failures;
  if (first !== undefined) {
    if (others.length === 0) throw first;
    throw new Failures(failures, first.type ?? 'Unexpected');
  }
  const values = settled.filter((result) => result.status === 'fulfilled').map((result): unknown => result.value);
  // None was rejected, so each has the place of its promise.
  return values as Results<T>;
}

/** What promises resolve to, each in its place. */
type Results<T extends readonly Promise<unknown>[]> = { -readonly [Place in keyof T]: Awaited<T[Place]> };

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
 * patience with the failure inside it has ended. Any other error is a defect in the workflow's own code.
 */
function applicationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const wraps =
    error instanceof ActivityFailure || error instanceof ChildWorkflowFailure || error instanceof TimeoutFailure;
  if (wraps && error.cause !== undefined) return applicationFailure(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({ message, type: wraps ? 'Unexpected' : 'Defect', nonRetryable: true });
}

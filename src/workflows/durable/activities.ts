import { ActivityFailure, ApplicationFailure, proxyActivities, sleep, TimeoutFailure } from '@temporalio/workflow';

import type { StepResult } from '../../activities/activity.ts';
import type { FailureType } from '../../activities/failures.ts';
import type { Activities } from '../../activities/index.ts';
import { activityTaskQueue } from '../messages.ts';
import { POLICIES } from './policies.ts';

/** The activities that change something and say what they did. */
export type StepName = {
  [Name in keyof Activities]: Activities[Name] extends (input: never) => Promise<StepResult> ? Name : never;
}[keyof Activities];

/** The activities that are no step of a run as people see it: they answer a question, or keep a note of the run itself. */
export type QueryName = Exclude<keyof Activities, StepName>;

/** What a step answers. */
export type ResultOf<Name extends StepName> = StepResult & Awaited<ReturnType<Activities[Name]>>;

/**
 * Steps as methods: `step.applyDeployment('org1/peer1', input)`. Each throws ActivityFailure.
 *
 * The first argument is the target as people are told, e.g. `org1/peer1`: it is the summary in Temporal's own tools, and the
 * activity heartbeats it, so that whoever watches knows which of several activities of one name waits.
 */
export type StepCalls = {
  readonly [Name in keyof Pick<Activities, StepName>]: (
    target: string,
    input: Parameters<Activities[Name]>[0],
  ) => Promise<ResultOf<Name>>;
};

/** Questions as methods, like {@link StepCalls}. */
export type QueryCalls = {
  readonly [Name in keyof Pick<Activities, QueryName>]: (
    target: string,
    input: Parameters<Activities[Name]>[0],
  ) => ReturnType<Activities[Name]>;
};

/** The activities of a cluster, run by whichever worker can reach it. */
export function activitiesAt(cluster: string): StepCalls & QueryCalls {
  const taskQueue = activityTaskQueue(cluster);
  const calls = Object.entries(POLICIES).map(([name, policy]) => {
    const activity = proxyActivities<Record<string, (input: unknown, target: string) => Promise<unknown>>>({
      ...policy,
      taskQueue,
    })[name];
    const call = (target: string, input: unknown): Promise<unknown> | undefined =>
      answered(() => activity?.executeWithOptions({ summary: target }, [input, target]));
    return [name, call] as const;
  });
  // POLICIES has every activity by name, and each of them takes one input.
  return Object.fromEntries(calls) as unknown as StepCalls & QueryCalls;
}

/** Type of the failure of a worker that does not have the key of what it was given. */
const KEY_MISSING: FailureType = 'PayloadKeyMissing';

/** Another worker takes the activity meanwhile, or a Secret with the key arrives; people who watch see it tried again. */
const KEY_INTERVAL = '5s';

/** Those that answer within a few attempts lose a worker every 36 s: an hour of it is somebody's to look at, as of any other trouble. */
const MOST_WORKERS_LOST = 100;

/**
 * Calls an activity until a worker takes it that can read its input, and lives to answer. Neither says anything of what the activity works on, so that such attempts do
 * not count among those after which its policy gives up.
 */
function answered(call: () => Promise<unknown> | undefined, workersLost = 0): Promise<unknown> | undefined {
  return call()?.catch(async (error: unknown) => {
    if (isWorkerLost(error) && workersLost < MOST_WORKERS_LOST) return answered(call, workersLost + 1);
    if (!isKeyMissing(error)) throw error;
    await sleep(KEY_INTERVAL);
    return answered(call, workersLost);
  });
}

/** Whether an activity was given up since the worker of its last attempt gave no sign of life. */
export function isWorkerLost(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'HEARTBEAT' &&
    error.retryState === 'MAXIMUM_ATTEMPTS_REACHED'
  );
}

function isKeyMissing(error: unknown): boolean {
  if (error instanceof ApplicationFailure) return error.type === KEY_MISSING;
  return (error instanceof ActivityFailure || error instanceof TimeoutFailure) && isKeyMissing(error.cause);
}

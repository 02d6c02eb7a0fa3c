import type { WorkflowExecutionDescription, WorkflowExecutionStatusName } from '@temporalio/client';

import type { Waiting } from '../workflows/messages.ts';
import type { PayloadReader } from './payloads.ts';
import type { PendingActivity, RunDescription, RunStatus } from './temporal.ts';

type Raw = WorkflowExecutionDescription['raw'];
type RawActivity = NonNullable<Raw['pendingActivities']>[number];
type RawFailure = NonNullable<RawActivity['lastFailure']>;
type Timestamp = RawActivity['scheduledTime'];

/** Number of "scheduled" in Temporal's API, in PendingActivityState as in PendingWorkflowTaskState. */
const SCHEDULED = 1;

/**
 * Takes from Temporal's description of a run what Weft shows of it.
 *
 * @param read - reads what the SDK does not decode by itself: heartbeats and the failures of attempts.
 */
export async function describeRun(
  description: WorkflowExecutionDescription,
  read: PayloadReader,
): Promise<RunDescription> {
  const { workflowId, runId, type, status, startTime, memo, raw } = description;
  const task = raw.pendingWorkflowTask;
  const unclaimedSince = Number(task?.state) === SCHEDULED ? timeOf(task?.scheduledTime) : undefined;
  const build = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  return {
    run: { workflowId, runId },
    type,
    status: RUN_STATUS[status.name],
    startedAt: startTime,
    memo: memo ?? {},
    activities: await Promise.all((raw.pendingActivities ?? []).map((activity) => pendingActivity(activity, read))),
    ...(build ? { build } : {}),
    ...(unclaimedSince ? { unclaimedSince } : {}),
  };
}

export const RUN_STATUS: Readonly<Record<WorkflowExecutionStatusName, RunStatus>> = {
  UNSPECIFIED: 'running',
  UNKNOWN: 'running',
  RUNNING: 'running',
  PAUSED: 'running',
  CONTINUED_AS_NEW: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
};

/** When its attempts began and ended. */
function timesOf({
  lastStartedTime,
  lastAttemptCompleteTime,
}: RawActivity): Pick<PendingActivity, 'lastStartedAt' | 'lastFailedAt'> {
  const lastStartedAt = timeOf(lastStartedTime);
  const lastFailedAt = timeOf(lastAttemptCompleteTime);
  return { ...(lastStartedAt ? { lastStartedAt } : {}), ...(lastFailedAt ? { lastFailedAt } : {}) };
}

async function pendingActivity(activity: RawActivity, read: PayloadReader): Promise<PendingActivity> {
  const [[heartbeat], lastFailure] = await Promise.all([
    read(activity.heartbeatDetails?.payloads),
    activity.lastFailure ? failureOf(activity.lastFailure, read) : undefined,
  ]);
  const target = textOf(heartbeat, 'target');
  const waiting = waitingOf(heartbeat);
  return {
    id: activity.activityId ?? '',
    type: activity.activityType?.name ?? '',
    attempt: activity.attempt ?? 1,
    ...queueOf(activity),
    ...scheduling(activity),
    ...timesOf(activity),
    ...(lastFailure ? { lastFailure } : {}),
    ...(target === undefined ? {} : { target }),
    ...(activity.paused === true ? { isPaused: true } : {}),
    ...(waiting ? { waiting } : {}),
  };
}

function queueOf({ activityOptions }: RawActivity): Pick<PendingActivity, 'queue'> {
  const queue = activityOptions?.taskQueue?.name;
  return queue ? { queue } : {};
}

/** A scheduled activity either waits for the time of its next attempt, or for a worker. */
function scheduling(activity: RawActivity): Pick<PendingActivity, 'nextAttemptAt' | 'unclaimedSince'> {
  if (Number(activity.state) !== SCHEDULED) return {};
  const nextAttemptAt = timeOf(activity.nextAttemptScheduleTime);
  if (nextAttemptAt) return { nextAttemptAt };
  const unclaimedSince = timeOf(activity.scheduledTime);
  return unclaimedSince ? { unclaimedSince } : {};
}

async function failureOf(failure: RawFailure, read: PayloadReader): Promise<PendingActivity['lastFailure']> {
  const type = failure.applicationFailureInfo?.type ?? (failure.timeoutFailureInfo ? 'Timeout' : 'Unknown');
  // A failure converter may have moved the message to where codecs reach it (`encodeCommonAttributes`).
  const [encoded] = await read(failure.encodedAttributes ? [failure.encodedAttributes] : []);
  return { type, message: textOf(encoded, 'message') ?? failure.message ?? '' };
}

/** What a heartbeat says that its activity waits for. */
function waitingOf(heartbeat: unknown): Waiting | undefined {
  const reason = textOf(heartbeat, 'reason');
  const message = textOf(heartbeat, 'message');
  return reason === undefined || reason === '' || message === undefined ? undefined : { reason, message };
}

function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof field === 'string' ? field : undefined;
}

/** A protobuf timestamp as a date; undefined if it is not set. */
export function timeOf(timestamp: Timestamp): Date | undefined {
  const milliseconds = millisecondsOf(timestamp);
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}

/** Milliseconds of a protobuf timestamp or duration; undefined if it is not set. */
export function millisecondsOf(time: Timestamp): number | undefined {
  if (time?.seconds === undefined || time.seconds === null) return undefined;
  return Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000);
}

import type { WorkflowExecutionDescription, WorkflowExecutionStatusName } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

import type { PendingActivity, RunDescription, RunStatus } from './temporal.ts';

type Raw = WorkflowExecutionDescription['raw'];
type RawActivity = NonNullable<Raw['pendingActivities']>[number];
type Timestamp = RawActivity['scheduledTime'];

/** Number of "scheduled" in Temporal's API, in PendingActivityState as in PendingWorkflowTaskState. */
const SCHEDULED = 1;

/** Takes from Temporal's description of a run what Weft shows of it. */
export function describeRun(description: WorkflowExecutionDescription): RunDescription {
  const { workflowId, runId, type, status, startTime, memo, raw } = description;
  const task = raw.pendingWorkflowTask;
  const unclaimedSince = Number(task?.state) === SCHEDULED ? timeOf(task?.scheduledTime) : undefined;
  return {
    run: { workflowId, runId },
    type,
    status: STATUS[status.name],
    startedAt: startTime,
    memo: memo ?? {},
    activities: (raw.pendingActivities ?? []).map(pendingActivity),
    ...(unclaimedSince ? { unclaimedSince } : {}),
  };
}

const STATUS: Readonly<Record<WorkflowExecutionStatusName, RunStatus>> = {
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

function pendingActivity(activity: RawActivity): PendingActivity {
  const [payload] = activity.heartbeatDetails?.payloads ?? [];
  const heartbeat: unknown = payload && defaultPayloadConverter.fromPayload(payload);
  return {
    id: activity.activityId ?? '',
    type: activity.activityType?.name ?? '',
    attempt: activity.attempt ?? 1,
    ...scheduling(activity),
    ...(activity.lastFailure ? { lastFailure: failureOf(activity.lastFailure) } : {}),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  };
}

/** A scheduled activity either waits for the time of its next attempt, or for a worker. */
function scheduling(activity: RawActivity): Pick<PendingActivity, 'nextAttemptAt' | 'unclaimedSince'> {
  if (Number(activity.state) !== SCHEDULED) return {};
  const nextAttemptAt = timeOf(activity.nextAttemptScheduleTime);
  if (nextAttemptAt) return { nextAttemptAt };
  const unclaimedSince = timeOf(activity.scheduledTime);
  return unclaimedSince ? { unclaimedSince } : {};
}

function failureOf(failure: NonNullable<RawActivity['lastFailure']>): { type: string; message: string } {
  const type = failure.applicationFailureInfo?.type ?? (failure.timeoutFailureInfo ? 'Timeout' : 'Unknown');
  return { type, message: failure.message ?? '' };
}

/** A protobuf timestamp as a date; undefined if it is not set. */
export function timeOf(timestamp: Timestamp): Date | undefined {
  if (timestamp?.seconds === undefined || timestamp.seconds === null) return undefined;
  return new Date(Number(timestamp.seconds) * 1000 + Math.floor((timestamp.nanos ?? 0) / 1_000_000));
}

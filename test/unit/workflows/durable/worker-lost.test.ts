import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
  type RetryState,
  type TimeoutType,
} from '@temporalio/common';
import { expect, test } from 'vitest';

import { isWorkerLost } from '../../../../src/workflows/durable/activities.ts';

function failed(cause: Error, retryState: RetryState = 'MAXIMUM_ATTEMPTS_REACHED'): ActivityFailure {
  return new ActivityFailure('Activity task failed', 'checkCluster', '1', retryState, 'worker', cause);
}

function timeout(type: TimeoutType): TimeoutFailure {
  return new TimeoutFailure('activity timed out', undefined, type);
}

test.each([
  { what: 'the worker of the last attempt gave no sign of life', error: failed(timeout('HEARTBEAT')), isLost: true },
  { what: 'the last attempt took too long', error: failed(timeout('START_TO_CLOSE')), isLost: false },
  { what: 'an hour is over', error: failed(timeout('HEARTBEAT'), 'TIMEOUT'), isLost: false },
  { what: 'the run is cancelled', error: failed(timeout('HEARTBEAT'), 'CANCEL_REQUESTED'), isLost: false },
  { what: 'the step failed', error: failed(ApplicationFailure.create({ type: 'ClusterUnreachable' })), isLost: false },
  { what: 'something else failed', error: new Error('no activity'), isLost: false },
])('when $what, its worker was lost: $isLost', ({ error, isLost }) => {
  expect(isWorkerLost(error)).toBe(isLost);
});

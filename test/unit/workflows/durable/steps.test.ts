import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { describe, expect, test } from 'vitest';

import { allDone, recordChanges } from '../../../../src/workflows/durable/steps.ts';
import type { StepRecord } from '../../../../src/workflows/messages.ts';

const missing = ApplicationFailure.create({ type: 'MaterialMissing', message: 'no secret', details: [{ at: 1 }] });
const refused = ApplicationFailure.create({
  type: 'CertificateAuthorityRejected',
  message: 'no',
  details: [{ at: 2 }],
});

function stepOn(target: string, outcome: StepRecord['outcome'] = 'running'): StepRecord {
  return { step: 'enrollIdentity', target, outcome, attempts: 1, seconds: 0, reason: '' };
}

describe('the steps of a run', () => {
  const [first, second] = [stepOn('org1/peer1'), stepOn('org1/peer2')];

  test('are told as a whole at first, and then only those that have changed', () => {
    const records: StepRecord[] = [];
    const changes = recordChanges(records);
    changes.add(first);
    changes.add(second);
    const { version, ...told } = changes.since();
    expect(told).toEqual({ since: 0, steps: [first, second] });
    expect(changes.since(version)).toEqual({ version, since: version, steps: [] });

    const ended = stepOn('org1/peer1', 'created');
    changes.replace(first, ended);
    expect(changes.since(version)).toMatchObject({ since: version, steps: [ended] });
    expect(records).toEqual([ended, second]);
  });

  test('are told as a whole to whoever may know one that is gone, or speaks of another run', () => {
    const changes = recordChanges([]);
    changes.add(first);
    changes.add(second);
    const { version } = changes.since();
    changes.remove(first);
    expect(changes.since(version)).toMatchObject({ since: 0, steps: [second] });
    expect(changes.since(version + 1)).toMatchObject({ since: version + 1, steps: [] });
    expect(changes.since(99)).toMatchObject({ since: 0, steps: [second] });
  });
});

describe('work that goes on at the same time', () => {
  test('gives its results in the order in which it was given', async () => {
    const slow = new Promise<string>((resolve) => {
      setImmediate(() => {
        resolve('slow');
      });
    });
    await expect(allDone([slow, Promise.resolve('quick')])).resolves.toEqual(['slow', 'quick']);
    await expect(allDone([])).resolves.toEqual([]);
  });

  test('comes to its end before a failure in it is told', async () => {
    let ended = false;
    const slow = new Promise<void>((resolve) => {
      setImmediate(() => {
        ended = true;
        resolve();
      });
    });
    await expect(allDone([Promise.reject(missing), slow])).rejects.toBe(missing);
    expect(ended).toBe(true);
  });

  test('tells all failures at once, by the type of the first', async () => {
    await expect(allDone([Promise.reject(missing), Promise.reject(refused)])).rejects.toMatchObject({
      type: 'MaterialMissing',
      message: 'no secret\nno',
      details: [{ at: 1 }, { at: 2 }],
      nonRetryable: true,
    });
  });

  test('that waits for failed work, alone or among others, does not tell its failure again', async () => {
    const work = Promise.reject(missing);
    const both = allDone([work, Promise.reject(refused)]);
    await expect(allDone([work, both])).rejects.toMatchObject({ message: 'no secret\nno' });
  });

  test('that is cancelled is cancelled, whatever failed besides', async () => {
    const cancelled = activityFailure(new CancelledFailure('cancelled'));
    await expect(allDone([Promise.reject(missing), Promise.reject(cancelled)])).rejects.toBe(cancelled);
  });
});

describe("a failure inside Temporal's wrappers", () => {
  test('is told by its own type, message and details', async () => {
    const inActivity = activityFailure(missing);
    const inChild = new ChildWorkflowFailure(
      'default',
      { workflowId: 'network/local/net/org1', runId: '1' },
      'createLocalMsps',
      RetryState.NON_RETRYABLE_FAILURE,
      refused,
    );
    await expect(allDone([Promise.reject(inActivity)])).rejects.toBe(missing);
    await expect(allDone([Promise.reject(inChild)])).rejects.toBe(refused);
  });

  test('that a time limit ended is told by the trouble that lasted so long', async () => {
    const limit = new TimeoutFailure('activity ScheduleToClose timeout', undefined, TimeoutType.SCHEDULE_TO_CLOSE);
    // As Temporal's failure converter makes it of what the server kept of the last attempt.
    Object.assign(limit, { cause: missing });
    await expect(allDone([Promise.reject(activityFailure(limit))])).rejects.toBe(missing);
  });

  test('that is a time limit and nothing else says so', async () => {
    const limit = new TimeoutFailure('activity StartToClose timeout', undefined, TimeoutType.START_TO_CLOSE);
    await expect(allDone([Promise.reject(activityFailure(limit))])).rejects.toMatchObject({
      type: 'Unexpected',
      message: 'activity StartToClose timeout',
    });
  });
});

function activityFailure(cause: Error): ActivityFailure {
  return new ActivityFailure('failed', 'enrollIdentity', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);
}

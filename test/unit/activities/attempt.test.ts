import { ActivityCancellationDetails, ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { asStep, UNCHANGED } from '../../../src/activities/activity.ts';
import { requireCurrentAttempt } from '../../../src/activities/attempt.ts';
import { mockActivity } from './mock-activity.ts';

let nowMs: number;

beforeEach(() => {
  nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const GIVEN_UP = {
  TIMED_OUT: new ActivityCancellationDetails({ timedOut: true }),
  NOT_FOUND: new ActivityCancellationDetails({ notFound: true }),
};

const ENVIRONMENT = { heartbeatTimeoutMs: 12_000 };

describe('what is about to be written', () => {
  test.each([
    { silentMs: 8_000, outcome: 'is written' },
    { silentMs: 8_001, outcome: 'is not' },
  ])('$outcome when the attempt gave its last sign of life $silentMs ms ago', async ({ silentMs, outcome }) => {
    const step = asStep(() => {
      nowMs += silentMs;
      requireCurrentAttempt();
      return Promise.resolve(UNCHANGED);
    });
    const run = mockActivity(ENVIRONMENT).run(step, undefined);
    if (outcome === 'is written') await expect(run).resolves.toMatchObject(UNCHANGED);
    else await expect(run).rejects.toMatchObject({ type: 'WorkerStoodStill', nonRetryable: false });
  });

  test('is written after any time in which the attempt gave signs of life', async () => {
    const step = asStep((_: undefined, { waiting }) => {
      for (let beat = 0; beat < 10; beat += 1) {
        nowMs += 3_000;
        waiting({ reason: 'Ordering', message: 'it is being ordered' });
      }
      requireCurrentAttempt();
      return Promise.resolve(UNCHANGED);
    });
    await expect(mockActivity(ENVIRONMENT).run(step, undefined)).resolves.toMatchObject(UNCHANGED);
  });

  test('is not written by an attempt that stood still, however many signs of life it gives afterwards', async () => {
    const step = asStep((_: undefined, { waiting }) => {
      nowMs += 20_000;
      waiting({ reason: 'Ordering', message: 'it is being ordered' });
      requireCurrentAttempt();
      return Promise.resolve(UNCHANGED);
    });
    const failed: unknown = await mockActivity(ENVIRONMENT)
      .run(step, undefined)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ApplicationFailure);
    expect(failed).toMatchObject({ message: expect.stringContaining('stood still for 20 s') as unknown });
  });

  test.each(['TIMED_OUT', 'NOT_FOUND'] as const)(
    'is not written when Temporal has given the attempt up: %s',
    async (why) => {
      const environment = mockActivity(ENVIRONMENT);
      let refused: unknown;
      const step = asStep(() => {
        environment.cancel(why, GIVEN_UP[why]);
        try {
          requireCurrentAttempt();
        } catch (error) {
          refused = error;
        }
        return Promise.resolve(UNCHANGED);
      });
      await environment.run(step, undefined);
      expect(refused).toMatchObject({ type: 'WorkerStoodStill' });
    },
  );

  test('is written by a step that is cancelled: what it undoes is for it to decide', async () => {
    const environment = mockActivity(ENVIRONMENT);
    const step = asStep(() => {
      environment.cancel();
      requireCurrentAttempt();
      return Promise.resolve(UNCHANGED);
    });
    await expect(environment.run(step, undefined)).resolves.toMatchObject(UNCHANGED);
  });
});

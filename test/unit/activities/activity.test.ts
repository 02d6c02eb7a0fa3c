import { ActivityCancellationDetails, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { failure } from '../../../src/activities/failures.ts';
import { asActivity, asStep, join, UNCHANGED, type StepContext } from '../../../src/activities/activity.ts';
import { mockActivity } from './mock-activity.ts';

describe('a step', () => {
  test('returns what it decided and which attempt it was', async () => {
    const environment = mockActivity({ attempt: 3 });
    const step = asStep((target: string) => Promise.resolve({ outcome: 'created', reason: `${target} was missing` }));
    await expect(environment.run(step, 'org1/peer1')).resolves.toEqual({
      outcome: 'created',
      reason: 'org1/peer1 was missing',
      attempts: 3,
    });
  });

  test('fails by a failure with a name, whatever was thrown', async () => {
    const step = asStep(() => Promise.reject(new TypeError('x is undefined')));
    const failed = await failureOf(mockActivity().run(step, undefined));
    expect(failed).toBeInstanceOf(ApplicationFailure);
    expect(failed).toMatchObject({ type: 'Defect', message: 'TypeError: x is undefined', nonRetryable: true });
  });

  test('that fails says in its details which attempt it was, beside what they say already', async () => {
    const unnamed = asStep(() => Promise.reject(new TypeError('x is undefined')));
    expect(await failureOf(mockActivity({ attempt: 2 }).run(unnamed, undefined))).toMatchObject({
      details: [{ attempts: 2 }],
    });
    const named = asStep(() => Promise.reject(failure('NoRaftLeader', 'no leader', { details: { kind: 'noLeader' } })));
    expect(await failureOf(mockActivity({ attempt: 3 }).run(named, undefined))).toMatchObject({
      type: 'NoRaftLeader',
      nonRetryable: false,
      details: [{ kind: 'noLeader', attempts: 3 }],
    });
  });

  test('that is cancelled ends as cancelled, however the abort looked further down', async () => {
    const environment = mockActivity();
    const step = asStep(async (_: undefined, { signal }: StepContext) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      throw new Error('socket hang up');
    });
    const run = environment.run(step, undefined);
    environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
    expect(await failureOf(run)).toBeInstanceOf(CancelledFailure);
  });

  test('that is cancelled after its work is done keeps the outcome', async () => {
    const environment = mockActivity();
    const step = asStep(() => {
      environment.cancel();
      return Promise.resolve(UNCHANGED);
    });
    await expect(environment.run(step, undefined)).resolves.toMatchObject({ outcome: 'unchanged' });
  });
});

describe('the heartbeat of a step', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('says what the step works on, goes on while it works, and says what it waits for', async () => {
    const environment = mockActivity();
    const beats = recordBeats(environment);
    const waiting = { reason: 'ImagePullBackOff', message: 'image peer:9.9 cannot be pulled' };
    const step = asActivity(async (_: undefined, context: StepContext) => {
      await vi.advanceTimersByTimeAsync(3_000);
      context.waiting(waiting);
      await vi.advanceTimersByTimeAsync(6_000);
      return 'done';
    });
    await expect(environment.run(step, undefined, 'org1/peer1')).resolves.toBe('done');
    const target = 'org1/peer1';
    const waits = { target, ...waiting };
    expect(beats).toEqual([{ target }, waits, waits, waits]);
  });

  test.for([
    ['done', () => Promise.resolve(UNCHANGED)],
    ['failed', () => Promise.reject(new Error('no'))],
  ] as const)('ends with the step: %s', async ([, act]) => {
    const environment = mockActivity();
    const beats = recordBeats(environment);
    await environment.run(asStep(act), undefined).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(beats).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('joined decisions', () => {
  const created = { outcome: 'created', reason: 'was missing' } as const;
  const updated = { outcome: 'updated', reason: 'the image differs' } as const;

  test('are unchanged only if every one is', () => {
    expect(join([])).toEqual(UNCHANGED);
    expect(join([UNCHANGED, UNCHANGED])).toEqual(UNCHANGED);
    expect(join([UNCHANGED, created])).toEqual(created);
  });

  test('are an update where they differ, with every reason once', () => {
    expect(join([created, updated, updated])).toEqual({
      outcome: 'updated',
      reason: 'was missing; the image differs',
    });
  });

  test('keep the outcome that they share', () => {
    expect(join([created, { outcome: 'created', reason: '' }])).toEqual(created);
  });
});

function recordBeats(environment: MockActivityEnvironment): unknown[] {
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  return beats;
}

async function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => new Error('the step succeeded'),
    (error: unknown) => error,
  );
}

import { describe, expect, it } from 'vitest';

import { changesOf, runEvents, stepKey, withAttempts, type KnownSteps } from '../../../src/api/runs/seen.ts';
import type { StepView } from '../../../src/client/index.ts';
import type { StoredStep } from '../../../src/database/index.ts';

const NOON = Date.UTC(2026, 10, 26, 12);

function at(seconds: number): Date {
  return new Date(NOON + seconds * 1000);
}

function view(more: Partial<StepView> = {}): StepView {
  const step = { step: 'awaitRollout', target: 'org1/peer1', path: 'org1', attempts: 0, seconds: 0, reason: '' };
  return { ...step, outcome: 'running', since: at(0), ...more };
}

const pulled = { type: 'ImagePullFailed', message: 'basic:1.0 is not there' };

/** The attempt `number` failed, and the next begins at a time. */
function between(number: number, next: number): StepView {
  const current = {
    ...{ attempt: number + 1, nextAttemptAt: at(next), lastFailure: pulled },
    ...{ lastStartedAt: at(next - 4), lastFailedAt: at(next - 3) },
  };
  return view({ current, waiting: { reason: pulled.type, message: pulled.message, ...current } });
}

/** The attempt `number` runs. */
function running(number: number, started: number, waiting?: { reason: string; message: string }): StepView {
  const lastFailure = number > 1 ? { lastFailure: pulled } : {};
  return view({
    current: { attempt: number, lastStartedAt: at(started), ...lastFailure },
    ...(waiting && { waiting: { ...waiting, attempt: number } }),
  });
}

interface Told {
  readonly attempts: readonly string[];
  readonly events: readonly string[];
}

/** What each of several looks tells that the looks before have not, in short. */
function looks(...seen: readonly StepView[]): readonly Told[] {
  let known: KnownSteps = new Map();
  return seen.map((step, index) => {
    const { attempts, events } = changesOf(known, [step], at(index));
    known = withAttempts(known, attempts);
    return {
      attempts: attempts.map(({ attempt, outcome, type, nextAttemptAt }) =>
        [attempt, outcome, type, nextAttemptAt && 'next'].filter((part) => part !== undefined && part !== '').join(' '),
      ),
      events: events.map(({ type, attempt, reason }) => [type, attempt, reason ?? []].flat().join(' ')),
    };
  });
}

const pulling = { reason: 'PullingImage', message: 'the image is being pulled' };

describe('a step that is looked at again and again', () => {
  it('begins, waits, goes on and succeeds, each told once', () => {
    expect(
      looks(
        view(),
        running(1, 0),
        running(1, 0, pulling),
        running(1, 0, pulling),
        running(1, 0),
        view({ outcome: 'created', attempts: 1, seconds: 4 }),
        view({ outcome: 'created', attempts: 1, seconds: 4 }),
      ),
    ).toEqual([
      { attempts: ['1 running'], events: ['step.started 1'] },
      { attempts: [], events: [] },
      { attempts: ['1 running PullingImage'], events: ['step.waiting 1 PullingImage'] },
      { attempts: [], events: [] },
      { attempts: ['1 running'], events: ['step.progress 1'] },
      { attempts: ['1 created'], events: ['step.succeeded 1'] },
      { attempts: [], events: [] },
    ]);
  });

  it('has an attempt for each that failed, with the time of the next', () => {
    expect(looks(running(1, 0), between(1, 5), between(1, 5), running(2, 5), between(2, 20), running(3, 20))).toEqual([
      { attempts: ['1 running'], events: ['step.started 1'] },
      { attempts: ['1 failed ImagePullFailed next'], events: ['step.retrying 2 ImagePullFailed'] },
      { attempts: [], events: [] },
      { attempts: ['2 running'], events: ['step.progress 2'] },
      { attempts: ['2 failed ImagePullFailed next'], events: ['step.retrying 3 ImagePullFailed'] },
      { attempts: ['3 running'], events: ['step.progress 3'] },
    ]);
  });

  it('is retried also where nobody looked between two attempts', () => {
    expect(looks(running(1, 0), running(2, 1))).toEqual([
      { attempts: ['1 running'], events: ['step.started 1'] },
      {
        attempts: ['1 failed ImagePullFailed', '2 running'],
        events: ['step.retrying 2 ImagePullFailed', 'step.progress 2'],
      },
    ]);
  });

  it('does not let an attempt run for ever whose end nobody saw', () => {
    expect(looks(running(1, 0), view({ outcome: 'failed', attempts: 4, reason: 'given up' }))[1]).toEqual({
      attempts: ['1 failed', '4 failed'],
      events: ['step.failed 4'],
    });
    expect(looks(running(1, 0), running(4, 1))[1]?.attempts).toEqual([
      '1 failed',
      '3 failed ImagePullFailed',
      '4 running',
    ]);
  });

  it('that ends between two attempts is no longer tried again', () => {
    const failed = view({ outcome: 'failed', attempts: 1, reason: pulled.message });
    expect(looks(running(1, 0), between(1, 9), failed)[2]).toEqual({
      attempts: ['1 failed ImagePullFailed'],
      events: ['step.failed 1 ImagePullFailed'],
    });
    expect(looks(running(1, 0), between(1, 9), view({ outcome: 'cancelled' }))[2]).toEqual({
      attempts: ['2 cancelled'],
      events: ['step.failed 2'],
    });
  });

  it('that is cancelled while it runs runs no longer', () => {
    expect(looks(running(1, 0), view({ outcome: 'cancelled' }))[1]?.attempts).toEqual(['1 cancelled']);
  });

  it('is told to have begun where it is first seen to wait or to be tried again', () => {
    expect(looks(between(2, 9))).toEqual([
      { attempts: ['2 failed ImagePullFailed next'], events: ['step.started 2', 'step.retrying 3 ImagePullFailed'] },
    ]);
    expect(looks(running(1, 0, pulling))[0]?.events).toEqual(['step.started 1', 'step.waiting 1 PullingImage']);
  });

  it('that was found to have nothing to do has no attempt', () => {
    expect(looks(view({ outcome: 'unchanged', attempts: 0 }))).toEqual([
      { attempts: ['0 unchanged'], events: ['step.succeeded 0'] },
    ]);
  });
});

describe('an attempt', () => {
  it('has the times that Temporal tells', () => {
    const { attempts } = changesOf(new Map(), [between(1, 9)], at(8));
    expect(attempts).toEqual([
      {
        ...{ path: 'org1', step: 'awaitRollout', target: 'org1/peer1', attempt: 1, outcome: 'failed' },
        ...{ type: pulled.type, reason: pulled.message, seconds: 1 },
        ...{ startedAt: at(5), finishedAt: at(6), nextAttemptAt: at(9) },
      },
    ]);
  });

  it('that began and ended between two looks has times all the same', () => {
    const { attempts } = changesOf(new Map(), [view({ outcome: 'created', attempts: 1, seconds: 0.5 })], at(8));
    expect(attempts[0]).toMatchObject({ startedAt: at(7.5), finishedAt: at(8), seconds: 0.5 });
  });

  it('stays where its step was first seen', () => {
    const first: StoredStep = {
      ...{ path: 'org1/identities', step: 'awaitRollout', target: 'org1/peer1', attempt: 1, outcome: 'running' },
      ...{ type: '', reason: '', seconds: 0 },
    };
    const known = new Map([[stepKey(first), first]]);
    const { attempts } = changesOf(known, [view({ outcome: 'created', attempts: 1, path: 'other' })], at(1));
    expect(attempts[0]?.path).toBe('org1/identities');
  });

  it('carries no secret that a message has', () => {
    const message = 'registry answered 401 to https://robot:canary-1@registry with Bearer canary-2-abcdef';
    const current = { attempt: 2, nextAttemptAt: at(9), lastFailure: { type: 'ImagePullFailed', message } };
    const waiting = { reason: 'PullingImage', message: 'password=canary-3', attempt: 1 };
    const seen = [
      view({ current, waiting: { reason: 'ImagePullFailed', message, ...current } }),
      view({ target: 'org1/peer2', current: { attempt: 1 }, waiting }),
      view({ target: 'org1/peer3', outcome: 'failed', attempts: 1, reason: 'token: canary-4' }),
    ];
    const told = JSON.stringify(changesOf(new Map(), seen, at(1)));
    expect(told).toContain('registry answered 401');
    expect(told).not.toContain('canary');
  });
});

describe('a run that is looked at again and again', () => {
  const paused = { by: 'ana@laptop', reason: 'maintenance', since: '2026-11-26T10:00:00.000Z' };
  const condition = { kind: 'no worker', message: 'no worker answers', since: at(0) } as const;

  it.each([
    ['nothing new', {}, {}, []],
    ['that it was paused', {}, { paused }, ['run.paused']],
    ['that it is still paused', { paused }, { paused }, []],
    [
      'that it was paused anew',
      { paused },
      { paused: { ...paused, since: '2026-11-26T11:00:00.000Z' } },
      ['run.paused'],
    ],
    ['that it was resumed', { paused }, {}, ['run.resumed']],
    ['that no worker carries it on', {}, { condition }, ['condition.changed']],
    ['that there is still none', { condition }, { condition: { ...condition, message: 'other' } }, []],
    ['that there is one again', { condition }, {}, ['condition.changed']],
  ])('tells %s', (_what, before, after, types) => {
    expect(runEvents(before, after).map(({ type }) => type)).toEqual(types);
  });

  it('says who paused it and why, and what keeps it', () => {
    expect(runEvents({}, { paused })).toEqual([{ type: 'run.paused', message: 'paused by ana@laptop: maintenance' }]);
    expect(runEvents({}, { condition })[0]?.condition).toMatchObject({ status: 'False', reason: 'NoWorker' });
    expect(runEvents({ condition }, {})[0]?.condition).toMatchObject({ status: 'True' });
  });
});

import { describe, expect, it } from 'vitest';

import { EMPTY_VIEW, type PendingActivity, type RunDescription } from '../../../src/client/index.ts';
import { mergeObservations, withFinalSteps } from '../../../src/client/view.ts';
import type { Progress, StepRecord } from '../../../src/workflows/messages.ts';

const now = new Date('2026-11-23T10:00:00Z');

function step(step: string, target: string, outcome: StepRecord['outcome'] = 'running'): StepRecord {
  return { step, target, outcome, attempts: 0, seconds: 0, reason: '' };
}

function description(activities: PendingActivity[] = []): RunDescription {
  return { run: { workflowId: 'w' }, type: 'applyNetwork', status: 'running', startedAt: now, memo: {}, activities };
}

function progress(steps: StepRecord[], more: Partial<Progress> = {}): Progress {
  return { version: 1, since: 0, milestones: [], steps, children: [], ...more };
}

describe('mergeObservations', () => {
  it('joins the steps of a run and of its children', () => {
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description(),
          progress: progress([step('checkCluster', 'net', 'unchanged')], { children: ['w/org1'] }),
        },
        { description: description(), progress: progress([step('enrollIdentity', 'org1/peer1', 'created')]) },
      ],
      now,
    );
    expect(view.steps.map(({ step, target }) => `${step} ${target}`)).toEqual([
      'checkCluster net',
      'enrollIdentity org1/peer1',
    ]);
    expect(view.children).toEqual(['w/org1']);
  });

  it('says which child workflow a step is of, whoever of the run tells it', () => {
    const of = (workflowId: string): RunDescription => ({ ...description(), run: { workflowId } });
    const observed = [
      { description: of('w'), progress: progress([step('a', 'net'), { ...step('b', 'net'), path: 'org1' }]) },
      {
        description: of('w/org1/identities'),
        progress: progress([step('c', 'net'), { ...step('d', 'net'), path: 'x' }]),
      },
    ];
    expect(mergeObservations(EMPTY_VIEW, observed, now).steps.map(({ path }) => path)).toEqual([
      ...[undefined, 'org1', 'org1/identities', 'org1/identities/x'],
    ]);
  });

  it('keeps what it has seen while no worker answers', () => {
    const seen = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description(),
          progress: progress([step('checkCluster', 'net', 'unchanged')], { milestones: ['Launching peers'] }),
        },
      ],
      now,
    );
    const later = mergeObservations(seen, [{ description: description(), progress: undefined }], now);
    expect(later.steps).toEqual(seen.steps);
    expect(later.milestones).toEqual(['Launching peers']);
  });

  it('tells a pause as long as the run tells it, and while no worker answers', () => {
    const paused = { by: 'ana', reason: 'lunch', since: '2026-11-23T10:00:00Z' };
    const look = (asked: Progress | undefined, view = EMPTY_VIEW): typeof view =>
      mergeObservations(view, [{ description: description(), progress: asked }], now);
    const seen = look(progress([], { paused }));
    expect(seen.paused).toEqual(paused);
    expect(look(undefined, seen).paused).toEqual(paused);
    expect(look(progress([]), seen)).not.toHaveProperty('paused');
  });

  it('keeps the steps of a child that has ended before its parent tells of them', () => {
    const child = { description: description(), progress: progress([step('enrollIdentity', 'org1/peer1', 'created')]) };
    const parent = { description: description(), progress: progress([]) };
    const seen = mergeObservations(EMPTY_VIEW, [parent, child], now);
    expect(mergeObservations(seen, [parent], now).steps).toHaveLength(1);
  });

  it('does not take a finished step for running again', () => {
    const seen = mergeObservations(
      EMPTY_VIEW,
      [{ description: description(), progress: progress([step('enrollIdentity', 'org1/peer1', 'created')]) }],
      now,
    );
    const older = [{ description: description(), progress: progress([step('enrollIdentity', 'org1/peer1')]) }];
    expect(mergeObservations(seen, older, now).steps[0]?.outcome).toBe('created');
  });

  it('remembers since when a step runs', () => {
    const running = [{ description: description(), progress: progress([step('awaitRollout', 'org1/peer1')]) }];
    const seen = mergeObservations(EMPTY_VIEW, running, now);
    const later = mergeObservations(seen, running, new Date('2026-11-23T10:01:00Z'));
    expect(later.steps[0]?.since).toEqual(now);
  });

  it('says what a running step waits for, as its activity heartbeats it', () => {
    const waiting = { reason: 'ContainerCreating', message: 'pod org1-peer1 is being created' };
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description([{ id: '7', type: 'awaitRollout', attempt: 1, waiting }]),
          progress: progress([step('awaitRollout', 'org1/peer1')]),
        },
      ],
      now,
    );
    expect(view.steps[0]?.waiting).toEqual({ ...waiting, attempt: 1 });
  });

  it('says why the last attempt failed while a step waits for the next', () => {
    const nextAttemptAt = new Date('2026-11-23T10:00:08Z');
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description([
            {
              id: '7',
              type: 'awaitRollout',
              attempt: 4,
              nextAttemptAt,
              lastFailure: { type: 'ClusterUnavailable', message: '503' },
              waiting: { reason: 'Old', message: 'of the attempt before' },
            },
          ]),
          progress: progress([step('awaitRollout', 'org1/peer1')]),
        },
      ],
      now,
    );
    expect(view.steps[0]?.waiting).toEqual({ reason: 'ClusterUnavailable', message: '503', attempt: 4, nextAttemptAt });
  });

  it('finds the activity of a step by the target that it heartbeats', () => {
    const waiting = { reason: 'Pending', message: 'pod org1-peer2 is pending' };
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description([
            {
              id: '7',
              type: 'applyDeployment',
              attempt: 1,
              target: 'org1/peer2',
              waiting: { ...waiting, reason: 'No' },
            },
            { id: '9', type: 'awaitRollout', attempt: 1, target: 'org1/peer2', waiting },
          ]),
          progress: progress([step('awaitRollout', 'org1/peer1'), step('awaitRollout', 'org1/peer2')]),
        },
      ],
      now,
    );
    expect(view.steps.map((seen) => seen.waiting)).toEqual([undefined, { ...waiting, attempt: 1 }]);
  });

  it('pairs what has not heartbeat yet after what has was set aside', () => {
    const lastFailure = { type: 'ClusterUnavailable', message: '503' };
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description([
            { id: '9', type: 'awaitRollout', attempt: 2, lastFailure },
            { id: '8', type: 'awaitRollout', attempt: 1, target: 'org1/peer2' },
          ]),
          progress: progress([step('awaitRollout', 'org1/peer1'), step('awaitRollout', 'org1/peer2')]),
        },
      ],
      now,
    );
    expect(view.steps.map(({ waiting }) => waiting?.message)).toEqual(['503', undefined]);
  });

  it('pairs steps and activities of the same name in the order of their start', () => {
    const beat = (message: string): NonNullable<PendingActivity['waiting']> => ({ reason: 'Pending', message });
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description([
            { id: '10', type: 'awaitRollout', attempt: 1, waiting: beat('second') },
            { id: '9', type: 'awaitRollout', attempt: 1, waiting: beat('first') },
          ]),
          progress: progress([step('awaitRollout', 'org1/peer1'), step('awaitRollout', 'org1/peer2')]),
        },
      ],
      now,
    );
    expect(view.steps.map(({ target, waiting }) => [target, waiting?.message])).toEqual([
      ['org1/peer1', 'first'],
      ['org1/peer2', 'second'],
    ]);
  });

  it('says nothing rather than something wrong when it cannot tell whose activity it is', () => {
    const view = mergeObservations(
      EMPTY_VIEW,
      [
        {
          description: description([
            { id: '9', type: 'awaitRollout', attempt: 1, waiting: { reason: 'A', message: 'b' } },
          ]),
          progress: progress([step('awaitRollout', 'org1/peer1'), step('awaitRollout', 'org1/peer2')]),
        },
      ],
      now,
    );
    expect(view.steps.every(({ waiting }) => waiting === undefined)).toBe(true);
  });
});

describe('withFinalSteps', () => {
  it('takes the result of a run for the truth', () => {
    const seen = mergeObservations(
      EMPTY_VIEW,
      [{ description: description(), progress: progress([step('a', 'net')]) }],
      now,
    );
    const final = withFinalSteps({ ...seen, condition: { kind: 'no worker', message: '', since: now } }, [
      step('a', 'net', 'created'),
    ]);
    expect(final.steps).toEqual([step('a', 'net', 'created')]);
    expect(final.condition).toBeUndefined();
  });

  it('keeps the place of the steps that were seen, which the result does not say', () => {
    const seen = { ...EMPTY_VIEW, steps: [{ ...step('a', 'org1/ca'), path: 'org1' }] };
    const final = withFinalSteps(seen, [step('a', 'org1/ca', 'created'), step('b', 'org1/ca', 'created')]);
    expect(final.steps).toEqual([
      { ...step('a', 'org1/ca', 'created'), path: 'org1' },
      step('b', 'org1/ca', 'created'),
    ]);
  });
});

import { describe, expect, it } from 'vitest';

import { watchRun, type RunView } from '../../../src/client/index.ts';
import type { RunResult, StepRecord } from '../../../src/workflows/messages.ts';
import { withEarlierSteps } from '../../../src/client/watch.ts';
import { FakeTemporal, NO_PROGRESS, type FakeRun } from './fake-temporal.ts';

const request = { type: 'applyNetwork', workflowId: 'network/local/net', args: [], summary: '', memo: {} };
const created: StepRecord = {
  step: 'enrollIdentity',
  target: 'org1/peer1',
  outcome: 'created',
  attempts: 1,
  seconds: 1,
  reason: 'new',
};
const result: RunResult = { network: 'net', steps: [created], endpoints: [] };

/** Watches a run and calls back with every view until the run has ended. */
function watched(
  temporal: FakeTemporal,
  run: FakeRun,
  onView: (view: RunView) => void = () => undefined,
  signal = new AbortController().signal,
): ReturnType<typeof watchRun> {
  return watchRun(temporal, run.run, { signal, onView, intervalMs: 1 });
}

describe('watchRun', () => {
  it('returns the result of a run that completes, with its steps as the last view', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    const watching = watched(temporal, run);
    run.end({ kind: 'completed', value: result });
    const { ending, view } = await watching;
    expect(ending).toEqual({ kind: 'completed', value: result });
    expect(view.steps).toEqual([created]);
  });

  it('shows the steps of the children while they run', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    const child = temporal.add({ ...request, workflowId: 'network/local/net/org1' });
    run.progress = { ...NO_PROGRESS, children: ['network/local/net/org1'] };
    child.progress = { ...NO_PROGRESS, steps: [{ ...created, outcome: 'running' }] };
    await watched(temporal, run, (view) => {
      if (view.steps.length > 0) run.end({ kind: 'completed', value: result });
    });
  });

  it('has the failed steps of a child in its last view', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    const child = temporal.add({ ...request, workflowId: 'network/local/net/org1' });
    run.progress = { ...NO_PROGRESS, children: ['network/local/net/org1'] };
    const watching = watched(temporal, run);
    child.progress = { ...NO_PROGRESS, steps: [{ ...created, outcome: 'failed', reason: 'image not found' }] };
    run.end({ kind: 'failed', failure: { type: 'ImagePullFailed', message: '', remedies: [], details: [] } });
    const { view } = await watching;
    expect(view.steps).toMatchObject([{ outcome: 'failed', reason: 'image not found' }]);
  });

  it('says that Temporal is away, keeps what it has seen, and goes on when Temporal is back', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    run.progress = { ...NO_PROGRESS, steps: [created] };
    const conditions: (string | undefined)[] = [];
    await watched(temporal, run, (view) => {
      if (conditions.at(-1) !== view.condition?.kind || conditions.length === 0) conditions.push(view.condition?.kind);
      if (conditions.length === 1) temporal.reachable = false;
      if (conditions.length === 2) {
        expect(view.steps).toMatchObject([created]);
        temporal.reachable = true;
      }
      if (conditions.length === 3) run.end({ kind: 'completed', value: result });
    });
    expect(conditions).toEqual([undefined, 'temporal unreachable', undefined]);
  });

  it('says when no worker has taken the run for five seconds', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    run.progress = undefined;
    run.unclaimedSince = new Date(Date.now() - 6_000);
    const { view } = await watched(temporal, run, ({ condition }) => {
      if (condition) run.end({ kind: 'cancelled' });
    });
    expect(view.condition).toMatchObject({ kind: 'no worker', since: run.unclaimedSince });
    expect(view.condition?.message).toBe("no worker takes the run's work from task queue weft");
  });

  it('names the build whose workers are missing if the run is pinned to one', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    run.build = '3f2a';
    run.unclaimedSince = new Date(Date.now() - 6_000);
    const { view } = await watched(temporal, run, ({ condition }) => {
      if (condition) run.end({ kind: 'cancelled' });
    });
    expect(view.condition?.message).toBe("no worker of build 3f2a takes the run's work from task queue weft");
  });

  it('says when no worker has taken a step for five seconds', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    run.activities = [{ id: '1', type: 'checkCluster', attempt: 1, unclaimedSince: new Date(Date.now() - 6_000) }];
    const { view } = await watched(temporal, run, ({ condition }) => {
      if (condition) run.end({ kind: 'cancelled' });
    });
    expect(view.condition?.message).toBe("no worker takes checkCluster from the cluster's task queue");
  });

  it('names the cluster whose worker takes no steps, since it was seen last', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    const seenAt = new Date(Date.now() - 80_000);
    temporal.polled.set('weft-prod-eu', [{ lastAccess: seenAt }]);
    // For the server the step is that worker's until its heartbeats have been missing for long enough.
    run.activities = [{ id: '1', type: 'awaitRollout', attempt: 1, queue: 'weft-prod-eu' }];
    const { view } = await watched(temporal, run, ({ condition }) => {
      if (condition) run.end({ kind: 'cancelled' });
    });
    const message = 'no worker for prod-eu polls task queue weft-prod-eu';
    expect(view.condition).toEqual({ kind: 'no worker', message, since: seenAt, cluster: 'prod-eu' });
  });

  it('names the cluster whose worker has never been seen, since the step waits', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    const unclaimedSince = new Date(Date.now() - 6_000);
    run.activities = [{ id: '1', type: 'checkCluster', attempt: 1, queue: 'weft-prod-eu', unclaimedSince }];
    const { view } = await watched(temporal, run, ({ condition }) => {
      if (condition) run.end({ kind: 'cancelled' });
    });
    expect(view.condition).toMatchObject({ kind: 'no worker', since: unclaimedSince, cluster: 'prod-eu' });
  });

  it('misses no worker for steps of a cluster that has one', async () => {
    const temporal = new FakeTemporal().withWorkers('prod-eu');
    const run = temporal.add(request);
    run.activities = [{ id: '1', type: 'awaitRollout', attempt: 1, queue: 'weft-prod-eu' }];
    let views = 0;
    const { view } = await watched(temporal, run, () => {
      views += 1;
      if (views === 3) run.end({ kind: 'cancelled' });
    });
    expect(view.condition).toBeUndefined();
  });

  it('tells of no condition while a worker has only just not answered', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    run.progress = undefined;
    let views = 0;
    const { view } = await watched(temporal, run, () => {
      views += 1;
      if (views === 3) run.end({ kind: 'cancelled' });
    });
    expect(view.condition).toBeUndefined();
  });

  it('stops watching at once when it is told to, and leaves the run alone', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    const leave = new AbortController();
    const watching = watched(temporal, run, () => undefined, leave.signal);
    leave.abort(new Error('left'));
    await expect(watching).rejects.toThrow('left');
    expect(run.status).toBe('running');
  });

  it('does not hide a defect behind retries', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    temporal.describe = () => Promise.reject(new TypeError('a defect'));
    await expect(watched(temporal, run)).rejects.toThrow('a defect');
  });
});

describe('the steps that a workflow tells', () => {
  const told = (target: string, outcome: StepRecord['outcome']): StepRecord => ({
    step: 'enrollIdentity',
    target,
    outcome,
    attempts: 1,
    seconds: 0,
    reason: '',
  });
  const before = { ...NO_PROGRESS, version: 2, steps: [told('a', 'running'), told('b', 'running')] };

  it('are added to those that it told before', () => {
    const answer = { ...NO_PROGRESS, version: 4, since: 2, steps: [told('a', 'created'), told('c', 'running')] };
    expect(withEarlierSteps(before, answer)).toMatchObject({
      version: 4,
      steps: [told('a', 'created'), told('b', 'running'), told('c', 'running')],
    });
  });

  it('replace those if they are all', () => {
    const answer = { ...NO_PROGRESS, version: 5, steps: [told('b', 'created')] };
    expect(withEarlierSteps(before, answer).steps).toEqual(answer.steps);
    expect(withEarlierSteps(undefined, answer)).toBe(answer);
  });

  it('are asked for only as far as they have changed', async () => {
    const temporal = new FakeTemporal();
    const run = temporal.add(request);
    run.progress = { ...NO_PROGRESS, version: 3, steps: [told('a', 'running')] };
    const { view } = await watched(temporal, run, () => {
      if (temporal.askedSince.length === 1) {
        run.progress = { ...NO_PROGRESS, version: 4, since: 3, steps: [told('b', 'running')] };
      } else run.end({ kind: 'cancelled' });
    });
    expect(temporal.askedSince.slice(0, 3)).toEqual([undefined, 3, 4]);
    expect(view.steps.map(({ target }) => target)).toEqual(['a', 'b']);
  });
});

import { expect, test } from 'vitest';

import type { Cluster } from '../../../../src/kubernetes/client/cluster.ts';
import { KubernetesError } from '../../../../src/kubernetes/errors/errors.ts';
import { awaitRollout, pauseBetweenLooks, RolloutFailed } from '../../../../src/kubernetes/rollout/rollout.ts';
import type { Deployment, Pod } from '../../../../src/kubernetes/rollout/workloads.ts';
import { newContainer, newDeployment, newPod, newReplicaSet } from '../fixtures.ts';

const TARGET = { namespace: 'test', name: 'org1-peer1', timeoutSeconds: 30 };
const DONE = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const UNREADY = { replicas: 1, updatedReplicas: 1 };
const DEADLINE = {
  ...UNREADY,
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
};

const never = new AbortController().signal;

test('a Deployment that is ready is not waited for', async () => {
  const waitings: string[] = [];

  const { waited } = await awaitRollout(showing([DONE]), TARGET, {
    signal: never,
    onWaiting: ({ reason }) => waitings.push(reason),
  });

  expect(waited).toBe(false);
  expect(waitings).toEqual([]);
});

test('a rollout is waited for, and what it waits for is told once each', async () => {
  const waitings: unknown[] = [];

  const { waited } = await awaitRollout(showing([{}, {}, UNREADY, UNREADY, DONE]), TARGET, {
    signal: never,
    onWaiting: (waiting) => waitings.push(waiting),
    pollMilliseconds: 1,
  });

  expect(waited).toBe(true);
  expect(waitings).toEqual([
    {
      reason: 'RollingOut',
      message: 'Waiting for deployment "org1-peer1" rollout to finish: 0 out of 1 new replicas have been updated...',
    },
    {
      reason: 'RollingOut',
      message: 'Waiting for deployment "org1-peer1" rollout to finish: 0 of 1 updated replicas are available...',
    },
  ]);
});

test('a rollout that runs out of its own time fails with what is wrong with its pod', async () => {
  const pod = newPod({
    containerStatuses: [
      newContainer({ image: 'peer:9', state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }),
    ],
  });

  const rollout = awaitRollout(showing([UNREADY, DEADLINE], pod), TARGET, { signal: never, pollMilliseconds: 1 });

  await expect(rollout).rejects.toMatchObject({
    name: 'RolloutFailed',
    reason: 'ImagePullBackOff',
    message: 'org1-peer1: image peer:9 cannot be pulled: not found',
    retryable: true,
  });
});

test('a rollout that had run out of its time before gets a new chance', async () => {
  const { waited } = await awaitRollout(showing([DEADLINE, DEADLINE, DONE]), TARGET, {
    signal: never,
    pollMilliseconds: 1,
  });

  expect(waited).toBe(true);
});

test('a rollout fails when our time is up, even if Kubernetes would wait longer', async () => {
  const rollout = awaitRollout(
    showing([UNREADY]),
    { ...TARGET, timeoutSeconds: 0.02 },
    { signal: never, pollMilliseconds: 5 },
  );

  await expect(rollout).rejects.toMatchObject({
    reason: 'RolloutDeadlineExceeded',
    message: 'org1-peer1: was not ready within 0.02 s.',
  });
});

test('a rollout fails early when its pod cannot become ready any more', async () => {
  const pod = newPod({
    containerStatuses: [newContainer({ image: 'A B', state: { waiting: { reason: 'InvalidImageName' } } })],
  });
  const begin = performance.now();

  const rollout = awaitRollout(showing([UNREADY], pod), TARGET, { signal: never, pollMilliseconds: 50 });

  await expect(rollout).rejects.toBeInstanceOf(RolloutFailed);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test('a Deployment that was removed is not waited for', async () => {
  const cluster = fakeCluster(() => {
    throw new KubernetesError('notFound', 'gone');
  });

  await expect(awaitRollout(cluster, TARGET, { signal: never })).rejects.toMatchObject({
    kind: 'notFound',
    message: 'Deployment org1-peer1 in namespace test does not exist, so it cannot become ready.',
  });
});

test('the wait ends with the reason of its signal', async () => {
  const aborter = new AbortController();
  const reason = new Error('the run was cancelled');

  const rollout = awaitRollout(showing([UNREADY]), TARGET, {
    signal: aborter.signal,
    onWaiting: () => {
      aborter.abort(reason);
    },
  });

  await expect(rollout).rejects.toMatchObject({ name: 'AbortError', cause: reason });
});

/** A cluster with one Deployment that goes through some states, and one pod. */
test.each([
  ['one rollout', false, 1, 150],
  ['one rollout that takes longer', true, 1, 2_000],
  ['forty rollouts', false, 40, 150],
  ['eighty rollouts, half as often', false, 80, 300],
  ['a thousand rollouts, so that all together ask as often as forty', true, 1_000, 3_750],
])('looks at %s', (_, longer, count, expected) => {
  expect(pauseBetweenLooks(150, longer, count)).toBe(expected);
});

function showing(states: readonly Deployment['status'][], pod: Pod = newPod({})): Cluster {
  let look = -1;
  return fakeCluster((path) => {
    if (path.endsWith('/deployments/org1-peer1')) {
      look = Math.min(look + 1, states.length - 1);
      return newDeployment(states[look]);
    }
    if (path.endsWith('/replicasets')) return { metadata: {}, items: [newReplicaSet('new', '2')] };
    if (path.endsWith('/pods')) return { metadata: {}, items: [pod] };
    if (path.endsWith('/events')) return { metadata: {}, items: [] };
    throw new KubernetesError('notFound', `there is no ${path}`);
  });
}

function fakeCluster(answer: (path: string) => unknown): Cluster {
  return {
    name: 'fake',
    server: 'http://fake',
    request: ({ path }) => Promise.resolve().then(() => answer(path)),
    requestText: () => Promise.reject(new Error('not in this test')),
    webSocket: () => Promise.reject(new Error('not in this test')),
    clockLead: () => undefined,
    close: () => Promise.resolve(),
  };
}

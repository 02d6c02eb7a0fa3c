import { describe, expect, test } from 'vitest';

import { deploymentStatus } from '../../../../src/kubernetes/rollout/deployment-status.ts';
import { newDeployment, newDeploymentManifest } from '../fixtures.ts';

const DEADLINE = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };

describe('the rollout of a Deployment is judged as kubectl rollout status does', () => {
  test.each([
    {
      when: 'its status is still about an earlier spec, even if that was rolled out',
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      verdict: { state: 'waiting', message: 'Waiting for deployment spec update to be observed...' },
    },
    {
      when: 'its status is about an earlier spec that had run out of time',
      status: { observedGeneration: 1, conditions: [DEADLINE] },
      verdict: { state: 'waiting', message: 'Waiting for deployment spec update to be observed...' },
    },
    {
      when: 'it has run out of its time, whatever the counts say',
      status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1, conditions: [DEADLINE] },
      verdict: {
        state: 'failed',
        reason: 'ProgressDeadlineExceeded',
        message: 'deployment "org1-peer1" exceeded its progress deadline',
      },
    },
    {
      when: 'its controller has made no pod yet',
      status: {},
      verdict: {
        state: 'waiting',
        message: 'Waiting for deployment "org1-peer1" rollout to finish: 0 out of 1 new replicas have been updated...',
      },
    },
    {
      when: 'a pod of the earlier template still runs',
      status: { replicas: 2, updatedReplicas: 1, availableReplicas: 1 },
      verdict: {
        state: 'waiting',
        message: 'Waiting for deployment "org1-peer1" rollout to finish: 1 old replicas are pending termination...',
      },
    },
    {
      when: 'its pod runs but is not ready',
      status: { replicas: 1, updatedReplicas: 1 },
      verdict: {
        state: 'waiting',
        message: 'Waiting for deployment "org1-peer1" rollout to finish: 0 of 1 updated replicas are available...',
      },
    },
    {
      when: 'its pod is ready',
      status: {
        replicas: 1,
        updatedReplicas: 1,
        availableReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
      },
      verdict: { state: 'done', message: 'deployment "org1-peer1" successfully rolled out' },
    },
  ])('$verdict.state when $when', ({ status, verdict }) => {
    expect(deploymentStatus(newDeployment(status))).toEqual(verdict);
  });

  test('waiting when it was applied a moment ago and has no status at all', () => {
    expect(deploymentStatus(newDeploymentManifest())).toEqual({
      state: 'waiting',
      message: 'Waiting for deployment spec update to be observed...',
    });
  });

  test('done when it wants no pods and has none', () => {
    expect(deploymentStatus(newDeployment({}, 0))).toMatchObject({ state: 'done' });
  });
});

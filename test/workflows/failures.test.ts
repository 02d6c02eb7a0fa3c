import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, vi } from 'vitest';

import { failure } from '../../src/activities/failures.ts';
import { networkWorkflowId, type StepRecord } from '../../src/workflows/messages.ts';
import { smallNetwork, testNetwork } from './fixtures/descriptions.ts';
import { ended } from './fixtures/order.ts';
import { causeOf, PATIENCE, test } from './fixtures/temporal-test.ts';

const imageMissing = failure('ImagePullFailed', 'image peer:9.9 cannot be pulled: not found', {
  details: { reason: 'ErrImagePull' },
});
const conflict = failure('IdentityConflict', 'org1-peer2 is registered as client');
const overloaded = failure('ClusterUnavailable', 'the API server answers 503');

const orderers = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'];

describe('a step that fails for good', () => {
  test('ends the run with its type, its target and its details', async ({ cluster }) => {
    cluster.fail('awaitRollout', 'org1-peer1', imageMissing);
    const cause = await causeOf(await cluster.apply(testNetwork));
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({
      type: 'ImagePullFailed',
      message: 'awaitRollout org1/peer1: image peer:9.9 cannot be pulled: not found',
      nonRetryable: true,
      details: [{ reason: 'ErrImagePull' }],
    });
    expect(cluster.callsOf('awaitRollout', 'org1-peer1')).toHaveLength(1);
  });

  test('lets the work beside it come to its end, and what depends on it not begin', async ({ cluster }) => {
    cluster.fail('enrollIdentity', 'org1-peer2', conflict);
    const other = cluster.hold('enrollIdentity', 'org2-peer2');
    const run = await cluster.apply(testNetwork);
    await other.reached;
    await vi.waitFor(async () => {
      const { steps } = await cluster.progress(`${run.workflowId}/org1/identities`);
      expect(steps.filter(({ outcome }) => outcome === 'running')).toEqual([]);
      expect(steps).toContainEqual(expect.objectContaining({ step: 'enrollIdentity', outcome: 'failed' }));
    }, PATIENCE);
    // One organization has failed for good, and still the other one is not disturbed.
    expect((await run.describe()).status.name).toBe('RUNNING');
    other.open();
    await causeOf(run);
    expect(cluster.callsOf('enrollIdentity', 'org2-peer2')[0]?.ended).toBeDefined();
    expect(cluster.callsOf('enrollIdentity', 'org1-peer1')[0]?.ended).toBeDefined();
    const deployed = cluster.callsOf('applyDeployment').map(({ target }) => target);
    for (const peer of ['org1-peer1', 'org1-peer2']) expect(deployed).not.toContain(peer);
    // Neither orderers nor another organization's peers need a peer's identity.
    expect(ended(cluster.callsOf('awaitRollout'))).toEqual(
      expect.arrayContaining([...orderers, 'org2-peer1', 'org2-peer2']),
    );
  });

  test('is reported together with every other failure of the same run', async ({ cluster }) => {
    cluster.fail('enrollIdentity', 'org1-peer2', conflict);
    cluster.fail('startCertificateAuthority', 'org2', failure('QuotaExceeded', 'no more pods'), 2);
    cluster.fail('enrollIdentity', 'org0-orderer1', failure('CertificateAuthorityRejected', 'the CA refuses'));
    cluster.fail('claimVolumes', 'org2', failure('ImmutableField', 'a volume cannot shrink'));
    const cause = await causeOf(await cluster.apply(testNetwork));
    expect(cause.message.split('\n').sort()).toEqual([
      'claimVolumes org2: a volume cannot shrink',
      'enrollIdentity org0/orderer1: the CA refuses',
      'enrollIdentity org1/peer2: org1-peer2 is registered as client',
    ]);
    expect(cause).toMatchObject({
      type: expect.stringMatching(/^(CertificateAuthorityRejected|ImmutableField)$/) as unknown,
    });
  });

  test('shows as failed in the progress of the run and of its child, with the reason', async ({ cluster }) => {
    cluster.fail('enrollIdentity', 'org1-peer1', conflict);
    const run = await cluster.apply(smallNetwork);
    await causeOf(run);
    const child = `${networkWorkflowId(cluster.name, 'small')}/org1/identities`;
    // Whoever watches asks the child too, since the run still names it.
    expect((await cluster.progress(run.workflowId)).children).toEqual([child]);
    expect((await cluster.progress(child)).steps).toContainEqual(
      failed('enrollIdentity', 'org1/peer1', conflict.message),
    );
  });

  test('shows as failed in the progress of the run when it is a step of the run itself', async ({ cluster }) => {
    cluster.fail('applyDeployment', 'org0-orderer1', imageMissing);
    const run = await cluster.apply(smallNetwork);
    await causeOf(run);
    const { steps, milestones } = await cluster.progress(run.workflowId);
    expect(steps).toContainEqual(failed('applyDeployment', 'org0/orderer1', imageMissing.message));
    expect(milestones).toEqual(['Creating local node MSP', 'Launching orderers']);
  });

  test('in the first look names the check', async ({ cluster }) => {
    cluster.fail('checkCluster', 'small', failure('ClusterForbidden', 'may not create secrets'));
    expect(await causeOf(await cluster.apply(smallNetwork))).toMatchObject({
      type: 'ClusterForbidden',
      message: 'checkCluster small: may not create secrets',
    });
    expect(cluster.calls).toHaveLength(1);
  });

  test('in a look that is no step keeps its type and message', async ({ cluster }) => {
    cluster.fail('findRemovals', 'small', failure('ClusterForbidden', 'may not list secrets'));
    cluster.fail('findOwned', 'small', failure('ClusterForbidden', 'may not list secrets'));
    cluster.fail('inspectNodes', 'small', failure('ClusterForbidden', 'may not list secrets'));
    const id = networkWorkflowId(cluster.name, 'small');
    const runs = [
      ['applyNetwork', smallNetwork],
      ['removeNetwork', { network: 'small' }],
      ['inspectNetwork', { network: 'small' }],
    ] as const;
    for (const [type, argument] of runs) {
      const cause = await causeOf(await cluster.start(type, id, [argument]));
      expect(cause).toMatchObject({ type: 'ClusterForbidden', message: 'may not list secrets' });
    }
  });
});

describe('trouble that passes', () => {
  test('is tried again until it has passed, and the attempts are counted', async ({ cluster }) => {
    cluster.fail('enrollRegistrar', 'org1', overloaded, 2);
    cluster.fail('applyDeployment', 'org1-peer1', overloaded, 1);
    const { steps } = await (await cluster.apply(smallNetwork)).result();
    const attempts = new Map(steps.map(({ step, target, attempts: tries }) => [`${step} ${target}`, tries]));
    expect(attempts.get('enrollRegistrar org1/ca')).toBe(3);
    expect(attempts.get('applyDeployment org1/peer1')).toBe(2);
    expect(attempts.get('enrollRegistrar org0/ca')).toBe(1);
    expect(cluster.callsOf('enrollRegistrar', 'org1')).toHaveLength(3);
  });

  test('that turns into one that stays ends the step, with all attempts counted', async ({ cluster }) => {
    cluster.fail('applyDeployment', 'org1-peer1', overloaded, 1);
    cluster.fail('applyDeployment', 'org1-peer1', failure('ClusterRejected', 'spec.replicas: must be a number'));
    const run = await cluster.apply(smallNetwork);
    expect(await causeOf(run)).toMatchObject({ type: 'ClusterRejected' });
    const { steps } = await cluster.progress(run.workflowId);
    expect(steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({
      step: 'applyDeployment',
      target: 'org1/peer1',
      attempts: 2,
    });
  });

  test('does not pass for ever in the first look, because the cluster was probably named wrongly', async ({
    cluster,
  }) => {
    cluster.fail('checkCluster', 'small', failure('ClusterUnreachable', 'nobody answers'));
    expect(await causeOf(await cluster.apply(smallNetwork))).toMatchObject({
      type: 'ClusterUnreachable',
      message: 'checkCluster small: nobody answers',
    });
    expect(cluster.calls.map(({ step }) => step)).toEqual(['checkCluster', 'checkCluster', 'checkCluster']);
  });
});

describe('cancelling a run', () => {
  test('ends its steps and its child workflows within seconds, and then the run as cancelled', async ({ cluster }) => {
    const gates = [cluster.hold('enrollIdentity', 'org0-orderer1'), cluster.hold('awaitRollout', 'org1-ca')];
    const run = await cluster.apply(smallNetwork);
    await Promise.all(gates.map(({ reached }) => reached));
    const asked = Date.now();
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    expect(Date.now() - asked).toBeLessThan(SECONDS_FOR_A_CANCELLATION * 1000);
    expect((await run.describe()).status.name).toBe('CANCELLED');
    for (const part of ['org0/identities', 'org1']) {
      const child = `${run.workflowId}/${part}`;
      expect((await run.client.getHandle(child).describe()).status.name).toBe('CANCELLED');
      // The step itself has answered that it stopped: nothing of the run works on, unseen.
      const { events } = await run.client.getHandle(child).fetchHistory();
      expect(events?.filter(({ activityTaskCanceledEventAttributes: answer }) => answer)).toHaveLength(1);
      const { steps } = await cluster.progress(child);
      expect(steps.filter(({ outcome }) => outcome === 'running')).toEqual([]);
      expect(steps.filter(({ outcome }) => outcome === 'cancelled')).toHaveLength(1);
    }
    expect(cluster.callsOf('enrollIdentity').filter(({ target }) => target.startsWith('org1'))).toEqual([]);
    expect(cluster.callsOf('applyDeployment')).toEqual([]);
  });

  test('while nodes come up begins nothing new, and shows which steps it ended', async ({ cluster }) => {
    const gate = cluster.hold('awaitRollout', 'org0-orderer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    const { steps } = await cluster.progress(run.workflowId);
    expect(steps.findLast(({ step }) => step === 'awaitRollout')).toMatchObject({
      target: 'org0/orderer1',
      outcome: 'cancelled',
    });
    expect(cluster.callsOf('applyDeployment').map(({ target }) => target)).toEqual(['org0-orderer1']);
  });

  test('that has failed steps besides is a cancellation, not a failure', async ({ cluster }) => {
    cluster.fail('claimVolumes', 'org1', failure('ImmutableField', 'a volume cannot shrink'));
    const gate = cluster.hold('enrollIdentity', 'org0-orderer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    await vi.waitFor(async () => {
      expect((await run.client.getHandle(`${run.workflowId}/org1`).describe()).status.name).toBe('FAILED');
    }, PATIENCE);
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
  });

  test('is a cancellation also where an attempt fails before it has heard of that', async ({ cluster }) => {
    const gate = cluster.hold('awaitRollout', 'org0-orderer1');
    cluster.fail('awaitRollout', 'org0-orderer1', overloaded);
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    await run.cancel();
    await vi.waitFor(async () => {
      const { events } = await run.fetchHistory();
      expect(events?.some(({ activityTaskCancelRequestedEventAttributes: asked }) => asked)).toBe(true);
    }, PATIENCE);
    gate.open();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    const { events } = await run.fetchHistory();
    // Temporal tells the failure of the attempt, and not that it was cancelled.
    expect(events?.some(({ activityTaskFailedEventAttributes: failed }) => failed)).toBe(true);
    const { steps } = await cluster.progress(run.workflowId);
    expect(steps.findLast(({ step }) => step === 'awaitRollout')).toMatchObject({ outcome: 'cancelled' });
  });

  test('lets the next run carry on', async ({ cluster }) => {
    const gate = cluster.hold('awaitRollout', 'org0-orderer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    await run.cancel();
    await causeOf(run);
    gate.open();
    const { steps } = await (await cluster.apply(smallNetwork)).result();
    expect(steps.every(({ outcome }) => outcome === 'created')).toBe(true);
  });
});

describe('terminating a run', () => {
  test('leaves its child workflows to stop, and the next run waits for them', async ({ cluster }) => {
    const gate = cluster.hold('enrollIdentity', 'org0-orderer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    const child = `${run.workflowId}/org0/identities`;
    const old = run.client.getHandle(child, (await run.client.getHandle(child).describe()).runId);
    await run.terminate();
    const next = await cluster.apply(smallNetwork);
    // What is held hears of the end of its run with its next heartbeat.
    await vi.waitFor(async () => {
      expect((await old.describe()).status.name).toBe('CANCELLED');
    }, PATIENCE);
    gate.open();
    await expect(next.result()).resolves.toMatchObject({ network: 'small' });
    const { closeTime } = await old.describe();
    const { startTime } = await run.client.getHandle(child).describe();
    expect(startTime.getTime()).toBeGreaterThanOrEqual(closeTime?.getTime() ?? Infinity);
  });
});

/** A cancellation reaches a step with one of its heartbeats at the latest. */
const SECONDS_FOR_A_CANCELLATION = 10;

function failed(step: string, target: string, reason: string): unknown {
  const record: Partial<StepRecord> = { step, target, outcome: 'failed', reason };
  return expect.objectContaining(record);
}

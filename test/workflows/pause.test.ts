import { CancelledFailure } from '@temporalio/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, vi } from 'vitest';

import { failure } from '../../src/activities/failures.ts';
import type { removeNetwork } from '../../src/workflows/index.ts';
import {
  networkWorkflowId,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  type PauseAnswer,
  type PauseRequest,
} from '../../src/workflows/messages.ts';
import { channelNetwork, smallNetwork } from './fixtures/descriptions.ts';
import { ended } from './fixtures/order.ts';
import { causeOf, PATIENCE, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

interface Asked {
  executeUpdate: (update: typeof pauseUpdate, options: { args: [PauseRequest] }) => Promise<PauseAnswer>;
}

const reason = 'the cluster is being upgraded';

function pause(run: Asked): Promise<PauseAnswer> {
  return run.executeUpdate(pauseUpdate, { args: [{ by: 'ana', reason }] });
}

function resume(run: Asked): Promise<PauseAnswer> {
  return run.executeUpdate(resumeUpdate, { args: [{ by: 'ben', reason: '' }] });
}

/** In milliseconds; what a run would begin it begins within a few of them. */
const A_WHILE = 1_500;

async function expectNothingToBegin(cluster: ClusterUnderTest): Promise<void> {
  const before = cluster.calls.length;
  await new Promise((resolve) => setTimeout(resolve, A_WHILE));
  expect(cluster.calls.slice(before).map(({ step, target }) => `${step} ${target}`)).toEqual([]);
}

describe('a run that is paused', () => {
  test('ends the steps that are under way and begins none, in its children neither, until it is resumed', async ({
    cluster,
  }) => {
    const gates = [cluster.hold('enrollIdentity', 'org0-orderer1'), cluster.hold('awaitRollout', 'org1-ca')];
    const run = await cluster.apply(smallNetwork);
    await Promise.all(gates.map(({ reached }) => reached));
    const answer = await pause(run);
    expect(answer).toMatchObject({ changed: true, pause: { by: 'ana', reason } });
    for (const gate of gates) gate.open();
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('enrollIdentity'))).toContain('org0-orderer1');
      expect(ended(cluster.callsOf('awaitRollout'))).toContain('org1-ca');
    }, PATIENCE);
    await expectNothingToBegin(cluster);
    expect(await cluster.progress(run.workflowId)).toMatchObject({ paused: answer.pause });
    expect(await resume(run)).toEqual({ changed: true, pause: answer.pause });
    const { milestones } = await run.result();
    expect(milestones).toContain('Network is ready');
    expect(await cluster.progress(run.workflowId)).not.toHaveProperty('paused');
  });

  test('starts no child either, and those that begin after it was resumed are not paused', async ({ cluster }) => {
    const orderer = cluster.hold('awaitRollout', 'org0-orderer1');
    const run = await cluster.apply(channelNetwork);
    await orderer.reached;
    await pause(run);
    orderer.open();
    await expectNothingToBegin(cluster);
    expect(cluster.callsOf('findGenesisBlock')).toEqual([]);
    await resume(run);
    await run.result();
    expect(cluster.callsOf('commitChaincode')).toHaveLength(1);
  });

  test('is paused once, by whoever came first; one that is not paused is not resumed', async ({ cluster }) => {
    const gate = cluster.hold('awaitRollout', 'org1-ca');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    expect(await resume(run)).toEqual({ changed: false });
    const { pause: first } = await pause(run);
    expect(await run.executeUpdate(pauseUpdate, { args: [{ by: 'ben', reason: 'lunch' }] })).toEqual({
      changed: false,
      pause: first,
    });
    await resume(run);
    gate.open();
    await run.result();
  });

  test('can be paused again and again', async ({ cluster }) => {
    const gate = cluster.hold('awaitRollout', 'org1-ca');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    for (let time = 1; time <= 3; time += 1) {
      await pause(run);
      await resume(run);
    }
    await pause(run);
    gate.open();
    await expectNothingToBegin(cluster);
    await resume(run);
    await run.result();
  });

  test('is cancelled like another, and what waited has not begun', async ({ cluster }) => {
    const gate = cluster.hold('enrollIdentity', 'org0-orderer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    await pause(run);
    gate.open();
    await expectNothingToBegin(cluster);
    const before = cluster.calls.length;
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    expect(cluster.calls).toHaveLength(before);
    const { steps } = await run.query(progressQuery);
    expect(steps.filter(({ outcome }) => outcome === 'running')).toEqual([]);
  });

  test('that has failed meanwhile says so when it is resumed', async ({ cluster }) => {
    const gate = cluster.hold('enrollIdentity', 'org0-orderer1');
    cluster.fail('enrollIdentity', 'org0-orderer1', failure('IdentityConflict', 'it is registered as client'));
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    await pause(run);
    gate.open();
    await expectNothingToBegin(cluster);
    expect((await run.describe()).status.name).toBe('RUNNING');
    await resume(run);
    expect(await causeOf(run)).toMatchObject({ type: 'IdentityConflict' });
  });

  test('of a removal leaves what is not removed yet', async ({ cluster }) => {
    cluster.answers.owned = {
      groups: [
        { target: 'org1/peer1', namespace: 'small', node: 'org1-peer1', volumes: [] },
      ] as unknown as typeof cluster.answers.owned.groups,
      namespaces: ['small'],
    };
    const gate = cluster.hold('removeNode');
    const run = await cluster.start<typeof removeNetwork>('removeNetwork', networkWorkflowId(cluster.name, 'small'), [
      { network: 'small' },
    ]);
    await gate.reached;
    await pause(run);
    gate.open();
    await expectNothingToBegin(cluster);
    expect(cluster.callsOf('removeNetworkObjects')).toEqual([]);
    await resume(run);
    await run.result();
    expect(cluster.callsOf('removeNetworkObjects')).toHaveLength(1);
  });

  test('is not paused by what names nobody, or for a reason without end', async ({ cluster }) => {
    const gate = cluster.hold('awaitRollout', 'org1-ca');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    const nameless = run.executeUpdate(pauseUpdate, { args: [{ reason } as PauseRequest] });
    await expect(nameless).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    const endless = run.executeUpdate(pauseUpdate, { args: [{ by: 'ana', reason: 'x'.repeat(1_001) }] });
    await expect(endless).rejects.toMatchObject({
      cause: { type: 'InvalidArgument', message: expect.stringContaining('longer than 1000 characters') as string },
    });
    expect(await cluster.progress(run.workflowId)).not.toHaveProperty('paused');
    gate.open();
    await run.result();
  });
});

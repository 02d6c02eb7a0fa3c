import { CancelledFailure } from '@temporalio/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, vi } from 'vitest';

import type { CheckedSignatures, ConfigUpdatePlan } from '../../src/activities/channels/config-update.ts';
import {
  addSignaturesUpdate,
  channelWorkflowId,
  pauseUpdate,
  resumeUpdate,
  type SignaturesAnswer,
} from '../../src/workflows/messages.ts';
import { channelNetwork } from './fixtures/descriptions.ts';
import { causeOf, PATIENCE, test, type ClusterUnderTest, type Run, type Temporal } from './fixtures/temporal-test.ts';
import type { applyNetwork } from '../../src/workflows/index.ts';

const wish = '/Channel/Application wants MAJORITY Admins';
const update: Omit<ConfigUpdatePlan, 'attempts'> = {
  ...{ outcome: 'unchanged', reason: '', changes: ['adds Org3MSP'], update: 'dXBkYXRl' },
  ...{ signers: ['Org1MSP'], unmet: [wish], missing: ['Org8MSP', 'Org9MSP'], sequence: 4, height: 7 },
};

/** A run of a channel's change that waits for the signatures of two organizations. */
async function waitingRun(cluster: ClusterUnderTest): Promise<Run<typeof applyNetwork>> {
  cluster.answers.keptGenesisBlocks = ['mychannel'];
  cluster.answers.configUpdates = [update];
  cluster.hold('awaitSignatures');
  const run = await cluster.apply(channelNetwork);
  await untilAwaited(cluster, run, ['Org8MSP', 'Org9MSP']);
  return run;
}

async function untilAwaited(
  cluster: ClusterUnderTest,
  { workflowId }: { readonly workflowId: string },
  awaited: readonly string[],
): Promise<void> {
  await vi.waitFor(async () => {
    const { pendingUpdates = [] } = await cluster.progress(channelWorkflowId(workflowId, 'mychannel'));
    expect(pendingUpdates).toMatchObject([{ awaited }]);
  }, PATIENCE);
}

function good(...mspIds: readonly string[]): CheckedSignatures {
  return { kind: 'good', signatures: mspIds.map((mspId) => ({ mspId, signature: `signature of ${mspId}` })) };
}

function handIn({ environment }: Temporal, run: { readonly workflowId: string }): Promise<SignaturesAnswer> {
  const channel = environment.client.workflow.getHandle(channelWorkflowId(run.workflowId, 'mychannel'));
  return channel.executeUpdate(addSignaturesUpdate, { args: [{ envelope: 'ZW52ZWxvcGU=', by: 'ana' }] });
}

async function refusalOf(answer: Promise<unknown>): Promise<unknown> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof WorkflowUpdateFailedError ? error.cause : error;
}

describe('a change of a channel that an organization outside has to sign', () => {
  test('waits for each signature, and is submitted with all of them', async ({ cluster, temporal }) => {
    const run = await waitingRun(cluster);
    cluster.answers.checked = ({ missing }) => good(...missing.slice(0, 1));
    expect(await handIn(temporal, run)).toEqual({ added: ['Org8MSP'], awaited: ['Org9MSP'] });
    expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
    expect(await handIn(temporal, run)).toEqual({ added: ['Org9MSP'], awaited: [] });
    const { steps } = await run.result();
    expect(cluster.callsOf('checkSignatures').map(({ input }) => input)).toMatchObject([
      { channel: 'mychannel', update: 'dXBkYXRl', sequence: 4, missing: ['Org8MSP', 'Org9MSP'] },
      { missing: ['Org9MSP'] },
    ]);
    expect(cluster.callsOf('submitConfigUpdate').map(({ input }) => input)).toMatchObject([
      {
        update: 'dXBkYXRl',
        signatures: ['signature of Org1MSP', 'signature of Org8MSP', 'signature of Org9MSP'],
        sequence: 4,
      },
    ]);
    const signed = steps
      .filter(({ step }) => step === 'signConfigUpdate')
      .map(({ target, reason }) => [target, reason]);
    expect(signed).toEqual([
      ['mychannel@org1', 'signed'],
      ['mychannel@Org8MSP', 'handed in by ana'],
      ['mychannel@Org9MSP', 'handed in by ana'],
    ]);
    // What waited is no step of the run any more.
    expect(steps.filter(({ step }) => step === 'awaitSignatures')).toEqual([]);
  });

  test('goes on waiting when what is handed in does not count, and says why', async ({ cluster, temporal }) => {
    const run = await waitingRun(cluster);
    cluster.answers.checked = () => ({ kind: 'refused', reason: 'who has signed is no admin of Org9MSP.' });
    expect(await refusalOf(handIn(temporal, run))).toMatchObject({
      type: 'SignatureRefused',
      message: 'who has signed is no admin of Org9MSP.',
    });
    await untilAwaited(cluster, run, ['Org8MSP', 'Org9MSP']);
    cluster.answers.checked = ({ missing }) => good(...missing);
    await handIn(temporal, run);
    await run.result();
  });

  test('is planned and signed anew when the channel has changed meanwhile', async ({ cluster, temporal }) => {
    cluster.answers.keptGenesisBlocks = ['mychannel'];
    cluster.answers.configUpdates = [update, { ...update, update: 'YW5ldw==', sequence: 5, missing: ['Org9MSP'] }];
    const moved = cluster.hold('awaitSignatures', 'mychannel/4');
    cluster.hold('awaitSignatures', 'mychannel/5');
    const run = await cluster.apply(channelNetwork);
    await untilAwaited(cluster, run, ['Org8MSP', 'Org9MSP']);
    moved.open();
    await untilAwaited(cluster, run, ['Org9MSP']);
    cluster.answers.checked = ({ missing }) => good(...missing);
    expect(await handIn(temporal, run)).toEqual({ added: ['Org9MSP'], awaited: [] });
    await run.result();
    expect(cluster.callsOf('submitConfigUpdate').map(({ input }) => input)).toMatchObject([
      { update: 'YW5ldw==', sequence: 5, signatures: ['signature of Org1MSP', 'signature of Org9MSP'] },
    ]);
  });

  test('is planned anew when a signature shows that the channel has changed', async ({ cluster, temporal }) => {
    const run = await waitingRun(cluster);
    cluster.answers.checked = () => ({ kind: 'outdated' });
    expect(await refusalOf(handIn(temporal, run))).toMatchObject({ type: 'UpdateOutdated' });
    // Nothing is left to change.
    await run.result();
    expect(cluster.callsOf('planConfigUpdate')).toHaveLength(2);
    expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
  });

  test('takes a signature while the run is paused, and is submitted when it goes on', async ({ cluster, temporal }) => {
    const run = await waitingRun(cluster);
    await run.executeUpdate(pauseUpdate, { args: [{ by: 'ana', reason: 'lunch' }] });
    cluster.answers.checked = ({ missing }) => good(...missing);
    expect(await handIn(temporal, run)).toMatchObject({ awaited: [] });
    expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
    await run.executeUpdate(resumeUpdate, { args: [{ by: 'ana', reason: '' }] });
    await run.result();
    expect(cluster.callsOf('submitConfigUpdate')).toHaveLength(1);
  });

  test('can be cancelled, after which no signature is taken', async ({ cluster, temporal }) => {
    const run = await waitingRun(cluster);
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    await expect(handIn(temporal, run)).rejects.toThrow(/completed|not found/);
  });
});

test('a channel of which no change waits takes no signature', async ({ cluster, temporal }) => {
  const leader = cluster.hold('awaitLeader');
  const run = await cluster.apply(channelNetwork);
  await leader.reached;
  expect(await refusalOf(handIn(temporal, run))).toMatchObject({ type: 'NothingToSign' });
  leader.open();
  await run.result();
});

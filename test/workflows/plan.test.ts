import { describe, expect } from 'vitest';

import type { Activities } from '../../src/activities/index.ts';
import type { removeNetwork } from '../../src/workflows/index.ts';
import { networkWorkflowId, type RemoveOptions } from '../../src/workflows/messages.ts';
import { smallNetwork, testNetwork } from './fixtures/descriptions.ts';
import { endsBefore } from './fixtures/order.ts';
import { test, type ClusterUnderTest, type Run } from './fixtures/temporal-test.ts';

const orderer2 = { target: 'org0/orderer2', namespace: 'small', selector: 'weft.dev/node=org0-orderer2' };
const peer7 = { target: 'org1/peer7', namespace: 'small', selector: 'weft.dev/node=org1-peer7' };

/** What decides nothing about a change: it looks, or it waits for what was changed. */
const questions: readonly (keyof Activities)[] = [
  'findRemovals',
  'findChannels',
  'findOwned',
  'awaitRollout',
  'verifyRemoved',
  'readRecord',
];

describe('a dry run', () => {
  test('asks every step that an up would take for its decision, as a dry run, awaits no rollout and begins nothing', async ({
    cluster,
  }) => {
    await (await cluster.apply(testNetwork)).result();
    const taken = cluster.calls.map(({ step, target }) => `${step} ${target}`);
    const before = cluster.calls.length;
    await (await cluster.apply(testNetwork, { dryRun: true })).result();
    const planned = cluster.calls.slice(before);
    expect(planned.map(({ step, target }) => `${step} ${target}`).sort()).toEqual(
      taken.filter((call) => !/^(awaitRollout|recordBegun|inspectNodes) /.test(call)).sort(),
    );
    for (const { step, input } of planned.filter((call) => !questions.includes(call.step))) {
      expect({ step, input }).toMatchObject({ step, input: { dryRun: true } });
    }
  });

  test('returns the outcome that each step would have', async ({ cluster }) => {
    cluster.answers.decision = { outcome: 'updated', reason: 'the image differs' };
    const { steps } = await (await cluster.apply(smallNetwork, { dryRun: true })).result();
    expect(steps.find(({ step, target }) => step === 'applyDeployment' && target === 'org1/peer1')).toMatchObject({
      outcome: 'updated',
      reason: 'the image differs',
      attempts: 1,
    });
  });

  test('tells what would be removed without asking for approval, and hands the dry run on to it', async ({
    cluster,
  }) => {
    cluster.answers.removals = [orderer2];
    cluster.answers.decision = { outcome: 'removed', reason: '' };
    const { steps } = await (await cluster.apply(smallNetwork, { dryRun: true })).result();
    expect(steps.filter(({ step }) => step === 'removeNode')).toMatchObject([
      { target: 'org0/orderer2', outcome: 'removed' },
    ]);
    expect(cluster.callsOf('removeNode').map(({ input }) => input)).toMatchObject([{ dryRun: true, keepData: true }]);
  });

  test('of a removal asks about every node and namespace, and proves nothing gone', async ({ cluster }) => {
    cluster.answers.owned = { groups: [orderer2, peer7], namespaces: ['small'] };
    const run = await cluster.start<typeof removeNetwork>('removeNetwork', `plan/${cluster.name}/small/1`, [
      { network: 'small' },
      { dryRun: true },
    ]);
    await run.result();
    expect(cluster.calls.map(({ step, target }) => `${step} ${target}`).sort()).toEqual([
      'findOwned small',
      'findRecords small',
      'removeNetworkObjects small',
      'removeNode org0/orderer2',
      'removeNode org1/peer7',
    ]);
    for (const { input } of cluster.calls.slice(1)) expect(input).toMatchObject({ dryRun: true });
  });
});

describe('an approved removal', () => {
  test('happens after all peers stand, and keeps the ledger volumes', async ({ cluster }) => {
    cluster.answers.removals = [orderer2, peer7];
    await (await cluster.apply(smallNetwork, { approveRemoval: true })).result();
    const removed = cluster.callsOf('removeNode');
    expect(removed.map(({ input }) => input)).toEqual(
      expect.arrayContaining([
        { ...orderer2, network: 'small', dryRun: false, keepData: true },
        { ...peer7, network: 'small', dryRun: false, keepData: true },
      ]),
    );
    expect(removed).toHaveLength(2);
    expect(endsBefore(cluster.callsOf('awaitRollout', 'org1-peer1'), removed)).toBe(true);
    expect(endsBefore(removed, cluster.callsOf('recordNetwork'))).toBe(true);
  });

  test('takes the ledger volumes too when it is told to', async ({ cluster }) => {
    cluster.answers.removals = [orderer2];
    await (await cluster.apply(smallNetwork, { approveRemoval: true, pruneData: true })).result();
    expect(cluster.callsOf('findRemovals').map(({ input }) => input)).toMatchObject([{ pruneData: true }]);
    expect(cluster.callsOf('removeNode').map(({ input }) => input)).toMatchObject([{ keepData: false }]);
  });

  test('is decided on by the nodes that the description names', async ({ cluster }) => {
    await (await cluster.apply(smallNetwork)).result();
    expect(cluster.callsOf('findRemovals').map(({ input }) => input)).toEqual([
      {
        network: 'small',
        described: [
          { name: 'org0', namespace: 'small', nodes: ['org0-orderer1'] },
          { name: 'org1', namespace: 'small', nodes: ['org1-peer1'] },
        ],
        pruneData: false,
      },
    ]);
  });
});

describe('taking a network down', () => {
  test('removes nodes first, then what they shared, then proves that nothing is left', async ({ cluster }) => {
    cluster.answers.owned = { groups: [orderer2, peer7], namespaces: ['other', 'small'] };
    cluster.answers.decision = { outcome: 'removed', reason: '' };
    const { steps, endpoints } = await (await down(cluster.name, cluster.start)).result();
    expect(endsBefore(cluster.callsOf('removeNode'), cluster.callsOf('removeNetworkObjects'))).toBe(true);
    expect(endsBefore(cluster.callsOf('removeNetworkObjects'), cluster.callsOf('verifyRemoved'))).toBe(true);
    expect(cluster.callsOf('verifyRemoved')[0]?.input).toMatchObject({
      network: 'small',
      searched: ['other', 'small'],
      keepData: false,
    });
    expect(endpoints).toEqual([]);
    expect(steps.map(({ step, target, outcome }) => `${step} ${target} ${outcome}`)).toEqual([
      'removeNode org0/orderer2 removed',
      'removeNode org1/peer7 removed',
      'removeNetworkObjects other removed',
      'removeNetworkObjects small removed',
      'verifyRemoved small removed',
    ]);
  });

  test('keeps the volumes everywhere when it is told to', async ({ cluster }) => {
    cluster.answers.owned = { groups: [peer7], namespaces: ['small'] };
    await (await down(cluster.name, cluster.start, { keepData: true })).result();
    const told = cluster.calls
      .filter(({ step }) => !step.startsWith('find'))
      .map(({ step, input }) => ({ step, input }));
    expect(told).toHaveLength(3);
    for (const { step, input } of told) expect({ step, input }).toMatchObject({ step, input: { keepData: true } });
  });

  test('shows its steps while they run', async ({ cluster }) => {
    cluster.answers.owned = { groups: [peer7], namespaces: ['small'] };
    const gate = cluster.hold('removeNode');
    const run = await down(cluster.name, cluster.start);
    await gate.reached;
    expect(await cluster.progress(run.workflowId)).toMatchObject({
      milestones: [],
      steps: [{ step: 'removeNode', target: 'org1/peer7', outcome: 'running' }],
    });
    gate.open();
    await run.result();
  });
});

describe('inspecting a network', () => {
  test('answers with what the cluster has', async ({ cluster }) => {
    cluster.answers.status = { network: 'small', ready: false, nodes: [] };
    const run = await cluster.start('inspectNetwork', `status/${cluster.name}/small/1`, [
      { network: 'small', namespaces: ['small'] },
    ]);
    expect(await run.result()).toMatchObject({
      ...{ network: 'small', ready: false, nodes: [], channels: [], chaincodes: [] },
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'RecordApplied', status: 'False', reason: 'RecordMissing' }),
        expect.objectContaining({ type: 'ChannelsReady', status: 'Unknown' }),
      ]) as unknown,
    });
    const address = { network: 'small', namespaces: ['small'] };
    expect(cluster.calls.map(({ step, input }) => ({ step, input }))).toEqual(
      expect.arrayContaining([
        { step: 'inspectNodes', input: address },
        { step: 'readRecord', input: address },
      ]),
    );
    expect(cluster.calls).toHaveLength(2);
  });
});

function down(
  cluster: string,
  start: ClusterUnderTest['start'],
  options: RemoveOptions = {},
): Promise<Run<typeof removeNetwork>> {
  return start<typeof removeNetwork>('removeNetwork', networkWorkflowId(cluster, 'small'), [
    { network: 'small' },
    options,
  ]);
}

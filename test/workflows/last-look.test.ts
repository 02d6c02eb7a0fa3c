import { describe, expect } from 'vitest';

import { failure } from '../../src/activities/failures.ts';
import type { ChannelInspectionInput, ChannelView } from '../../src/activities/status/channels.ts';
import type { RunResult } from '../../src/workflows/messages.ts';
import { channelNetwork, completed, smallNetwork } from './fixtures/descriptions.ts';
import { readyNodes } from './fixtures/ready-nodes.ts';
import { endsBefore, targetsOf } from './fixtures/order.ts';
import { test } from './fixtures/temporal-test.ts';

describe('the end of a run', () => {
  test('looks at the network as it is then, when all steps but the record are done', async ({ cluster }) => {
    const { conditions = [], milestones } = await (await cluster.apply(channelNetwork)).result();
    expect(conditions.map(({ status }) => status)).toEqual(conditions.map(() => 'True'));
    expect(milestones?.at(-1)).toBe('Network is ready');
    expect(endsBefore(cluster.callsOf('queryChaincode'), cluster.callsOf('inspectNodes'))).toBe(true);
  });

  test('looks at the network beside the steps where there is nothing to do, and once', async ({ cluster }) => {
    cluster.answers.unchanged = () => ({ steps: [], isComplete: true });
    cluster.answers.decision = { outcome: 'unchanged', reason: '' };
    const [step, look] = [cluster.hold('applyDeployment', 'org1-peer1'), cluster.hold('inspectNodes')];
    const run = await cluster.apply(smallNetwork);
    await Promise.all([step.reached, look.reached]);
    look.open();
    step.open();
    const { conditions = [], milestones } = await run.result();
    expect(conditions).not.toEqual([]);
    expect(milestones?.at(-1)).toBe('Network is ready');
    expect(cluster.callsOf('inspectNodes')).toHaveLength(1);
  });

  test('asks no peer to join that is seen in its channel beside the steps, and every other one', async ({
    cluster,
  }) => {
    cluster.answers.unchanged = () => ({ steps: [], isComplete: true });
    cluster.answers.decision = { outcome: 'unchanged', reason: '' };
    cluster.answers.keptGenesisBlocks = ['mychannel'];
    const { channelOf } = cluster.answers;
    cluster.answers.channelOf = (input) => {
      const seen = channelOf(input);
      const outside = { height: 0, reason: 'has not joined' };
      return {
        ...seen,
        peers: seen.peers.map((peer) => (peer.name === 'org2-peer1' ? { ...peer, ...outside } : peer)),
      };
    };
    const { steps } = await (await cluster.apply(channelNetwork)).result();
    expect(targetsOf(cluster.callsOf('joinPeer'))).toEqual(['mychannel@org2-peer1']);
    const joins = steps.filter(({ step }) => step === 'joinPeer');
    expect(joins.find(({ target }) => target === 'mychannel@org1-peer1')).toMatchObject({ outcome: 'unchanged' });
    expect(joins).toHaveLength(2);
  });

  test('looks anew where a step changed something after all', async ({ cluster }) => {
    cluster.answers.unchanged = () => ({ steps: [], isComplete: true });
    const { milestones } = await (await cluster.apply(smallNetwork)).result();
    expect(milestones?.at(-1)).toBe('Network is ready');
    expect(cluster.callsOf('inspectNodes')).toHaveLength(2);
  });

  test('is not called ready where something fell over meanwhile', async ({ cluster }) => {
    const nodes = readyNodes(completed(smallNetwork)).map((node) =>
      node.kind === 'peer' ? { ...node, ready: false, reason: 'has crashed' } : node,
    );
    cluster.answers.status = { network: 'small', ready: false, nodes };
    const ended = await (await cluster.apply(smallNetwork)).result();
    expect(unmetIn(ended)).toEqual(['PeersInStep NodesNotReady']);
    expect(ended.milestones).not.toContain('Network is ready');
    // What it applied is applied.
    expect(cluster.callsOf('recordNetwork')).toHaveLength(1);
  });

  test('looks again while an election goes on', async ({ cluster }) => {
    const looks = new Map<string, number>();
    const { channelOf } = cluster.answers;
    cluster.answers.channelOf = (input: ChannelInspectionInput): ChannelView => {
      const count = (looks.get(input.organization.name) ?? 0) + 1;
      looks.set(input.organization.name, count);
      const seen = channelOf(input);
      return {
        ...seen,
        orderers: seen.orderers.map((orderer) => ({ ...orderer, isLeader: orderer.isLeader && count > 2 })),
      };
    };
    const ended = await (await cluster.apply(channelNetwork)).result();
    expect(unmetIn(ended)).toEqual([]);
    expect(ended.milestones?.at(-1)).toBe('Network is ready');
  });

  test('is not known where the cluster cannot be looked at, and is no failure of the run', async ({ cluster }) => {
    cluster.fail('inspectNodes', 'small', failure('ClusterForbidden', 'the right to list pods was taken away'));
    const ended = await (await cluster.apply(smallNetwork)).result();
    expect(unmetIn(ended)).toContain('OrderersReady NotSeen');
    expect(ended.milestones).not.toContain('Network is ready');
  });
});

describe('a look at a network', () => {
  test('whose record cannot be read shows its nodes, and is not ready', async ({ cluster }) => {
    cluster.answers.status = { network: 'small', ready: true, nodes: readyNodes(completed(smallNetwork)) };
    cluster.fail('readRecord', 'small', failure('RecordUnreadable', 'it is no JSON'));
    const run = await cluster.start('inspectNetwork', `status/${cluster.name}/small/1`, [{ network: 'small' }]);
    expect(await run.result()).toMatchObject({
      ready: false,
      nodes: cluster.answers.status.nodes,
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'RecordApplied', status: 'False', reason: 'RecordUnreadable' }),
      ]) as unknown,
    });
  });

  test('tells of a peer that does not come after', async ({ cluster }) => {
    const network = completed(channelNetwork);
    cluster.answers.status = { network: 'channels', ready: true, nodes: readyNodes(network) };
    cluster.answers.record = { begun: network, applied: network };
    const { channelOf } = cluster.answers;
    cluster.answers.channelOf = (input) => {
      const { orderers, peers } = channelOf(input);
      return {
        orderers: orderers.map((orderer) => ({ ...orderer, height: 20 })),
        peers: peers.map((peer) => ({ ...peer, height: peer.name === 'org1-peer1' ? 5 : 20 })),
      };
    };
    const run = await cluster.start('inspectNetwork', `status/${cluster.name}/channels/1`, [{ network: 'channels' }]);
    expect(await run.result()).toMatchObject({
      ready: false,
      channels: [{ problems: ['org1-peer1 has 5 of the 20 blocks'] }],
    });
  });
});

function unmetIn({ conditions = [] }: RunResult): string[] {
  return conditions.filter(({ status }) => status !== 'True').map(({ type, reason }) => `${type} ${reason}`);
}

import { ApplicationFailure } from '@temporalio/common';
import { describe, expect } from 'vitest';

import type { ChannelView } from '../../src/activities/status/channels.ts';
import { completed, channelNetwork } from './fixtures/descriptions.ts';
import { endsBefore } from './fixtures/order.ts';
import { causeOf, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const twoPeersEach = {
  ...channelNetwork,
  organizations: [
    { name: 'org0', orderers: 3 },
    { name: 'org1', peers: 2 },
    { name: 'org2', peers: 2 },
  ],
};

/**
 * The network stands with its channel, of which this orderer leads and these nodes do not answer until they have restarted; every step has
 * something to do.
 */
function stands(cluster: ClusterUnderTest, leader: string, silent: readonly string[] = []): void {
  const network = completed(twoPeersEach);
  cluster.answers.record = { begun: network, applied: network };
  cluster.answers.decision = { outcome: 'updated', reason: 'the image differs' };
  cluster.answers.keptGenesisBlocks = ['mychannel'];
  const isSilent = (name: string): boolean =>
    silent.includes(name) && cluster.callsOf('awaitRollout', name).length === 0;
  cluster.answers.channelOf = ({ orderers, peers }): ChannelView => ({
    orderers: orderers.map((name) => ({
      name,
      status: isSilent(name) ? 'unreachable' : 'active',
      height: 9,
      isLeader: name === leader,
      consensus: 'raft',
      committedBlock: 8,
      reason: '',
    })),
    peers: peers.map((name) => ({
      name,
      height: isSilent(name) ? 0 : 9,
      reason: isSilent(name) ? 'silent' : '',
    })),
  });
}

/** Deployments in the order in which they were applied, CAs and chaincode servers aside. */
function restarts({ callsOf }: ClusterUnderTest, organization = ''): string[] {
  return callsOf('applyDeployment')
    .map(({ target }) => target)
    .filter((target) => target.startsWith(organization));
}

describe('the nodes of a network that stands', () => {
  test('restart one orderer after the other, who leads last, each active with all blocks before the next', async ({
    cluster,
  }) => {
    stands(cluster, 'org0-orderer1');
    await (await cluster.apply(twoPeersEach)).result();
    expect(restarts(cluster, 'org0')).toEqual(['org0-orderer2', 'org0-orderer3', 'org0-orderer1']);
    const order = ['org0-orderer2', 'org0-orderer3', 'org0-orderer1'];
    for (const [at, name] of order.entries()) {
      const active = cluster.callsOf('awaitOrdererActive', name);
      expect(active.map(({ input }) => input)).toEqual([
        expect.objectContaining({ node: name, channels: [{ channel: 'mychannel', height: 9, isLed: true }] }),
      ]);
      expect(endsBefore(cluster.callsOf('awaitRollout', name), active)).toBe(true);
      const next = order[at + 1];
      if (next !== undefined) expect(endsBefore(active, cluster.callsOf('applyDeployment', next))).toBe(true);
    }
  });

  test('restart one peer of an organization after the other, each with all blocks before the next', async ({
    cluster,
  }) => {
    stands(cluster, 'org0-orderer1');
    await (await cluster.apply(twoPeersEach)).result();
    const orderers = cluster.callsOf('awaitOrdererActive');
    expect(endsBefore(orderers, cluster.callsOf('applyDeployment', 'org1-peer1'))).toBe(true);
    for (const organization of ['org1', 'org2']) {
      expect(restarts(cluster, organization)).toEqual([`${organization}-peer1`, `${organization}-peer2`]);
      const [caughtUp] = cluster.callsOf('awaitBlocks').filter(({ input }) => isAbout(input, `${organization}-peer1`));
      expect(caughtUp?.input).toMatchObject({ channel: 'mychannel', height: 9 });
      expect(endsBefore(caughtUp ? [caughtUp] : [], cluster.callsOf('applyDeployment', `${organization}-peer2`))).toBe(
        true,
      );
    }
  });

  test('begin with those that do not answer', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1', ['org0-orderer3', 'org1-peer2']);
    await (await cluster.apply(twoPeersEach)).result();
    const [first, second = ''] = restarts(cluster, 'org0');
    expect(first).toBe('org0-orderer3');
    const active = cluster.callsOf('awaitOrdererActive', 'org0-orderer3');
    expect(active.map(({ input }) => input)).toEqual([
      expect.objectContaining({ channels: [{ channel: 'mychannel', height: 9, isLed: true }] }),
    ]);
    expect(endsBefore(active, cluster.callsOf('applyDeployment', second))).toBe(true);
    expect(restarts(cluster, 'org1')).toEqual(['org1-peer2', 'org1-peer1']);
  });

  test('wait for no leader where the channel had none: another of them may be what it lacks', async ({ cluster }) => {
    stands(cluster, 'nobody', ['org0-orderer2', 'org0-orderer3']);
    await (await cluster.apply(twoPeersEach)).result();
    expect(cluster.callsOf('awaitOrdererActive', 'org0-orderer2').map(({ input }) => input)).toEqual([
      expect.objectContaining({ channels: [{ channel: 'mychannel', height: 9, isLed: false }] }),
    ]);
  });

  test('are not asked for in an order where none of them has to restart', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    cluster.answers.unchanged = ({ nodes }) => ({
      isComplete: false,
      steps: nodes.map(({ target }) => ({
        step: 'applyDeployment',
        target,
        result: { outcome: 'unchanged', reason: '', attempts: 1, ...{ rolledOut: true } },
      })),
    });
    await (await cluster.apply(twoPeersEach)).result();
    expect(restarts(cluster)).toEqual([]);
    // Once, at the end of the run.
    const looks = cluster.callsOf('inspectChannel');
    expect(endsBefore(cluster.callsOf('joinPeer'), looks)).toBe(true);
    expect(looks).toHaveLength(twoPeersEach.organizations.length);
    expect(cluster.callsOf('awaitOrdererActive')).toEqual([]);
  });

  test('are only looked at by a plan, all at once', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    await (await cluster.apply(twoPeersEach, { dryRun: true })).result();
    expect(restarts(cluster)).toHaveLength(7);
    expect(cluster.callsOf('inspectChannel')).toEqual([]);
    expect(cluster.callsOf('awaitOrdererActive')).toEqual([]);
  });
});

describe('nodes that come into a network that stands', () => {
  const larger = {
    ...twoPeersEach,
    organizations: [
      { name: 'org0', orderers: 3 },
      { name: 'org1', peers: 4 },
      { name: 'org2', peers: 2 },
    ],
  };

  test('are launched all at once, and before those that stand restart', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    const third = cluster.hold('awaitRollout', 'org1-peer3');
    const fourth = cluster.hold('awaitRollout', 'org1-peer4');
    const run = await cluster.apply(larger);
    await Promise.all([third.reached, fourth.reached]);
    expect(restarts(cluster, 'org1').sort()).toEqual(['org1-peer3', 'org1-peer4']);
    third.open();
    fourth.open();
    await run.result();
    expect(restarts(cluster, 'org1').slice(2)).toEqual(['org1-peer1', 'org1-peer2']);
  });

  test('leave those that stand as they were where one of them does not come up; the other new ones do', async ({
    cluster,
  }) => {
    stands(cluster, 'org0-orderer1');
    cluster.fail('awaitRollout', 'org1-peer3', ApplicationFailure.nonRetryable('no such image', 'ImagePullFailed'));
    expect(await causeOf(await cluster.apply(larger))).toMatchObject({ type: 'ImagePullFailed' });
    expect(restarts(cluster, 'org1').sort()).toEqual(['org1-peer3', 'org1-peer4']);
    expect(cluster.callsOf('joinPeer', 'mychannel@org1-peer4')).toHaveLength(1);
  });
});

describe('a node that does not come back', () => {
  const missing = ApplicationFailure.nonRetryable('there is no such image', 'ImagePullFailed');

  test('stops the change: the other orderers and all peers stay as they were', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    cluster.fail('awaitRollout', 'org0-orderer2', missing);
    expect(await causeOf(await cluster.apply(twoPeersEach))).toMatchObject({
      type: 'ImagePullFailed',
      message: 'awaitRollout org0/orderer2: there is no such image',
    });
    expect(restarts(cluster)).toEqual(['org0-orderer2']);
  });

  test('stops the change of peers in every organization', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    cluster.fail('awaitRollout', 'org1-peer1', missing);
    const other = cluster.hold('awaitRollout', 'org2-peer1');
    const run = await cluster.apply(twoPeersEach);
    await other.reached;
    other.open();
    expect(await causeOf(run)).toMatchObject({ message: 'awaitRollout org1/peer1: there is no such image' });
    expect(restarts(cluster, 'org1')).toEqual(['org1-peer1']);
  });
});

test('an orderer without which its channel would stop is not restarted, and the run says why', async ({ cluster }) => {
  stands(cluster, 'org0-orderer1', ['org0-orderer3']);
  const isOfOrderer3 = (target: string): boolean => target === 'org0/orderer3';
  // That one is as described: it does not answer all the same.
  cluster.answers.unchanged = ({ nodes }) => ({
    isComplete: false,
    steps: nodes
      .filter(({ target }) => isOfOrderer3(target))
      .map(({ target }) => ({
        step: 'applyDeployment',
        target,
        result: { outcome: 'unchanged', reason: '', attempts: 1, ...{ rolledOut: true } },
      })),
  });
  expect(await causeOf(await cluster.apply(twoPeersEach))).toMatchObject({
    type: 'QuorumAtRisk',
    message:
      'org0/orderer2 has to restart, and is not: of the 3 orderers of mychannel only 1 other is active, and 2 are needed. Nothing more was changed.',
  });
  expect(restarts(cluster)).toEqual([]);
}, 90_000);

function isAbout(input: unknown, peer: string): boolean {
  return JSON.stringify(input).includes(`"peers":["${peer}"]`);
}

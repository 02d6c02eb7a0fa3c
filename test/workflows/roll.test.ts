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

describe('an orderer whose key is lost', () => {
  /** Of these orderers a look finds no key for TLS. */
  function loses(cluster: ClusterUnderTest, ...names: readonly string[]): void {
    cluster.answers.unchanged = ({ identities }) => ({
      ...{ steps: [], isComplete: false },
      withoutKeys: identities
        .filter(({ identity }) => names.includes(identity.name))
        .map(({ identity: { name } }) => ({ name, secrets: [`${name}-tls`] })),
    });
  }

  test('gets another one, which its channel learns before it starts with that and before its MSP is looked at', async ({
    cluster,
  }) => {
    stands(cluster, 'org0-orderer1', ['org0-orderer2']);
    loses(cluster, 'org0-orderer2');
    const plan = { outcome: 'updated', reason: '', unmet: [], signers: ['Org0MSP'], height: 9 } as const;
    cluster.answers.exchanges = [{ ...plan, changes: ['new certificate'], update: 'b25l', sequence: 4 }];
    await (await cluster.apply(twoPeersEach)).result();
    const story = [
      cluster.callsOf('publishTlsRoots'),
      cluster.callsOf('prepareKey', 'org0-orderer2'),
      cluster.callsOf('submitConfigUpdate'),
      cluster.callsOf('adoptKey', 'org0-orderer2'),
      cluster.callsOf('applyDeployment', 'org0-orderer2').slice(0, 1),
      cluster.callsOf('awaitOrdererActive', 'org0-orderer2').slice(0, 1),
      cluster.callsOf('enrollIdentity', 'org0-orderer2'),
      cluster.callsOf('applyDeployment', 'org0-orderer3'),
    ];
    for (const [at, calls] of story.entries()) {
      expect(calls, String(at)).toHaveLength(1);
      if (at > 0) expect(endsBefore(story[at - 1] ?? [], calls), String(at)).toBe(true);
    }
    expect(cluster.callsOf('prepareKey')).toHaveLength(1);
  });

  test('comes after those that take no part, where several have lost theirs', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1', ['org0-orderer3']);
    loses(cluster, 'org0-orderer1', 'org0-orderer3');
    await (await cluster.apply(twoPeersEach)).result();
    expect(cluster.callsOf('prepareKey').map(({ target }) => target)).toEqual(['org0-orderer3', 'org0-orderer1']);
    const back = cluster.callsOf('awaitOrdererActive', 'org0-orderer3').slice(0, 1);
    expect(endsBefore(back, cluster.callsOf('prepareKey', 'org0-orderer1'))).toBe(true);
  });

  test('is told by a plan, which touches nothing', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    loses(cluster, 'org0-orderer2');
    const { steps } = await (await cluster.apply(twoPeersEach, { dryRun: true })).result();
    expect(steps.map(({ step, target }) => `${step} ${target}`)).toContain('prepareKey org0/orderer2');
    expect(cluster.callsOf('adoptKey')).toEqual([]);
    expect(cluster.callsOf('planCertificateExchange')).toEqual([]);
  });

  test('is refused one where its channel could not learn it, in a plan, too, before anything is touched', async ({
    cluster,
  }) => {
    stands(cluster, 'org0-orderer1', ['org0-orderer3']);
    loses(cluster, 'org0-orderer2');
    for (const dryRun of [true, false]) {
      expect(await causeOf(await cluster.apply(twoPeersEach, { dryRun }))).toMatchObject({
        type: 'StateLost',
        message: expect.stringMatching(
          /^Secret org0-orderer2-tls in namespace .* is gone, although org0-orderer2 has run with it\. mychannel knows it by that, and learns another one only while 2 of its 3 orderers are active: besides it there is 1\. Bring the others back first\. Nothing is made in its place\.$/,
        ) as string,
      });
    }
    expect(cluster.callsOf('applyNamespace')).toEqual([]);
    expect(cluster.callsOf('prepareKey')).toEqual([]);
  });

  test('is refused one where a channel knows it that is not described', async ({ cluster }) => {
    stands(cluster, 'org0-orderer1');
    loses(cluster, 'org0-orderer2');
    cluster.answers.consented = { 'org0-orderer2': { channels: ['mychannel', 'byhand'] } };
    expect(await causeOf(await cluster.apply(twoPeersEach))).toMatchObject({
      type: 'StateLost',
      message: expect.stringContaining('byhand knows it by that, which the description does not name') as string,
    });
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

import { CancelledFailure } from '@temporalio/common';
import { describe, expect, vi } from 'vitest';

import type { ChannelStatus } from '../../src/activities/status/channels.ts';
import { failure } from '../../src/activities/failures.ts';
import type { Activities } from '../../src/activities/index.ts';
import { completeDescription, type Description, type Network } from '../../src/spec/index.ts';
import type { inspectNetwork } from '../../src/workflows/index.ts';
import { channelNetwork, smallNetwork } from './fixtures/descriptions.ts';
import type { Call } from './fixtures/fake-cluster.ts';
import { ended, endsBefore, targetsOf } from './fixtures/order.ts';
import { causeOf, PATIENCE, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const onOrderers = ['mychannel@org0-orderer1', 'mychannel@org0-orderer2', 'mychannel@org0-orderer3'];
const onPeers = ['mychannel@org1-peer1', 'mychannel@org2-peer1'];
const basicOnPeers = ['basic@org1-peer1', 'basic@org2-peer1'];
const servers = ['org1-ccaas-mychannel-basic', 'org2-ccaas-mychannel-basic'];

/** Everything that a bring-up does to channels and chaincodes. */
const aboutChannels: readonly (keyof Activities)[] = [
  'createGenesisBlock',
  'joinOrderer',
  'awaitLeader',
  'updateChannelConfig',
  'joinPeer',
  'awaitBlocks',
  'installChaincode',
  'planDefinition',
  'approveChaincode',
  'commitChaincode',
  'startChaincodeServer',
  'queryChaincode',
];

const unchanged = { outcome: 'unchanged', reason: '' } as const;
const conflict = failure('ChannelConflict', 'org0-orderer2 is in another channel of the name mychannel');

describe('a channel', () => {
  test('comes to be in this order: genesis block, orderers, a leader, peers, the same blocks everywhere', async ({
    cluster,
  }) => {
    await (await cluster.apply(channelNetwork)).result();
    expect(targetsOf(cluster.callsOf('joinOrderer'))).toEqual(onOrderers);
    expect(targetsOf(cluster.callsOf('joinPeer'))).toEqual(onPeers);
    expectOrder(cluster, ['createGenesisBlock', 'joinOrderer', 'awaitLeader', 'joinPeer', 'awaitBlocks']);
    // It begins with what the description says.
    expect(cluster.callsOf('updateChannelConfig')).toEqual([]);
  });

  test('that was there before follows its description, once it has a leader and before peers join', async ({
    cluster,
  }) => {
    cluster.answers.decision = unchanged;
    await (await cluster.apply(channelNetwork)).result();
    expect(cluster.callsOf('updateChannelConfig')).toHaveLength(1);
    expectOrder(cluster, ['createGenesisBlock', 'joinOrderer', 'awaitLeader', 'updateChannelConfig', 'joinPeer']);
  });

  test('is joined by orderers while peers are still being launched, and by each peer when it stands', async ({
    cluster,
  }) => {
    const slowest = cluster.hold('awaitRollout', 'org2-peer1');
    const run = await cluster.apply(channelNetwork);
    await slowest.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('awaitLeader'))).toEqual(['mychannel']);
    }, PATIENCE);
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('joinPeer'))).toEqual(['mychannel@org1-peer1']);
      expect(ended(cluster.callsOf('installChaincode'))).toEqual(['basic@org1-peer1']);
    }, PATIENCE);
    expect(cluster.callsOf('awaitBlocks')).toEqual([]);
    slowest.open();
    await run.result();
    for (const step of ['joinPeer', 'installChaincode'] as const) {
      const late = cluster.callsOf(step).filter(({ target }) => target.endsWith('org2-peer1'));
      expect(endsBefore(cluster.callsOf('awaitRollout', 'org2-peer1'), late)).toBe(true);
    }
  });

  test('of which a node has another one fails the run, with what does not depend on it done', async ({ cluster }) => {
    cluster.fail('joinOrderer', 'mychannel@org0-orderer2', conflict);
    const run = await cluster.apply({
      ...channelNetwork,
      channels: [...channelNetwork.channels, { name: 'second', orderers: ['org0'], peers: ['org1'] }],
      chaincodes: [...channelNetwork.chaincodes, { name: 'other', channel: 'second', version: '1.0', image: 'other' }],
    });
    const cause = await causeOf(run);
    // The chaincode that waits for the channel fails with it, and that is one failure.
    expect(cause).toMatchObject({
      type: 'ChannelConflict',
      message: `joinOrderer mychannel@org0-orderer2: ${conflict.message}`,
    });
    expect(ended(cluster.callsOf('joinOrderer')).filter((target) => target.startsWith('mychannel'))).toEqual([
      'mychannel@org0-orderer1',
      'mychannel@org0-orderer3',
    ]);
    expect(cluster.callsOf('awaitLeader', 'mychannel')).toEqual([]);
    expect(cluster.callsOf('approveChaincode').filter(({ target }) => target.startsWith('basic'))).toEqual([]);
    expect(ended(cluster.callsOf('queryChaincode'))).toEqual(['other@org1-peer1']);
    expect(cluster.callsOf('recordNetwork')).toEqual([]);
    await vi.waitFor(async () => {
      const chaincode = run.client.getHandle(`${run.workflowId}/chaincodes/mychannel/basic`);
      expect((await chaincode.describe()).status.name).toBe('CANCELLED');
    }, PATIENCE);
  });
});

describe('an orderer that is not ready', () => {
  const orderer3 = 'mychannel@org0-orderer3';

  test('is told, joins when it can, and is not waited for', async ({ cluster }) => {
    cluster.answers.decision = unchanged;
    cluster.answers.unready = ['org0-orderer3'];
    cluster.hold('joinOrderer', orderer3);
    const { degraded, steps } = await (await cluster.apply(channelNetwork)).result();
    expect(degraded).toEqual([{ target: 'org0/orderer3', reason: '' }]);
    expect(cluster.callsOf('joinOrderer', orderer3)).toHaveLength(1);
    expect(ended(cluster.callsOf('joinOrderer'))).toEqual(onOrderers.filter((target) => target !== orderer3));
    expect(steps.filter(({ step }) => step === 'joinOrderer').map(({ target }) => target)).not.toContain(orderer3);
    expect(steps.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
  });

  test('is not told when it has come back before the end', async ({ cluster }) => {
    cluster.answers.decision = unchanged;
    cluster.answers.unready = ['org0-orderer3'];
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    cluster.answers.unready = [];
    leader.open();
    const { degraded, steps } = await run.result();
    expect(degraded).toBeUndefined();
    expect(steps).toContainEqual(expect.objectContaining({ step: 'joinOrderer', target: orderer3 }));
  });

  test('is told when it comes back so late that it may not have joined', async ({ cluster }) => {
    cluster.answers.decision = unchanged;
    cluster.answers.unready = ['org0-orderer3'];
    cluster.hold('joinOrderer', orderer3);
    const blocks = cluster.hold('awaitBlocks');
    const run = await cluster.apply(channelNetwork);
    await blocks.reached;
    cluster.answers.unready = [];
    blocks.open();
    expect((await run.result()).degraded).toEqual([
      {
        target: 'org0/orderer3',
        reason: 'org0-orderer3 came back too late to join mychannel: run weft up again.',
      },
    ]);
  });

  test('fails the run when it is in another channel of that name', async ({ cluster }) => {
    cluster.answers.decision = unchanged;
    cluster.answers.unready = ['org0-orderer3'];
    cluster.fail('joinOrderer', orderer3, failure('ChannelConflict', 'org0-orderer3 is in another mychannel'));
    expect(await causeOf(await cluster.apply(channelNetwork))).toMatchObject({
      type: 'ChannelConflict',
      message: `joinOrderer ${orderer3}: org0-orderer3 is in another mychannel`,
    });
  });

  test('joins while the channel has no leader, which may need it', async ({ cluster }) => {
    cluster.answers.decision = unchanged;
    cluster.answers.unready = ['org0-orderer3'];
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('joinOrderer'))).toEqual(onOrderers);
    }, PATIENCE);
    leader.open();
    await run.result();
  });

  test('may stay so only where a channel has others and nothing was changed; a peer may not', async ({ cluster }) => {
    const patienceWith = (node: string): unknown => {
      const input = cluster.callsOf('awaitRollout', node).at(-1)?.input as Record<string, unknown>;
      return input['dispensableAfterSeconds'];
    };
    await (await cluster.apply(channelNetwork)).result();
    expect(patienceWith('org0-orderer1')).toBeUndefined();
    cluster.answers.decision = unchanged;
    await (await cluster.apply(channelNetwork)).result();
    expect(patienceWith('org0-orderer1')).toBeGreaterThan(0);
    expect(patienceWith('org1-peer1')).toBeUndefined();
    await (await cluster.apply(smallNetwork)).result();
    expect(patienceWith('org0-orderer1')).toBeUndefined();
  });
});

describe('a chaincode', () => {
  test('is installed on every peer while the channel is being made, and agreed on when it stands', async ({
    cluster,
  }) => {
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('installChaincode'))).toEqual(basicOnPeers);
    }, PATIENCE);
    expect(cluster.callsOf('planDefinition')).toEqual([]);
    leader.open();
    await run.result();
    expectOrder(cluster, ['awaitBlocks', 'planDefinition', 'approveChaincode', 'commitChaincode', 'queryChaincode']);
    expect(targetsOf(cluster.callsOf('approveChaincode'))).toEqual(['basic@org1', 'basic@org2']);
    expect(targetsOf(cluster.callsOf('queryChaincode'))).toEqual(basicOnPeers);
  });

  test('has its servers started beside the approvals of its first definition', async ({ cluster }) => {
    const approvals = cluster.hold('approveChaincode');
    const run = await cluster.apply(channelNetwork);
    await approvals.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('awaitRollout')).filter((name) => servers.includes(name))).toEqual(servers);
    }, PATIENCE);
    expect(cluster.callsOf('commitChaincode')).toEqual([]);
    approvals.open();
    await run.result();
    expect(targetsOf(cluster.callsOf('startChaincodeServer'))).toEqual(servers);
  });

  test('is asked only when its servers stand', async ({ cluster }) => {
    const server = cluster.hold('awaitRollout', 'org2-ccaas-mychannel-basic');
    const run = await cluster.apply(channelNetwork);
    await server.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('commitChaincode'))).toEqual(['basic']);
    }, PATIENCE);
    expect(cluster.callsOf('queryChaincode')).toEqual([]);
    server.open();
    await run.result();
    expectOrder(cluster, ['startChaincodeServer', 'queryChaincode']);
  });

  test('keeps its servers until a later definition is committed', async ({ cluster }) => {
    cluster.answers.plan = { sequence: 3, isFirst: false, reason: 'version 1.1' };
    await (await cluster.apply(channelNetwork)).result();
    expectOrder(cluster, ['approveChaincode', 'commitChaincode', 'startChaincodeServer', 'queryChaincode']);
    for (const { input } of [...cluster.callsOf('approveChaincode'), ...cluster.callsOf('commitChaincode')]) {
      expect(input).toMatchObject({ sequence: 3 });
    }
    expect(cluster.callsOf('commitChaincode')[0]?.input).toMatchObject({ reason: 'version 1.1' });
  });

  test('that somebody else runs has no servers', async ({ cluster }) => {
    await (
      await cluster.apply({
        ...channelNetwork,
        chaincodes: [{ name: 'basic', channel: 'mychannel', version: '1.0', address: 'host.docker.internal:9999' }],
      })
    ).result();
    expect(cluster.callsOf('startChaincodeServer')).toEqual([]);
    expect(ended(cluster.callsOf('queryChaincode'))).toEqual(basicOnPeers);
  });

  test('that cannot be installed on a peer fails the run; the channel is made all the same', async ({ cluster }) => {
    cluster.fail('installChaincode', 'basic@org2-peer1', failure('FabricRefused', 'the package is refused'));
    expect(await causeOf(await cluster.apply(channelNetwork))).toMatchObject({
      type: 'FabricRefused',
      message: 'installChaincode basic@org2-peer1: the package is refused',
    });
    expect(ended(cluster.callsOf('awaitBlocks'))).toEqual(['mychannel']);
    expect(cluster.callsOf('planDefinition')).toEqual([]);
  });
});

describe('a run with channels and chaincodes', () => {
  test('tells every step of its parts once, and its milestones in their order', async ({ cluster }) => {
    const run = await cluster.apply(channelNetwork);
    const { steps } = await run.result();
    const names = steps.map(({ step, target }) => `${step} ${target}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['createGenesisBlock mychannel', 'commitChaincode basic', 'awaitRollout basic@org1']),
    );
    expect((await cluster.progress(run.workflowId)).milestones).toEqual([
      'Creating local node MSP',
      'Launching orderers',
      'Launching peers',
      'Creating channels',
      'Deploying chaincode',
      'Network is ready',
    ]);
  });

  test('names its parts while they work, and each answers for its own steps', async ({ cluster }) => {
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    const [channel, chaincode] = [
      `${run.workflowId}/channels/mychannel`,
      `${run.workflowId}/chaincodes/mychannel/basic`,
    ];
    await vi.waitFor(async () => {
      const { children } = await cluster.progress(run.workflowId);
      expect([...children].sort()).toEqual([chaincode, channel]);
    }, PATIENCE);
    expect((await cluster.progress(channel)).steps.at(-1)).toMatchObject({ step: 'awaitLeader', outcome: 'running' });
    leader.open();
    await run.result();
    expect((await cluster.progress(run.workflowId)).children).toEqual([]);
  });

  test('that is cancelled ends its parts, whatever they do or wait for', async ({ cluster }) => {
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('installChaincode'))).toEqual(basicOnPeers);
    }, PATIENCE);
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    for (const part of ['channels/mychannel', 'chaincodes/mychannel/basic']) {
      expect((await run.client.getHandle(`${run.workflowId}/${part}`).describe()).status.name).toBe('CANCELLED');
    }
    expect(cluster.callsOf('joinPeer')).toEqual([]);
    expect(cluster.callsOf('planDefinition')).toEqual([]);
  });
});

describe('a dry run with channels and chaincodes', () => {
  const waits: readonly (keyof Activities)[] = ['awaitLeader', 'awaitBlocks', 'queryChaincode', 'awaitRollout'];

  test.for([
    ['on nothing', { outcome: 'created', reason: 'was missing' } as const],
    ['on what stands', unchanged],
  ] as const)(
    '%s asks what a bring-up would do, as a dry run, and awaits nothing',
    async ([, decision], { cluster }) => {
      cluster.answers.decision = decision;
      await (await cluster.apply(channelNetwork)).result();
      const done = cluster.calls.filter(({ step }) => aboutChannels.includes(step));
      const before = cluster.calls.length;
      await (await cluster.apply(channelNetwork, { dryRun: true })).result();
      const all = cluster.calls.slice(before);
      const planned = all.filter(({ step }) => aboutChannels.includes(step));
      expect(wordsOf(planned)).toEqual(wordsOf(done.filter(({ step }) => !waits.includes(step))));
      for (const { step, input } of planned) expect({ step, input }).toMatchObject({ step, input: { dryRun: true } });
      expect(all.filter(({ step }) => waits.includes(step))).toEqual([]);
    },
  );
});

describe('inspecting a network with channels and chaincodes', () => {
  const orderer = { name: 'org0-orderer1', status: 'active', height: 3, leader: true, reason: '' };
  const peer = { name: 'org1-peer1', height: 3, reason: '' };
  const channel = { name: 'mychannel', height: 3, orderers: [orderer], peers: [peer] };
  const chaincode = {
    ...{ name: 'basic', channel: 'mychannel', version: '1.0', sequence: 1, packageId: 'basic_1.0:00' },
    ...{ ready: true, reason: '' },
  };

  test('asks about each of them, and is ready when all are', async ({ cluster }) => {
    prepare(cluster, channel, chaincode);
    const nodes = cluster.answers.status;
    expect(await inspect(cluster)).toEqual({ ...nodes, ready: true, channels: [channel], chaincodes: [chaincode] });
    expect(cluster.callsOf('inspectChannel').map(({ input }) => input)).toMatchObject([
      {
        channel: 'mychannel',
        orderers: [{ node: 'org0-orderer1' }, { node: 'org0-orderer2' }, { node: 'org0-orderer3' }],
        peers: [{ node: 'org1-peer1' }, { node: 'org2-peer1' }],
      },
    ]);
    expect(cluster.callsOf('inspectChaincode').map(({ target }) => target)).toEqual(['basic']);
  });

  test.for([
    ['a channel without a leader', { ...channel, orderers: [{ ...orderer, leader: false }] }, chaincode],
    ['a chaincode that does not answer', channel, { ...chaincode, ready: false, reason: 'nobody answers' }],
  ] as const)('is not ready with %s', async ([, seenChannel, seenChaincode], { cluster }) => {
    prepare(cluster, seenChannel, seenChaincode);
    expect(await inspect(cluster)).toMatchObject({
      ready: false,
      channels: [seenChannel],
      chaincodes: [seenChaincode],
    });
  });

  function prepare(
    cluster: ClusterUnderTest,
    seenChannel: ChannelStatus,
    seenChaincode: ClusterUnderTest['answers']['chaincode'],
  ): void {
    cluster.answers.status = { network: 'channels', ready: true, nodes: [] };
    cluster.answers.description = completed(channelNetwork);
    cluster.answers.channel = seenChannel;
    cluster.answers.chaincode = seenChaincode;
  }

  async function inspect(cluster: ClusterUnderTest): Promise<unknown> {
    const run = await cluster.start<typeof inspectNetwork>('inspectNetwork', `status/${cluster.name}/channels/1`, [
      { network: 'channels' },
    ]);
    return run.result();
  }
});

function completed(description: Description): Network {
  const result = completeDescription(description);
  if (result.ok) return result.network;
  throw new Error(JSON.stringify(result.issues));
}

/** Every call of each of these steps had ended before the next of them began. */
function expectOrder(cluster: ClusterUnderTest, steps: readonly (keyof Activities)[]): void {
  for (const [index, step] of steps.slice(1).entries()) {
    const earlier = steps[index] ?? step;
    const inOrder = endsBefore(cluster.callsOf(earlier), cluster.callsOf(step));
    expect(inOrder, `${earlier} before ${step}`).toBe(true);
  }
}

function wordsOf(calls: readonly Call[]): string[] {
  return calls.map(({ step, target }) => `${step} ${target}`).sort();
}

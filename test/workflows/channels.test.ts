import { CancelledFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { describe, expect, vi } from 'vitest';

import type { ChannelView } from '../../src/activities/status/channels.ts';
import { failure } from '../../src/activities/failures.ts';
import type { Activities } from '../../src/activities/index.ts';
import type { inspectNetwork } from '../../src/workflows/index.ts';
import { activityTaskQueue, type NetworkStatus } from '../../src/workflows/messages.ts';
import { completed, channelNetwork, smallNetwork } from './fixtures/descriptions.ts';
import type { Call } from './fixtures/fake-cluster.ts';
import { historyOf } from './fixtures/history.ts';
import { readyNodes } from './fixtures/ready-nodes.ts';
import { ended, endsBefore, targetsOf } from './fixtures/order.ts';
import { causeOf, PATIENCE, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const onOrderers = ['mychannel@org0-orderer1', 'mychannel@org0-orderer2', 'mychannel@org0-orderer3'];
const onPeers = ['mychannel@org1-peer1', 'mychannel@org2-peer1'];
const basicOnPeers = ['basic@org1-peer1', 'basic@org2-peer1'];
const servers = ['org1-ccaas-mychannel-basic', 'org2-ccaas-mychannel-basic'];

/** Everything that a bring-up does to channels and chaincodes. */
const aboutChannels: readonly (keyof Activities)[] = [
  'findGenesisBlock',
  'createGenesisBlock',
  'keepGenesisBlock',
  'joinOrderer',
  'awaitLeader',
  'planConfigUpdate',
  'joinPeer',
  'awaitBlocks',
  'installChaincode',
  'readDefinition',
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
    expectOrder(cluster, [
      ...(['createGenesisBlock', 'keepGenesisBlock', 'joinOrderer'] as const),
      ...(['awaitLeader', 'joinPeer', 'awaitBlocks'] as const),
    ]);
    expect(cluster.callsOf('createGenesisBlock')[0]?.input).toMatchObject({ blueprint: { name: 'mychannel' } });
    // It begins with what the description says.
    expect(cluster.callsOf('planConfigUpdate')).toEqual([]);
  });

  test('that was there before follows its description, once it has a leader and before peers join', async ({
    cluster,
  }) => {
    standsAlready(cluster);
    await (await cluster.apply(channelNetwork)).result();
    expect(cluster.callsOf('createGenesisBlock')).toEqual([]);
    expect(cluster.callsOf('planConfigUpdate')).toHaveLength(1);
    expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
    expectOrder(cluster, ['findGenesisBlock', 'joinOrderer', 'awaitLeader', 'planConfigUpdate', 'joinPeer']);
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
  });
});

describe('a channel that two organizations order', () => {
  const shared = {
    ...channelNetwork,
    organizations: channelNetwork.organizations.map((organization) =>
      organization.name === 'org1' ? { ...organization, orderers: 1 } : organization,
    ),
    channels: [{ name: 'mychannel', orderers: ['org0', 'org1'], peers: ['org1', 'org2'] }],
  };

  test('can order when the active orderers of both make a quorum', async ({ cluster }) => {
    cluster.answers.ordering = { isOrdering: false, active: 2, quorum: 4, height: 1 };
    await (await cluster.apply(shared)).result();
    expect(byOrganization(cluster.callsOf('awaitLeader'))).toMatchObject([
      { organization: { name: 'org0' }, orderers: ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'], consenters: 4 },
      { organization: { name: 'org1' }, orderers: ['org1-orderer1'], consenters: 4 },
    ]);
  });

  test('is looked at again, more patiently each time, until it can order', async ({ cluster }) => {
    cluster.answers.ordering = { isOrdering: false, active: 1, quorum: 3, height: 1 };
    const run = await cluster.apply(shared);
    await vi.waitFor(() => {
      expect(cluster.callsOf('awaitLeader').length).toBeGreaterThanOrEqual(6);
    }, PATIENCE);
    expect(cluster.callsOf('joinPeer')).toEqual([]);
    cluster.answers.ordering = { isOrdering: true, active: 3, quorum: 3, height: 1 };
    await run.result();
    const looks = cluster.callsOf('awaitLeader').slice(0, 6);
    expect(looks.map(({ input }) => input)).toMatchObject(
      [1, 1, 2, 2, 4, 4].map((patienceSeconds) => ({ patienceSeconds })),
    );
    expect(cluster.callsOf('joinPeer')).toHaveLength(2);
  });

  test('is joined by an orderer whose organization has no other from a configuration block of the other organization', async ({
    cluster,
  }) => {
    standsAlready(cluster);
    cluster.answers.withoutConfigBlock = ['org1-orderer1'];
    await (await cluster.apply(shared)).result();
    expect(targetsOf(cluster.callsOf('readConfigBlock'))).toEqual(['mychannel@org0']);
    const joins = cluster.callsOf('joinOrderer', 'mychannel@org1-orderer1').map(({ input }) => input);
    expect(joins).toHaveLength(2);
    expect(joins[0]).toMatchObject({ others: [], isShared: true });
    expect(joins[0]).not.toHaveProperty('configBlock');
    expect(joins[1]).toMatchObject({ configBlock: Buffer.from('a block').toString('base64') });
    expect(cluster.callsOf('joinOrderer', 'mychannel@org0-orderer1')).toHaveLength(1);
    expectOrder(cluster, ['readConfigBlock', 'awaitLeader']);
  });
});

describe('an orderer that is not ready', () => {
  const orderer3 = 'mychannel@org0-orderer3';

  test('is told, joins when it can, and is not waited for', async ({ cluster }) => {
    standsAlready(cluster);
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
    standsAlready(cluster);
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
    standsAlready(cluster);
    cluster.answers.unready = ['org0-orderer3'];
    cluster.hold('joinOrderer', orderer3);
    const blocks = cluster.hold('awaitBlocks', 'mychannel@org1');
    const run = await cluster.apply(channelNetwork);
    await blocks.reached;
    cluster.answers.unready = [];
    blocks.open();
    expect((await run.result()).degraded).toEqual([
      {
        target: 'org0/orderer3',
        reason: 'org0-orderer3 came back too late to join mychannel. The next run of the network has it join.',
      },
    ]);
  });

  test('is given up by a channel that cannot be created', async ({ cluster, temporal }) => {
    standsAlready(cluster);
    cluster.answers.unready = ['org0-orderer3'];
    const join = cluster.hold('joinOrderer', orderer3);
    const leader = cluster.hold('awaitLeader');
    cluster.fail('awaitLeader', 'mychannel', failure('ChannelConflict', 'there is no leader'));
    const run = await cluster.apply(channelNetwork);
    await Promise.all([join.reached, leader.reached]);
    leader.open();
    expect(await causeOf(run)).toMatchObject({
      type: 'ChannelConflict',
      message: expect.stringMatching(/no leader$/) as unknown,
    });
    const channel = `${run.workflowId}/channels/mychannel`;
    const { events } = await historyOf(temporal.environment.client.workflow, channel);
    expect(events.filter((event) => Boolean(event.activityTaskCanceledEventAttributes))).toHaveLength(1);
  });

  test('fails the run when it is in another channel of that name', async ({ cluster }) => {
    standsAlready(cluster);
    cluster.answers.unready = ['org0-orderer3'];
    cluster.fail('joinOrderer', orderer3, failure('ChannelConflict', 'org0-orderer3 is in another mychannel'));
    expect(await causeOf(await cluster.apply(channelNetwork))).toMatchObject({
      type: 'ChannelConflict',
      message: `joinOrderer ${orderer3}: org0-orderer3 is in another mychannel`,
    });
  });

  test('joins while the channel has no leader, which may need it', async ({ cluster }) => {
    standsAlready(cluster);
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
    expect(cluster.callsOf('readDefinition')).toEqual([]);
    leader.open();
    await run.result();
    expectOrder(cluster, ['awaitBlocks', 'readDefinition', 'approveChaincode', 'commitChaincode', 'queryChaincode']);
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
    cluster.answers.definition = { sequence: 2, differences: ['version 1.1'], approval: 'described' };
    await (await cluster.apply(channelNetwork)).result();
    expectOrder(cluster, ['approveChaincode', 'commitChaincode', 'startChaincodeServer', 'queryChaincode']);
    for (const { input } of [...cluster.callsOf('approveChaincode'), ...cluster.callsOf('commitChaincode')]) {
      expect(input).toMatchObject({ sequence: 3 });
    }
    expect(cluster.callsOf('commitChaincode')[0]?.input).toMatchObject({ reason: 'version 1.1' });
  });

  test('that is agreed on is neither approved nor committed again', async ({ cluster }) => {
    cluster.answers.definition = { sequence: 2, differences: [], approval: 'described' };
    await (await cluster.apply(channelNetwork)).result();
    expect(cluster.callsOf('approveChaincode')).toEqual([]);
    expect(cluster.callsOf('commitChaincode')).toEqual([]);
    expect(ended(cluster.callsOf('queryChaincode'))).toEqual(basicOnPeers);
  });

  describe('on a channel without anchor peers, whose members never learn of each other', () => {
    const lonely = {
      ...channelNetwork,
      channels: [
        {
          ...channelNetwork.channels[0],
          name: 'mychannel',
          peers: ['org1', 'org2'].map((organization) => ({ organization, anchorPeers: [] })),
        },
      ],
    };

    test('is refused before it is approved, with the field that helps, in a plan too', async ({ cluster }) => {
      for (const dryRun of [false, true]) {
        const cause = await causeOf(await cluster.apply(lonely, { dryRun }));
        expect(cause).toMatchObject({
          type: 'AnchorPeersMissing',
          message: expect.stringContaining('The definition of basic cannot be committed') as string,
          details: [{ remedy: { kind: 'changeDescription', field: 'channels[].peers[].anchorPeers' } }],
        });
        expect(cluster.callsOf('approveChaincode')).toEqual([]);
      }
    });

    test('stays where its definition is committed', async ({ cluster }) => {
      cluster.answers.definition = { sequence: 2, differences: [], approval: 'described' };
      await (await cluster.apply(lonely)).result();
      expect(ended(cluster.callsOf('queryChaincode'))).toEqual(basicOnPeers);
    });
  });

  test('whose servers are as described and answer has no rollout to be awaited', async ({ cluster }) => {
    cluster.answers.rolledOut = true;
    await (await cluster.apply(channelNetwork)).result();
    expect(targetsOf(cluster.callsOf('startChaincodeServer'))).toHaveLength(2);
    expect(cluster.callsOf('awaitRollout')).toEqual([]);
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
    expect(ended(cluster.callsOf('awaitBlocks'))).toEqual(['mychannel@org1', 'mychannel@org2']);
    expect(cluster.callsOf('readDefinition')).toEqual([]);
  });
});

describe('the blocks of a channel', () => {
  test('are awaited of those peers that do not have them all', async ({ cluster }) => {
    standsAlready(cluster);
    cluster.answers.ordering = { isOrdering: true, active: 3, quorum: 2, height: 7 };
    cluster.answers.heights = { 'org1-peer1': 7, 'org2-peer1': 6 };
    await (await cluster.apply(channelNetwork)).result();
    expect(cluster.callsOf('awaitBlocks').map(({ input }) => input)).toEqual([
      expect.objectContaining({ peers: ['org2-peer1'], height: 7 }),
    ]);
  });
});

describe('a run with channels and chaincodes', () => {
  test('tells every step of its child workflows once, and its milestones in their order', async ({ cluster }) => {
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

  test('names its child workflows while they work, and each answers for its own steps', async ({ cluster }) => {
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    const channel = `${run.workflowId}/channels/mychannel`;
    await vi.waitFor(async () => {
      expect((await cluster.progress(run.workflowId)).children).toEqual([channel]);
    }, PATIENCE);
    expect((await cluster.progress(channel)).steps.at(-1)).toMatchObject({ step: 'awaitLeader', outcome: 'running' });
    leader.open();
    await run.result();
    expect((await cluster.progress(run.workflowId)).children).toEqual([]);
  });

  test('that is cancelled ends its child workflows, whatever they do or wait for', async ({ cluster }) => {
    const leader = cluster.hold('awaitLeader');
    const run = await cluster.apply(channelNetwork);
    await leader.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('installChaincode'))).toEqual(basicOnPeers);
    }, PATIENCE);
    await run.cancel();
    expect(await causeOf(run)).toBeInstanceOf(CancelledFailure);
    const channel = run.client.getHandle(`${run.workflowId}/channels/mychannel`);
    expect((await channel.describe()).status.name).toBe('CANCELLED');
    expect(cluster.callsOf('joinPeer')).toEqual([]);
    expect(cluster.callsOf('readDefinition')).toEqual([]);
  });
});

describe('a dry run with channels and chaincodes', () => {
  const waits: readonly (keyof Activities)[] = [
    ...(['awaitLeader', 'awaitBlocks', 'queryChaincode', 'awaitRollout'] as const),
    // There is no block before it is created.
    'keepGenesisBlock',
  ];

  test.for([
    ['on nothing', () => undefined],
    ['on what is there', standsAlready],
  ] as const)(
    '%s asks what a bring-up would do, as a dry run, and awaits nothing',
    async ([, prepare], { cluster }) => {
      prepare(cluster);
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
  const orderer = {
    ...{ name: 'org0-orderer1', status: 'active', height: 3, reason: '' },
    ...{ isLeader: true, committedBlock: 2 },
    consensus: 'raft',
  } as const;
  const channel = { orderers: [orderer], peers: [{ name: 'org1-peer1', height: 3, reason: '' }] };
  const chaincode = { version: '1.0', sequence: 1, packageId: 'basic_1.0:00', reason: '' };

  test('asks each organization about its own nodes, and is ready when all are', async ({ cluster }) => {
    prepare(cluster, channel, chaincode);
    expect(await inspect(cluster)).toMatchObject({
      ready: true,
      channels: [{ name: 'mychannel', height: 3 }],
      chaincodes: [{ name: 'basic', channel: 'mychannel', version: '1.0', sequence: 1, ready: true, reason: '' }],
    });
    expect(byTarget(cluster.callsOf('inspectChannel'))).toMatchObject([
      { orderers: ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'], peers: [] },
      { orderers: [], peers: ['org1-peer1'] },
      { orderers: [], peers: ['org2-peer1'] },
    ]);
    expect(targetsOf(cluster.callsOf('inspectChaincode'))).toEqual(['basic@org1', 'basic@org2']);
  });

  test.for([
    ['a channel without a leader', { ...channel, orderers: [{ ...orderer, isLeader: false }] }, chaincode],
    ['a chaincode that does not answer', channel, { ...chaincode, reason: 'nobody answers' }],
  ] as const)('is not ready with %s', async ([, seenChannel, seenChaincode], { cluster }) => {
    prepare(cluster, seenChannel, seenChaincode);
    expect(await inspect(cluster)).toMatchObject({ ready: false });
  });

  test('asks the orderers once more where peers seem to be further: a block may have come between', async ({
    cluster,
  }) => {
    const seen = { ...channel, orderers: channel.orderers.map((one) => ({ ...one, height: 3 })) };
    prepare(cluster, seen, chaincode);
    const ahead = seen.peers.map((peer) => ({ ...peer, height: 4 }));
    let looks = 0;
    cluster.answers.channelOf = () => {
      looks += 1;
      const height = looks > 3 ? 4 : 3;
      return { orderers: seen.orderers.map((one) => ({ ...one, height })), peers: ahead };
    };
    expect(await inspect(cluster)).toMatchObject({ ready: true, channels: [{ height: 4, problems: [] }] });
  });

  test('is not ready where peers have blocks that no orderer has', async ({ cluster }) => {
    prepare(cluster, { ...channel, peers: channel.peers.map((peer) => ({ ...peer, height: 99 })) }, chaincode);
    const { ready, channels } = (await inspect(cluster)) as NetworkStatus;
    expect(ready).toBe(false);
    expect(channels[0]?.problems.join()).toContain('has 99 blocks, and no orderer more than');
  });

  test('by name alone, is looked at on every cluster that its organizations are on', async ({ cluster, temporal }) => {
    prepare(cluster, { orderers: [], peers: [] }, cluster.answers.chaincode);
    const west = `${cluster.name}-west`;
    const organizations = channelNetwork.organizations.map((organization) =>
      organization.name === 'org2' ? { ...organization, cluster: west, namespace: 'org2' } : organization,
    );
    const begun = completed({ ...channelNetwork, organizations });
    cluster.answers.record = { begun };
    const worker = await Worker.create({
      connection: temporal.environment.nativeConnection,
      taskQueue: activityTaskQueue(west),
      activities: cluster.activities,
    });
    await worker.runUntil(inspect(cluster));
    const looks = cluster.callsOf('inspectNodes').map(({ input }) => JSON.stringify(input));
    expect(new Set(looks)).toEqual(
      new Set(
        [{ network: 'channels' }, { network: 'channels', namespaces: ['org2'] }].map((look) => JSON.stringify(look)),
      ),
    );
  });

  function prepare(
    cluster: ClusterUnderTest,
    seenChannel: ChannelView,
    seenChaincode: ClusterUnderTest['answers']['chaincode'],
  ): void {
    const network = completed(channelNetwork);
    cluster.answers.status = { network: 'channels', ready: true, nodes: readyNodes(network) };
    cluster.answers.record = { begun: network, applied: network };
    cluster.answers.channelOf = () => seenChannel;
    cluster.answers.chaincode = seenChaincode;
  }

  async function inspect(cluster: ClusterUnderTest): Promise<unknown> {
    const run = await cluster.start<typeof inspectNetwork>('inspectNetwork', `status/${cluster.name}/channels/1`, [
      { network: 'channels' },
    ]);
    return run.result();
  }
});

describe("an update of a channel's configuration", () => {
  const update = {
    ...unchanged,
    ...{ changes: ['BatchTimeout 2s -> 1s'], update: 'dXBkYXRl' },
    ...{ signers: ['Org0MSP'], unmet: [], sequence: 1, height: 1 },
  };

  test('is signed by each organization that must, submitted, awaited, and planned again', async ({ cluster }) => {
    standsAlready(cluster);
    cluster.answers.configUpdates = [
      { ...update, signers: ['Org0MSP', 'Org2MSP'] },
      { ...update, changes: ['adds consenter'], signers: ['Org0MSP'], sequence: 2 },
    ];
    const { steps } = await (await cluster.apply(channelNetwork)).result();
    expect(cluster.callsOf('planConfigUpdate')).toHaveLength(3);
    expect(targetsOf(cluster.callsOf('signConfigUpdate'))).toEqual([
      ...['mychannel@org0', 'mychannel@org0'],
      'mychannel@org2',
    ]);
    expect(cluster.callsOf('submitConfigUpdate').map(({ input }) => input)).toMatchObject([
      { update: 'dXBkYXRl', sequence: 1, signatures: ['signature of Org0MSP', 'signature of Org2MSP'] },
      { sequence: 2, signatures: ['signature of Org0MSP'] },
    ]);
    expect(cluster.callsOf('awaitConfigSequence').map(({ input }) => input)).toMatchObject([
      { after: 1 },
      { after: 2 },
    ]);
    expect(steps.filter(({ outcome }) => outcome === 'updated')).toContainEqual(
      expect.objectContaining({ step: 'submitConfigUpdate', reason: 'BatchTimeout 2s -> 1s' }),
    );
  });

  test('is followed by a look at each orderer, which takes transactions only when it is a consenter', async ({
    cluster,
  }) => {
    standsAlready(cluster);
    const consenters = cluster.hold('awaitOrdererActive', 'org0-orderer1');
    cluster.answers.configUpdates = [{ ...update, changes: ['adds consenter'] }];
    const run = await cluster.apply(channelNetwork);
    await consenters.reached;
    expect(cluster.callsOf('joinPeer')).toEqual([]);
    consenters.open();
    await run.result();
    const looks = cluster.callsOf('awaitOrdererActive');
    expect(targetsOf(looks)).toEqual(['org0-orderer1', 'org0-orderer2', 'org0-orderer3']);
    for (const { input } of looks) {
      expect(input).toMatchObject({ channels: [{ channel: 'mychannel', as: 'consenter' }] });
    }
  });

  test('that a signature is missing for is shown with those that it has, and is not submitted', async ({ cluster }) => {
    standsAlready(cluster);
    const wish = '/Channel/Application wants MAJORITY Admins';
    cluster.answers.configUpdates = [{ ...update, signers: ['Org0MSP'], unmet: [wish] }];
    const run = await cluster.apply(channelNetwork);
    const cause = await causeOf(run);
    expect(cause).toMatchObject({ type: 'SignaturesMissing' });
    expect(cause.message).toContain(wish);
    expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
    const { pendingUpdates } = await cluster.progress(`${run.workflowId}/channels/mychannel`);
    expect(pendingUpdates).toEqual([
      {
        ...{ channel: 'mychannel', reason: 'BatchTimeout 2s -> 1s', update: 'dXBkYXRl' },
        ...{ signatures: ['signature of Org0MSP'], signedBy: ['Org0MSP'], unmet: [wish] },
      },
    ]);
  });
});

describe('a plan that changes a channel', () => {
  test('tells whose signatures that needs, and which are not there', async ({ cluster }) => {
    standsAlready(cluster);
    const needed = {
      signers: ['Org0MSP'],
      unmet: ['/Channel/Application wants MAJORITY Admins'],
      missing: ['Org9MSP'],
    };
    cluster.answers.configUpdates = [
      { ...unchanged, ...needed, outcome: 'updated', changes: ['adds Org9MSP'], sequence: 1, height: 1 },
    ];
    const { signatures } = await (await cluster.apply(channelNetwork, { dryRun: true })).result();
    expect(signatures).toEqual([{ channel: 'mychannel', ...needed }]);
    expect(cluster.callsOf('planConfigUpdate').map(({ input }) => input)).toMatchObject([
      { organizations: { ordering: ['Org0MSP'], members: ['Org1MSP', 'Org2MSP'] } },
    ]);
  });

  test('tells of none where nothing changes', async ({ cluster }) => {
    standsAlready(cluster);
    expect(await (await cluster.apply(channelNetwork, { dryRun: true })).result()).not.toHaveProperty('signatures');
  });
});

test('a renewed certificate that a channel cannot take over for want of signatures is no reason to fail', async ({
  cluster,
}) => {
  standsAlready(cluster);
  const refresh = { changes: ['renewed certificate of consenter org0-orderer1:443'], isRefresh: true } as const;
  const update = { ...unchanged, ...refresh, update: 'dXBkYXRl', sequence: 1, height: 1 };
  cluster.answers.configUpdates = [{ ...update, signers: ['Org0MSP'], unmet: ['/Channel/Orderer wants ANY Admins'] }];
  await (await cluster.apply(channelNetwork)).result();
  expect(cluster.callsOf('planConfigUpdate')).toHaveLength(1);
  expect(cluster.callsOf('signConfigUpdate')).toEqual([]);
  expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
});

describe('the genesis block of a channel', () => {
  const apart = {
    ...channelNetwork,
    organizations: channelNetwork.organizations.map((organization) => ({
      ...organization,
      namespace: organization.name,
    })),
  };

  test('is created once and kept in every namespace from which nodes join', async ({ cluster }) => {
    await (await cluster.apply(apart)).result();
    expect(cluster.callsOf('createGenesisBlock')).toHaveLength(1);
    expect(targetsOf(cluster.callsOf('keepGenesisBlock'))).toEqual([
      'mychannel@org0',
      'mychannel@org1',
      'mychannel@org2',
    ]);
  });

  test('is not created a second time where nobody who answers has that of a channel that stands', async ({
    cluster,
  }) => {
    const description = completed(channelNetwork);
    cluster.answers.record = { begun: description, applied: description };
    const cause = await causeOf(await cluster.apply(channelNetwork));
    expect(cause).toMatchObject({ type: 'StateLost', nonRetryable: true });
    expect(cause.message).toContain('the genesis block of mychannel is gone from every namespace');
    expect(cluster.callsOf('createGenesisBlock')).toEqual([]);
    expect(cluster.callsOf('joinOrderer')).toEqual([]);
  });
});

/** The inputs of calls in the order of their targets. */
function byTarget(calls: readonly Call[]): unknown[] {
  return [...calls].sort((a, b) => a.target.localeCompare(b.target)).map(({ input }) => input);
}

/** The inputs of calls for several organizations in the order of their names. */
function byOrganization(calls: readonly Call[]): unknown[] {
  const nameIn = ({ input }: Call): string => JSON.stringify(input, ['organization', 'name']);
  return [...calls].sort((a, b) => nameIn(a).localeCompare(nameIn(b))).map(({ input }) => input);
}

/** The network is as described, its channel included. */
function standsAlready(cluster: ClusterUnderTest): void {
  cluster.answers.decision = unchanged;
  cluster.answers.keptGenesisBlocks = ['mychannel'];
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

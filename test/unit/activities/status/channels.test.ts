import { X509Certificate } from 'node:crypto';

import { beforeEach, describe, expect, test } from 'vitest';

import {
  createChannelInspectionActivities,
  type ChaincodeView,
  type ChannelInspectionInput,
  type ChannelView,
  type ConsentedChannels,
} from '../../../../src/activities/status/channels.ts';
import { definitionOf } from '../../../../src/activities/chaincodes/definition.ts';
import { createNodeActivities } from '../../../../src/activities/nodes/nodes.ts';
import { FabricError, type ConsensusMetrics, type OperationsEndpoint } from '../../../../src/fabric/index.ts';
import { newConfigBlock } from '../../fabric/channel/blocks.ts';
import { chaincode, chaincodeInput } from '../chaincodes.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, ORG1 } from '../steps.ts';

const CHANNEL: ChannelInspectionInput = {
  organization: ORG1,
  channel: 'mychannel',
  orderers: ['org1-orderer1', 'org1-orderer2', 'org1-orderer3'],
  peers: ['org1-peer1', 'org1-peer2', 'org1-peer3'],
};

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore(enrolled(ORG1));
});

const LEADING: ConsensusMetrics = {
  ...{ consensus: 'raft', isLeader: true },
  ...{ clusterSize: 3, committedBlock: 1, streams: 2 },
};

/** Surroundings in which the look is cancelled as soon as a node is asked. */
function cancelledOnTheWay(): ReturnType<typeof mockActivity> {
  const environment = mockActivity();
  fabric.before = () => {
    environment.cancel();
    throw new FabricError('timeout', 'cut off');
  };
  return environment;
}

describe('an orderer whose admin endpoint trusts a CA of which the key is lost', () => {
  const CLOSED = 'org1-orderer1';

  beforeEach(async () => {
    const described = describedNetwork({ organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });
    const { applyDeployment } = createNodeActivities(fabric.dependencies(store));
    await mockActivity().run(applyDeployment, described.node('org1', 'orderer1'));
    store.forget('Secret', 'org1-admin-ca');
  });

  const lookAtIt = (): Promise<ChannelView> =>
    mockActivity().run(createChannelInspectionActivities(fabric.dependencies(store)).inspectChannel, {
      ...CHANNEL,
      orderers: [CLOSED],
      peers: [],
    });

  test('is seen by the blocks that it delivers, and by its metrics', async () => {
    fabric
      .orderer(CLOSED)
      .channels.set('mychannel', [GENESIS, newConfigBlock({ channel: 'mychannel', number: 1, sequence: 1 })]);
    fabric.orderer(CLOSED).metrics.set('mychannel', LEADING);
    expect((await lookAtIt()).orderers).toEqual([
      expect.objectContaining({ name: CLOSED, status: 'active', height: 2, isLeader: true, reason: '' }),
    ]);
    expect(fabric.asked).toEqual([{ node: CLOSED, as: 'Org1MSP', trusts: 'TLS root of org1' }]);
    expect(fabric.open).toEqual([]);
  });

  test('that refuses who asks, as the pod does that is replaced just now, is told as one that does not answer', async () => {
    fabric.before = (call) => {
      if (call.startsWith(CLOSED)) throw new FabricError('notAuthorized', 'it does not accept the TLS certificate');
    };
    expect((await lookAtIt()).orderers).toEqual([
      expect.objectContaining({ status: 'unreachable', reason: 'it does not accept the TLS certificate' }),
    ]);
  });

  test('is absent from a channel of which it delivers nothing', async () => {
    expect((await lookAtIt()).orderers).toEqual([
      expect.objectContaining({ name: CLOSED, status: 'absent', height: 0 }),
    ]);
  });

  test('does not tell all of its channels, and says what helps', async () => {
    const { inspectConsentedChannels } = createChannelInspectionActivities(fabric.dependencies(store));
    await expect(
      mockActivity().run(inspectConsentedChannels, { organization: ORG1, node: CLOSED }),
    ).rejects.toMatchObject({
      type: 'MaterialMissing',
      message: expect.stringMatching(
        /^Secret org1-admin-ca in namespace net does not hold the CA that .* org1-orderer1 trusts/,
      ) as string,
      details: [expect.objectContaining({ remedy: { kind: 'runAgain' } })],
    });
  });
});

describe('an orderer whose operations endpoint trusts a CA of which the key is lost', () => {
  const CLOSED = 'org1-orderer1';

  beforeEach(async () => {
    const described = describedNetwork({ organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });
    const { applyDeployment } = createNodeActivities(fabric.dependencies(store));
    await mockActivity().run(applyDeployment, described.node('org1', 'orderer1'));
    store.forget('Secret', 'org1-operations-ca');
    fabric.orderer(CLOSED).channels.set('mychannel', [GENESIS]);
    fabric.orderer(CLOSED).metrics.set('mychannel', LEADING);
  });

  const lookAtIt = async (): Promise<ChannelView['orderers'][number] | undefined> => {
    const { inspectChannel } = createChannelInspectionActivities(fabric.dependencies(store));
    const input = { ...CHANNEL, orderers: [CLOSED], peers: [] };
    const { orderers }: ChannelView = await mockActivity().run(inspectChannel, input);
    return orderers[0];
  };

  test('is seen to know a leader by the blocks that it delivers, and not asked for its metrics', async () => {
    const called: string[] = [];
    fabric.before = (call) => {
      called.push(call);
    };
    expect(await lookAtIt()).toMatchObject({
      status: 'active',
      height: 1,
      isLeader: false,
      knowsLeader: true,
      reason: '',
    });
    expect(called).not.toContain(`${CLOSED} metrics`);
  });

  test('is seen without a leader where it delivers nothing', async () => {
    fabric.before = (call) => {
      if (call.includes('fetchBlock')) throw new FabricError('noLeader', 'SERVICE_UNAVAILABLE');
    };
    expect(await lookAtIt()).not.toHaveProperty('knowsLeader');
    expect(await lookAtIt()).toMatchObject({ status: 'active', isLeader: false });
  });
});

describe('the metrics of an orderer', () => {
  const ASKED = 'org1-orderer1';
  const ORDERER = describedNetwork({ organizations: [{ name: 'org1', orderers: 1, peers: 1 }] }).node(
    'org1',
    'orderer1',
  );

  /** How its operations endpoint is asked by a look at the channel. */
  async function askedBy(): Promise<readonly OperationsEndpoint[]> {
    const dependencies = fabric.dependencies(store);
    const asked: OperationsEndpoint[] = [];
    const consensusMetrics: typeof dependencies.nodes.consensusMetrics = (endpoint) => {
      asked.push(endpoint);
      return dependencies.nodes.consensusMetrics(endpoint);
    };
    const watched = { ...dependencies, nodes: { ...dependencies.nodes, consensusMetrics } };
    const { inspectChannel } = createChannelInspectionActivities(watched);
    await mockActivity().run(inspectChannel, { ...CHANNEL, orderers: [ASKED], peers: [] });
    return asked;
  }

  test('are read under its name, with a certificate of the CA that it trusts for them', async () => {
    await mockActivity().run(createNodeActivities(fabric.dependencies(store)).applyDeployment, ORDERER);
    const [endpoint] = await askedBy();
    expect(endpoint?.tls).toMatchObject({ servername: ASKED, tlsRoots: 'TLS root of org1' });
    const ca = new X509Certificate(store.dataOf('Secret', 'org1-operations-ca')?.['cert.pem'] ?? '');
    expect(new X509Certificate(endpoint?.tls?.certificate ?? '').verify(ca.publicKey)).toBe(true);
  });

  test('are read by HTTP where no CA is known to it, as of versions before', async () => {
    const [endpoint, ...others] = await askedBy();
    expect(endpoint).toBeDefined();
    expect(endpoint).not.toHaveProperty('tls');
    expect(others).toEqual([]);
  });
});

describe('a channel as its nodes have it', () => {
  const inspect = (): Promise<ChannelView> =>
    mockActivity().run(createChannelInspectionActivities(fabric.dependencies(store)).inspectChannel, CHANNEL);

  test('tells of each orderer its part, and of one that does not answer why', async () => {
    fabric.orderer('org1-orderer1').channels.set('mychannel', [GENESIS, GENESIS]);
    fabric.orderer('org1-orderer1').metrics.set('mychannel', LEADING);
    fabric.down.add('org1-orderer3');
    const nothing = { height: 0, isLeader: false, consensus: 'unknown', committedBlock: 0 };
    expect((await inspect()).orderers).toEqual([
      {
        name: 'org1-orderer1',
        status: 'active',
        height: 2,
        isLeader: true,
        consensus: 'raft',
        committedBlock: 1,
        reason: '',
      },
      { name: 'org1-orderer2', status: 'absent', ...nothing, reason: '' },
      { name: 'org1-orderer3', status: 'unreachable', ...nothing, reason: 'org1-orderer3 has no ready pod.' },
    ]);
    expect(fabric.open).toEqual([]);
  });

  test('has no leader but the one that says so', async () => {
    fabric.orderer('org1-orderer1').channels.set('mychannel', [GENESIS]);
    fabric.orderer('org1-orderer1').metrics.set('mychannel', {
      consensus: 'bft',
      isLeader: false,
      clusterSize: 4,
      committedBlock: 0,
      streams: 0,
    });
    expect((await inspect()).orderers[0]).toMatchObject({ isLeader: false, consensus: 'bft', committedBlock: 0 });
  });

  test('tells of each peer how far it is, and of one that cannot say it why', async () => {
    fabric.peer('org1-peer1').channels.set('mychannel', [GENESIS, GENESIS]);
    fabric.down.add('org1-peer3');
    expect((await inspect()).peers).toEqual([
      { name: 'org1-peer1', height: 2, reason: '' },
      { name: 'org1-peer2', height: 0, reason: 'has not joined' },
      { name: 'org1-peer3', height: 0, reason: 'org1-peer3 has no ready pod.' },
    ]);
    expect(fabric.changes).toEqual([]);
  });

  test('tells of each peer for which chaincodes it knows too few endorsers, and asks about none but those that it is told', async () => {
    for (const peer of ['org1-peer1', 'org1-peer2', 'org1-peer3'])
      fabric.peer(peer).channels.set('mychannel', [GENESIS]);
    fabric.peer('org1-peer2').withoutEndorsers.add('basic').add('other');
    fabric.before = (call) => {
      // Who may not write to a channel is not told.
      if (call.startsWith('org1-peer3 chaincodesWithout')) throw new FabricError('notAuthorized', 'access denied');
    };
    const { inspectChannel } = createChannelInspectionActivities(fabric.dependencies(store));
    const seen: ChannelView = await mockActivity().run(inspectChannel, { ...CHANNEL, chaincodes: ['basic', 'third'] });
    expect(seen.peers).toEqual([
      { name: 'org1-peer1', height: 1, reason: '' },
      { name: 'org1-peer2', height: 1, reason: '', withoutEndorsers: ['basic'] },
      { name: 'org1-peer3', height: 1, reason: '' },
    ]);
  });

  test('tells of a peer that refuses what it says', async () => {
    fabric.before = (call) => {
      if (call === 'org1-peer1 channels') throw new FabricError('notAuthorized', 'who are you');
    };
    expect((await inspect()).peers[0]).toEqual({ name: 'org1-peer1', height: 0, reason: 'who are you' });
  });

  test('is not told when the look is cancelled', async () => {
    const environment = cancelledOnTheWay();
    const { inspectChannel } = createChannelInspectionActivities(fabric.dependencies(store));
    await expect(environment.run(inspectChannel, { ...CHANNEL, orderers: [] })).rejects.toMatchObject({
      name: 'CancelledFailure',
    });
  });
});

describe('a chaincode as the peers of an organization have it', () => {
  const inspect = (fields: Record<string, unknown> = {}): Promise<ChaincodeView> =>
    mockActivity().run(
      createChannelInspectionActivities(fabric.dependencies(store)).inspectChaincode,
      chaincodeInput(fields),
    );

  beforeEach(() => {
    fabric.definitions.set('mychannel/basic', {
      ...definitionOf(chaincode({ version: '0.9' }), 3),
      endorsementPlugin: 'escc',
      validationPlugin: 'vscc',
    });
  });

  test('has the committed version, and no reason where it answers', async () => {
    expect(await inspect()).toEqual({
      version: '0.9',
      sequence: 3,
      packageId: expect.stringMatching(/^basic_1\.0:/) as string,
      reason: '',
    });
  });

  test('answers also where it wants its first transaction', async () => {
    fabric.peer('org1-peer1').answer = () => {
      throw new FabricError('notInitialized', 'init first');
    };
    expect(await inspect()).toMatchObject({ reason: '' });
  });

  test('does not answer, and it is said whose peer does not reach it', async () => {
    fabric.peer('org1-peer1').answer = () => {
      throw new FabricError('chaincodeUnreachable', 'connection refused');
    };
    expect(await inspect()).toMatchObject({ version: '0.9', sequence: 3, reason: 'org1: connection refused' });
  });

  test('is not committed, and the package that the peers should run is known', async () => {
    fabric.definitions.clear();
    expect(await inspect()).toEqual({
      version: '',
      sequence: 0,
      packageId: expect.stringMatching(/^basic_1\.0:/) as string,
      reason: 'it is not committed',
    });
  });

  test('is not told when the look is cancelled', async () => {
    const environment = cancelledOnTheWay();
    const { inspectChaincode } = createChannelInspectionActivities(fabric.dependencies(store));
    await expect(environment.run(inspectChaincode, chaincodeInput())).rejects.toMatchObject({
      name: 'CancelledFailure',
    });
  });

  test('is not seen where no peer answers, or the organization is not enrolled, and that is said', async () => {
    for (const peer of ['org1-peer1', 'org1-peer2']) fabric.down.add(peer);
    expect(await inspect()).toEqual({
      version: '',
      sequence: 0,
      packageId: '',
      reason: 'org1-peer1 has no ready pod. org1-peer2 has no ready pod.',
    });
    store = objectStore([]);
    expect((await inspect({ tls: true, address: 'basic.example.com:7777' })).reason).toContain(
      'does not hold the roots of org1',
    );
    expect((await inspect()).reason).toContain('Secret org1-admin-msp');
  });
});

describe('the channels of which an orderer is a consenter', () => {
  const orderer = { organization: ORG1, node: 'org1-orderer1' };
  const consented = (): Promise<ConsentedChannels> =>
    mockActivity().run(createChannelInspectionActivities(fabric.dependencies(store)).inspectConsentedChannels, orderer);

  test('are those that it names itself, described or not', async () => {
    fabric.orderer('org1-orderer1').channels.set('mychannel', [GENESIS]);
    fabric.orderer('org1-orderer1').channels.set('byhand', [GENESIS]);
    expect(await consented()).toEqual({ channels: ['mychannel', 'byhand'] });
  });

  test('are not known of one that does not answer', async () => {
    fabric.down.add('org1-orderer1');
    expect(await consented()).toEqual({});
  });

  test('are not none where it refuses to say', async () => {
    fabric.before = (call) => {
      if (call === 'org1-orderer1 channels') throw new FabricError('notAuthorized', 'not your orderer');
    };
    await expect(consented()).rejects.toMatchObject({ type: 'FabricRefused' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, type Cluster } from '../../src/kubernetes/index.ts';
import type { NetworkStatus } from '../../src/workflows/messages.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { eventually } from '../support/eventually.ts';
import { startWorker, testCluster, type TestWorker } from '../support/weft.ts';
import {
  changesIn,
  describedNetwork,
  documentOf,
  expectDone,
  type DescribedNetwork,
  type NetworkDescription,
  type RunDocument,
} from '../integration/network/described-network.ts';
import { connectPeer, type PeerClient } from '../integration/network/gateway-client.ts';
import { differences, NOTHING, snapshot } from '../integration/network/objects.ts';

/*
 * One network of two channels that nodes and an organization leave, and to which they come back.
 */

const NAME = 'it-departures';
const BATCH = { timeout: '500ms' };

/** What an organization approved before it left is gone; its peer would look for it for a minute at each of these blocks when it comes back. */
const SOON = { CORE_PEER_GOSSIP_PVTDATA_PULLRETRYTHRESHOLD: '1s' };

type Shared = Extract<NetworkDescription, { readonly organizations: unknown }>;

let image: string;
let cluster: Cluster;
let worker: TestWorker;
let network: DescribedNetwork;

/** Everybody everywhere. */
const whole = (orderers = 3): Shared => ({
  organizations: [
    { name: 'org0', orderers },
    { name: 'org1', peers: 2 },
    { name: 'org2', peers: [{ name: 'peer1', environment: SOON }] },
  ],
  channels: [
    { name: 'trade', batch: BATCH },
    { name: 'audit', batch: BATCH },
  ],
  chaincodes: [
    {
      ...{ name: 'basic', channel: 'trade', version: '1.0', image },
      endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')",
      collections: [{ name: 'prices', policy: "OR('Org1MSP.member','Org2MSP.member')" }],
    },
  ],
});

/** Without org2, with org0's third orderer in trade alone and org1's second peer in audit alone. */
const reduced = (): Shared => ({
  organizations: [
    { name: 'org0', orderers: 3 },
    { name: 'org1', peers: 2 },
  ],
  channels: [
    { name: 'trade', batch: BATCH, peers: [{ organization: 'org1', peers: ['peer1'] }] },
    { name: 'audit', batch: BATCH, orderers: [{ organization: 'org0', orderers: ['orderer1', 'orderer2'] }] },
  ],
  chaincodes: [
    {
      ...{ name: 'basic', channel: 'trade', version: '1.0', image, endorsementPolicy: "OR('Org1MSP.peer')" },
      collections: [{ name: 'prices', policy: "OR('Org1MSP.member')" }],
    },
  ],
});

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  image = await exampleChaincode('1.0');
  network = await describedNetwork(NAME, whole());
  await up();
  await createAsset('car');
});

afterAll(async () => {
  await network.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('a description that takes members and nodes out of channels', () => {
  it('is refused without an approval, which says who leaves what and by what they are counted', async () => {
    await network.describe(reduced());
    const before = await snapshot(cluster, NAME);
    const { exitCode, stderr } = await network.weft('up');
    expect(exitCode, stderr).toBe(2);
    for (const words of [
      'the description no longer names org2, org2/ca, org2/ccaas-trade-basic, org2/peer1.',
      'org2 no longer is a member of trade; it is counted by policies.application.admins (MAJORITY Admins: of 2, then of 1)',
      "endorsementPolicy of basic (OR('Org1MSP.peer','Org2MSP.peer')), collection prices of basic",
      'org2 no longer is a member of audit',
      'trade@org1-peer2 leaves the channel',
      'audit@org0-orderer3 leaves the channel',
    ])
      expect(stderr).toContain(words);
    expect(differences(before, await snapshot(cluster, NAME))).toEqual(NOTHING);
  });

  it('is planned: the configuration first, then the peers, then the nodes', async () => {
    const { steps } = documentOf(await expectDone(network.weft('plan', '-o', 'json')));
    const planned = steps.filter(({ outcome }) => outcome !== 'unchanged');
    const reasonOf = (step: string, target: string): string =>
      planned.find((record) => record.step === step && record.target === target)?.reason ?? '';
    expect(reasonOf('planConfigUpdate', 'trade')).toMatch(
      /removes Org2MSP; .*Org2MSP is counted by policies\.application/,
    );
    expect(reasonOf('planConfigUpdate', 'audit')).toContain('removes consenter org0-orderer3.');
    const order = planned.map(({ step }) => step).filter((step) => /planConfig|unjoin|removeNode/.test(step));
    expect(order).toEqual([...order].sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other)));
    expect(new Set(order)).toEqual(new Set(ORDER));
  });

  it('has them leave: the channels forget the organization, its peers and orderers what they had of the channels', async () => {
    const document = await up('--yes');
    const reasonOf = (target: string): string =>
      document.steps.find(({ step, target: on }) => step === 'submitConfigUpdate' && on === target)?.reason ?? '';
    expect(reasonOf('trade')).toContain('removes Org2MSP');
    expect(reasonOf('audit')).toContain('removes Org2MSP');
    expect(changesIn(document)).toEqual(
      expect.arrayContaining([
        'leaveChannel audit@org0-orderer3',
        'unjoinPeer org1/peer2',
        'unjoinPeer org2/peer1',
        'removeNode org2/peer1',
      ]),
    );
    expect(await jobs()).toEqual([]);
    const second = await reach('org1', 'peer2');
    try {
      await expect(second.height('trade')).rejects.toThrow();
      expect(await second.height('audit')).toBe(await height('audit'));
    } finally {
      await second.close();
    }
    await createAsset('boat');
  });

  it('is followed for good: another run does nothing', async () => {
    expect(changesIn(await up())).toEqual([]);
  });
});

describe('members and nodes that are described again', () => {
  it('come back under their old names, and all have the same blocks', async () => {
    await network.describe(whole());
    const document = await up();
    expect(changesIn(document)).toEqual(
      expect.arrayContaining([
        ...['joinOrderer audit@org0-orderer3', 'submitConfigUpdate audit', 'submitConfigUpdate trade'],
        ...['joinPeer trade@org1-peer2', 'joinPeer trade@org2-peer1', 'joinPeer audit@org2-peer1'],
      ]),
    );
    await createAsset('train');
    await expectSameHeights();
    const [org2] = [await reach('org2')];
    try {
      const asset = await org2.contract('trade', 'basic').evaluateTransaction('ReadAsset', 'car');
      expect(JSON.parse(Buffer.from(asset).toString())).toMatchObject({ ID: 'car' });
    } finally {
      await org2.close();
    }
  });
});

describe('an orderer that leaves the network', () => {
  it('takes its volume with it, so that it comes back as a new one with all blocks', async () => {
    await network.describe(whole(2));
    const document = await up('--yes');
    expect(
      document.steps.find(({ step, target }) => step === 'removeNode' && target === 'org0/orderer3'),
    ).toMatchObject({
      outcome: 'removed',
      reason: 'its keys stay, its volume goes: the others have its blocks',
    });
    await createAsset('plane');
    await network.describe(whole());
    expect(changesIn(await up())).toEqual(
      expect.arrayContaining(['joinOrderer audit@org0-orderer3', 'joinOrderer trade@org0-orderer3']),
    );
    await createAsset('bicycle');
    await expectSameHeights();
  });
});

const ORDER = ['planConfigUpdate', 'unjoinPeer', 'removeNode'];

/** A block reaches one node a moment later than another; who comes back fetches all of them. */
const BLOCKS_ARRIVE_MS = 60_000;

/** Gossip tells a peer within seconds what the peers of the other organizations run now. */
const GOSSIP_MS = 60_000;

async function up(...flags: readonly string[]): Promise<RunDocument> {
  return documentOf(await expectDone(network.weft('up', '-o', 'json', ...flags)));
}

function reach(organization: string, peer = 'peer1'): Promise<PeerClient> {
  return connectPeer(cluster, NAME, organization, peer);
}

async function height(channel: string): Promise<number> {
  const peer = await reach('org1');
  try {
    return await peer.height(channel);
  } finally {
    await peer.close();
  }
}

/** Submits a transaction through org1, whose peers are in every channel. */
async function createAsset(id: string): Promise<void> {
  const peer = await reach('org1');
  try {
    const proposal = peer
      .contract('trade', 'basic')
      .newProposal('CreateAsset', { arguments: [id, 'red', '5', 'Amara', '300'] });
    const transaction = await eventually(() => proposal.endorse(), GOSSIP_MS);
    expect(await (await transaction.submit()).getStatus()).toMatchObject({ successful: true });
  } finally {
    await peer.close();
  }
}

/** Every orderer takes part in every channel, and no orderer and no peer lacks a block. */
async function expectSameHeights(): Promise<void> {
  const state = async (): Promise<unknown> => {
    const { channels } = JSON.parse((await expectDone(network.weft('status', '-o', 'json'))).stdout) as NetworkStatus;
    return channels.map(({ name, height: most, orderers, peers }) => ({
      name,
      orderers: orderers.map((orderer) => [orderer.name, orderer.status, most - orderer.height]),
      peers: peers.map((peer) => [peer.name, most - peer.height]),
    }));
  };
  const all = {
    orderers: [1, 2, 3].map((number) => [`org0-orderer${number}`, 'active', 0]),
    peers: ['org1-peer1', 'org1-peer2', 'org2-peer1'].map((name) => [name, 0]),
  };
  await expect.poll(state, { timeout: BLOCKS_ARRIVE_MS }).toEqual(['trade', 'audit'].map((name) => ({ name, ...all })));
}

async function jobs(): Promise<string[]> {
  const found = await list(cluster, { apiVersion: 'batch/v1', kind: 'Job' }, { namespace: NAME });
  return found.map(({ metadata }) => metadata.name);
}

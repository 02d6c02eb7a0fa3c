import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ccaasPackage } from '../../../src/fabric/index.ts';
import type { Cluster } from '../../../src/kubernetes/index.ts';
import type { NetworkStatus } from '../../../src/workflows/messages.ts';
import { startChaincodeServer } from '../../support/chaincode-server.ts';
import { eventually } from '../../support/eventually.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { freePort } from '../../support/free-port.ts';
import { startWeft, startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import {
  changesIn,
  describedNetwork,
  documentOf,
  expectDone,
  type DescribedNetwork,
  type NetworkDescription,
  type OrganizationDescription,
  type RunDocument,
} from './described-network.ts';
import { blockOf, connectPeer, ENDORSEMENT_POLICY_FAILURE, type PeerClient } from './gateway-client.ts';
import { differences, NOTHING, objectsIn, snapshot } from './objects.ts';

/*
 * One network that grows: a channel and a chaincode, an upgrade, a second channel, one more member. Whatever stands is
 * looked at through peers' gateways with Fabric's own client.
 */

const NAME = 'it-channels';

const ORGANIZATIONS: readonly OrganizationDescription[] = [
  { name: 'org0', orderers: 3 },
  { name: 'org1', peers: 1 },
  { name: 'org2', peers: 1 },
];
// What it approved before it left is gone; its peer would look for it for a minute at each of these blocks when it comes back.
const SOON = { CORE_PEER_GOSSIP_PVTDATA_PULLRETRYTHRESHOLD: '1s' };
const WITH_ORG3 = [...ORGANIZATIONS, { name: 'org3', peers: [{ name: 'peer1', environment: SOON }] }];

type Shared = Exclude<NetworkDescription, readonly OrganizationDescription[]>;
type Channel = NonNullable<Shared['channels']>[number];
type Chaincode = NonNullable<Shared['chaincodes']>[number];

// Blocks of a single transaction are cut sooner than the two seconds that are Fabric's default.
const BATCH = { timeout: '500ms' };
const TRADE: Channel = { name: 'trade', peers: ['org1', 'org2'], batch: BATCH };
const TRADE_WITH_ORG3: Channel = { ...TRADE, peers: ['org1', 'org2', 'org3'] };
const AUDIT: Channel = { name: 'audit', peers: ['org2', 'org1'], batch: BATCH };

/** Each consenter that goes may be the leader, and an election takes some seconds. */
const ORDERERS_MS = 300_000;

/** Chaincodes; their images are known when they have been pushed. */
let basic: Chaincode;
let upgraded: Chaincode;
let guarded: Chaincode;

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let first: RunDocument;
const peers = new Map<string, PeerClient>();

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  basic = { name: 'basic', channel: 'trade', version: '1.0', image: await exampleChaincode('1.0') };
  upgraded = { ...basic, version: '1.1', image: await exampleChaincode('1.1') };
  guarded = {
    ...{ name: 'guarded', channel: 'audit', version: '1.0', image: await exampleChaincode('1.0') },
    initRequired: true,
    collections: [{ name: 'prices', policy: "OR('Org1MSP.member','Org2MSP.member')", blockToLive: 7 }],
  };
  testNetwork = await describedNetwork(NAME, {
    organizations: ORGANIZATIONS,
    channels: [TRADE],
    chaincodes: [basic],
  });
  first = await up();
  for (const organization of ['org1', 'org2']) await reachPeer(organization);
});

afterAll(async () => {
  for (const peer of peers.values()) await peer.close();
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('one weft up', () => {
  it('makes the channel once, joins everybody, and has the chaincode agreed on and committed once', () => {
    expect(changesIn(first).filter((change) => /trade|basic/.test(change))).toEqual(
      [
        'createGenesisBlock trade',
        'keepGenesisBlock trade@org0',
        ...['org0-orderer1', 'org0-orderer2', 'org0-orderer3'].map((node) => `joinOrderer trade@${node}`),
        ...['org1-peer1', 'org2-peer1'].flatMap((node) => [`joinPeer trade@${node}`, `installChaincode basic@${node}`]),
        ...['org1', 'org2'].flatMap((name) => [
          `enrollIdentity ${name}/ccaas-trade-basic`,
          `approveChaincode basic@${name}`,
          `startChaincodeServer basic@${name}`,
          `awaitRollout basic@${name}`,
        ]),
        'commitChaincode basic',
      ].sort(),
    );
  });

  it('leaves what weft status -o json tells of: heights, one leader, the committed definition', async () => {
    const { ready, channels, chaincodes } = await status();
    expect(ready).toBe(true);
    const height = await peer('org1').height('trade');
    expect(channels).toEqual([
      {
        name: 'trade',
        height,
        peers: ['org1-peer1', 'org2-peer1'].map((name) => ({ name, height, reason: '' })),
        problems: [],
        orderers: ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'].map((name) => ({
          name,
          status: 'active',
          height,
          leader: expect.any(Boolean) as boolean,
          reason: '',
        })),
      },
    ]);
    expect(channels.flatMap(({ orderers }) => orderers).filter(({ leader }) => leader)).toHaveLength(1);
    expect(chaincodes).toEqual([
      {
        ...{ name: 'basic', channel: 'trade', version: '1.0', sequence: 1, ready: true, reason: '' },
        packageId: expect.stringMatching(/^basic_1\.0:[0-9a-f]{64}$/) as string,
      },
    ]);
  });
});

describe("a client that is not Weft's", () => {
  it('submits through one organization, and reads the block and the asset from both', async () => {
    const start = await peer('org1').height('trade');
    const { transactionId, number } = await createAsset('org1', 'car');
    for (const name of ['org1', 'org2']) {
      expect(await blockOf(peer(name).channel('trade'), transactionId, start)).toEqual({
        number,
        transactions: { [transactionId]: 0 },
      });
      expect(await readAsset(name, 'car')).toMatchObject({ ID: 'car', Owner: 'Amara' });
    }
    await expectSameHeights('trade', start + 1, ['org1', 'org2']);
  });

  it('submits through the other organization as well', async () => {
    const { result } = await submit('org2', 'TransferAsset', 'car', 'Bruno');
    expect(result).toBe('Amara');
    await expect.poll(() => readAsset('org1', 'car'), { timeout: BLOCK_ARRIVES_MS }).toMatchObject({ Owner: 'Bruno' });
  });

  it('needs the majority of the members: what one organization alone endorses is in a block, and void', async () => {
    const start = await peer('org1').height('trade');
    const submitted = await peer('org1')
      .contract('trade', 'basic')
      .submitAsync('TransferAsset', { arguments: ['car', 'Mallory'], endorsingOrganizations: ['Org1MSP'] });
    const transactionId = submitted.getTransactionId();
    expect(await submitted.getStatus()).toMatchObject({ successful: false, code: ENDORSEMENT_POLICY_FAILURE });
    const { transactions } = await blockOf(peer('org2').channel('trade'), transactionId, start);
    expect(transactions).toEqual({ [transactionId]: ENDORSEMENT_POLICY_FAILURE });
    expect(await readAsset('org2', 'car')).toMatchObject({ Owner: 'Bruno' });
  });
});

describe('a network that is as described', () => {
  it('weft up reports every step unchanged, adds no block and touches no object', async () => {
    await expectSameHeights('trade', await peer('org1').height('trade'), ['org1', 'org2']);
    const [before, height] = [await snapshot(cluster, NAME), await peer('org1').height('trade')];
    const document = await up();
    expect(changesIn(document)).toEqual([]);
    expect(document.outcome).toBe('unchanged');
    expect(differences(before, await snapshot(cluster, NAME))).toEqual(NOTHING);
    await expectSameHeights('trade', height, ['org1', 'org2']);
  });
});

describe('a new version of the chaincode', () => {
  it('becomes the next sequence; the data stays, and no node is restarted', async () => {
    const nodes = await podsOfNodes();
    await testNetwork.describe({ organizations: ORGANIZATIONS, channels: [TRADE], chaincodes: [upgraded] });
    const document = await up();
    expect(changesIn(document)).toEqual(
      [
        ...['org1', 'org2'].flatMap((name) => [
          `installChaincode basic@${name}-peer1`,
          `approveChaincode basic@${name}`,
          `startChaincodeServer basic@${name}`,
          `awaitRollout basic@${name}`,
        ]),
        'commitChaincode basic',
        `recordNetwork ${NAME}`,
      ].sort(),
    );
    const definition = await peer('org2').definition('trade', 'basic');
    expect([definition.getVersion(), definition.getSequence()]).toEqual(['1.1', 2]);
    for (const name of ['org1', 'org2']) expect(await readAsset(name, 'car')).toMatchObject({ Owner: 'Bruno' });
    const { number } = await createAsset('org2', 'bicycle');
    await expectSameHeights('trade', number + 1, ['org1', 'org2']);
    expect(await podsOfNodes()).toEqual(nodes);
  });
});

describe('a second channel with a second chaincode', () => {
  const description = (): NetworkDescription => ({
    organizations: ORGANIZATIONS,
    channels: [TRADE, AUDIT],
    chaincodes: [upgraded, guarded],
  });

  it('is added without a block on the first and without a restart', async () => {
    const [nodes, height] = [await podsOfNodes(), await peer('org1').height('trade')];
    await testNetwork.describe(description());
    const document = await up();
    expect(changesIn(document).filter((change) => !/audit|guarded/.test(change))).toEqual([`recordNetwork ${NAME}`]);
    await expectSameHeights('trade', height, ['org1', 'org2']);
    await expectSameHeights('audit', await peer('org1').height('audit'), ['org1', 'org2']);
    expect(await podsOfNodes()).toEqual(nodes);
  });

  it('has its private data collection and asks for its initialization', async () => {
    const definition = await peer('org1').definition('audit', 'guarded');
    expect([definition.getSequence(), definition.getInitRequired()]).toEqual([1, true]);
    const collections = definition.getCollections()?.getConfigList() ?? [];
    expect(collections.map((collection) => collection.getStaticCollectionConfig()?.toObject())).toMatchObject([
      { name: 'prices', blockToLive: 7, memberOnlyRead: true, memberOnlyWrite: true, requiredPeerCount: 0 },
    ]);
    const contract = peer('org2').contract('audit', 'guarded');
    await expect(contract.evaluate('GetAllAssets')).rejects.toThrow();

    await expectDone(weft('chaincode', 'invoke', 'guarded', 'InitLedger', '--init', '-f', testNetwork.file));
    const assets = JSON.parse(Buffer.from(await contract.evaluate('GetAllAssets')).toString()) as unknown[];
    expect(assets).toHaveLength(6);
    expect((await status()).chaincodes.map(({ name, ready }) => ({ name, ready }))).toEqual([
      { name: 'basic', ready: true },
      { name: 'guarded', ready: true },
    ]);
  });
});

describe('an organization that becomes a member of a running channel', () => {
  const description = (channel: Channel): NetworkDescription => ({
    organizations: WITH_ORG3,
    channels: [channel, AUDIT],
    chaincodes: [upgraded, guarded],
  });

  it('is let in by the others, its peer catches up, and nobody is restarted', async () => {
    const nodes = await podsOfNodes();
    await expectSameHeights('trade', await peer('org1').height('trade'), ['org1', 'org2']);
    const [height, other] = [await peer('org1').height('trade'), await peer('org1').height('audit')];
    await testNetwork.describe(description(TRADE_WITH_ORG3));
    // Nothing is known of it yet but that the others have to let it in.
    const { signatures } = documentOf(await expectDone(testNetwork.weft('plan', '-o', 'json')));
    expect(signatures).toEqual([{ channel: 'trade', signers: ['Org1MSP', 'Org2MSP'], missing: [], unmet: [] }]);
    const document = await up();
    expect(changesIn(document).filter((change) => /trade|basic|audit|guarded|org[012]/.test(change))).toEqual(
      [
        ...['signConfigUpdate trade@org1', 'signConfigUpdate trade@org2', 'submitConfigUpdate trade'],
        'enrollIdentity org3/ccaas-trade-basic',
        'joinPeer trade@org3-peer1',
        'installChaincode basic@org3-peer1',
        'approveChaincode basic@org3',
        'startChaincodeServer basic@org3',
        'awaitRollout basic@org3',
      ].sort(),
    );
    const update = document.steps.find(({ step, target }) => step === 'submitConfigUpdate' && target === 'trade');
    expect(update).toMatchObject({ outcome: 'updated', reason: 'adds Org3MSP' });
    await reachPeer('org3');
    // One block for the configuration and one for the approval.
    await expectSameHeights('trade', height + 2, ['org1', 'org2', 'org3']);
    await expectSameHeights('audit', other, ['org1', 'org2']);
    expect(await podsOfNodes()).toMatchObject(nodes);
    expect((await peer('org3').definition('trade', 'basic')).getSequence()).toBe(2);
  });

  it('reads what was there before, and submits with the others', async () => {
    expect(await readAsset('org3', 'car')).toMatchObject({ Owner: 'Bruno' });
    await createAsset('org3', 'boat');
    for (const name of ['org1', 'org2']) {
      const boat = (): Promise<unknown> => readAsset(name, 'boat').catch(() => undefined);
      await expect.poll(boat, { timeout: BLOCK_ARRIVES_MS }).toMatchObject({ ID: 'boat' });
    }
  });

  it('leaves it when the description no longer names it, asked about before', async () => {
    const height = await peer('org1').height('trade');
    const before = await snapshot(cluster, NAME);
    await testNetwork.describe(description(TRADE));
    const refused = await testNetwork.weft('up');
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain(
      'the description no longer names org3/ccaas-trade-basic. org3 no longer is a member',
    );
    expect(differences(before, await snapshot(cluster, NAME))).toEqual(NOTHING);

    const document = await up('--yes');
    expect(changesIn(document).filter((change) => /trade|org3/.test(change))).toEqual([
      'removeNode org3/ccaas-trade-basic',
      'revokeCertificates org3/ccaas-trade-basic',
      ...['signConfigUpdate trade@org1', 'signConfigUpdate trade@org2', 'submitConfigUpdate trade'],
      'unjoinPeer org3/peer1',
    ]);
    await expectSameHeights('trade', height + 1, ['org1', 'org2']);
    await peer('org3').close();
    await reachPeer('org3');
    await expect(peer('org3').height('trade')).rejects.toThrow();
  });

  it('comes back when it is described again: what it had approved is lost, and agreed on once more', async () => {
    const height = await peer('org1').height('trade');
    await testNetwork.describe(description(TRADE_WITH_ORG3));
    const document = await up();
    expect(changesIn(document).filter((change) => /trade|basic/.test(change))).toEqual(
      [
        ...['signConfigUpdate trade@org1', 'signConfigUpdate trade@org2', 'submitConfigUpdate trade'],
        'enrollIdentity org3/ccaas-trade-basic',
        'joinPeer trade@org3-peer1',
        ...['org1', 'org2', 'org3'].map((name) => `approveChaincode basic@${name}`),
        'commitChaincode basic',
        'startChaincodeServer basic@org3',
        'awaitRollout basic@org3',
      ].sort(),
    );
    expect(document.steps.find(({ step }) => step === 'commitChaincode')).toMatchObject({
      reason: 'lost approval of org3',
    });
    // The configuration, three approvals in a block or more, the definition.
    await expect.poll(() => peer('org3').height('trade'), { timeout: BLOCK_ARRIVES_MS }).toBeGreaterThan(height + 2);
    await expectSameHeights('trade', await peer('org3').height('trade'), ['org1', 'org2', 'org3']);
    expect(await readAsset('org3', 'boat')).toMatchObject({ ID: 'boat' });
  });
});

describe('a chaincode at an address', () => {
  it('weft up says which peer does not reach what, and ends when somebody answers there', async () => {
    const port = await freePort();
    const address = `host.docker.internal:${port}`;
    const outside = { name: 'outside', channel: 'audit', version: '0.1', address };
    await testNetwork.describe({
      organizations: WITH_ORG3,
      channels: [TRADE_WITH_ORG3, AUDIT],
      chaincodes: [upgraded, guarded, outside],
    });
    const connection = { address, dialTimeout: '10s' };
    const { packageId } = await ccaasPackage({ label: 'outside_0.1', connection });
    const running = startWeft(['up', '-f', testNetwork.file, '-o', 'json']);
    await eventually(() => {
      expect(running.stderr()).toMatch(/org1-peer1 does not reach outside: .*host\.docker\.internal:\d+/);
      expect(running.stderr()).toMatch(/org2-peer1 does not reach outside: .*host\.docker\.internal:\d+/);
      return Promise.resolve();
    }, UNREACHABLE_MS);

    const server = await startChaincodeServer(port, packageId, (args) => `answers ${args.join(' ')}`, '0.0.0.0');
    try {
      const document = documentOf(await expectDone(running.ended));
      expect(changesIn(document).filter((change) => /outside/.test(change))).toEqual([
        'approveChaincode outside@org1',
        'approveChaincode outside@org2',
        'commitChaincode outside',
        'installChaincode outside@org1-peer1',
        'installChaincode outside@org2-peer1',
      ]);
      for (const name of ['org1', 'org2']) {
        const answer = await peer(name).contract('audit', 'outside').evaluateTransaction('hello', 'there');
        expect(Buffer.from(answer).toString()).toBe('answers hello there');
      }
    } finally {
      server.stop();
    }
  });
});

describe('orderers that come and go', { timeout: ORDERERS_MS }, () => {
  const described = (orderers: number): Promise<void> =>
    testNetwork.describe({
      organizations: [{ name: 'org0', orderers }, ...WITH_ORG3.slice(1)],
      channels: [TRADE_WITH_ORG3, AUDIT],
      chaincodes: [upgraded, guarded],
    });
  const orderersOf = async (channel: string): Promise<unknown> => {
    const { channels } = await status();
    const { orderers = [], height } = channels.find(({ name }) => name === channel) ?? {};
    return orderers.map((orderer) => [orderer.name, orderer.status, orderer.height === height]);
  };
  type ConfigStep = 'planConfigUpdate' | 'submitConfigUpdate';
  const reasonsOf = (step: ConfigStep, channel: string, { steps }: RunDocument): string[] =>
    steps
      .filter((record) => record.step === step && record.target.split('/')[0] === channel)
      .map(({ reason }) => reason)
      .filter((reason) => reason !== '');
  const address = (number: number): string => `org0-orderer${number}.${NAME}.svc.cluster.local:6050`;

  it('one more becomes a consenter of its channels', async () => {
    await described(4);
    const document = await up('--yes');
    expect(changesIn(document).filter((change) => /joinOrderer|submitConfigUpdate/.test(change))).toEqual([
      'joinOrderer audit@org0-orderer4',
      'joinOrderer trade@org0-orderer4',
      'submitConfigUpdate audit',
      'submitConfigUpdate trade',
    ]);
    expect(reasonsOf('submitConfigUpdate', 'trade', document)).toEqual([
      `orderer endpoints of Org0MSP; adds consenter ${address(4)}`,
    ]);
    for (const channel of ['trade', 'audit']) {
      const all = [1, 2, 3, 4].map((number) => [`org0-orderer${number}`, 'active', true]);
      await expect.poll(() => orderersOf(channel), { timeout: BLOCK_ARRIVES_MS }).toEqual(all);
    }
  });

  it('those that go leave the channels one after the other before their nodes are removed, and the rest orders on', async () => {
    await described(1);
    const plan = documentOf(await expectDone(testNetwork.weft('plan', '-o', 'json')));
    const removed = [2, 3, 4].map((number) => `removes consenter ${address(number)}`);
    expect(reasonsOf('planConfigUpdate', 'trade', plan)).toEqual([
      ['orderer endpoints of Org0MSP', ...removed].join('; '),
    ]);
    const document = await up('--yes');
    expect(changesIn(document).filter((change) => /removeNode/.test(change))).toEqual(
      [2, 3, 4].map((number) => `removeNode org0/orderer${number}`),
    );
    // Fabric lets one consenter go at a time.
    expect(reasonsOf('submitConfigUpdate', 'trade', document)).toEqual([
      `orderer endpoints of Org0MSP; ${removed[0] ?? ''}`,
      ...removed.slice(1),
      // What they had of certificates is taken by no channel any more.
      'revocation list of Org0MSP',
    ]);
    for (const channel of ['trade', 'audit'])
      expect(await orderersOf(channel)).toEqual([['org0-orderer1', 'active', true]]);
    await createAsset('org1', 'train');
    expect(await readAsset('org1', 'train')).toMatchObject({ ID: 'train' });
  });
});

/** Peers tell each other of themselves every four seconds. */
const GOSSIP_MS = 60_000;

/** A block reaches one peer a moment later than another. */
const BLOCK_ARRIVES_MS = 30_000;

/** A peer tries for ten seconds to connect to a chaincode. */
const UNREACHABLE_MS = 120_000;

/** Runs `weft up` to its end, which must be good. */
async function up(...flags: readonly string[]): Promise<RunDocument> {
  return documentOf(await expectDone(testNetwork.weft('up', '-o', 'json', ...flags)));
}

async function status(): Promise<NetworkStatus> {
  return JSON.parse((await expectDone(testNetwork.weft('status', '-o', 'json'))).stdout) as NetworkStatus;
}

async function reachPeer(organization: string): Promise<void> {
  peers.set(organization, await connectPeer(cluster, NAME, organization));
}

function peer(organization: string): PeerClient {
  const client = peers.get(organization);
  if (client === undefined) throw new Error(`Nobody has reached the peer of ${organization}.`);
  return client;
}

function createAsset(organization: string, id: string): Promise<Committed> {
  return submit(organization, 'CreateAsset', id, 'red', '5', 'Amara', '300');
}

interface Committed {
  readonly transactionId: string;
  readonly number: number;
  readonly result: string;
}

/** Submits a transaction of basic through an organization's peer, and awaits its block. */
async function submit(organization: string, fn: string, ...parameters: string[]): Promise<Committed> {
  const proposal = peer(organization).contract('trade', 'basic').newProposal(fn, { arguments: parameters });
  // Gossip tells a peer within seconds what the peers of the other organizations run now.
  const transaction = await eventually(() => proposal.endorse(), GOSSIP_MS);
  const { successful, transactionId, blockNumber } = await (await transaction.submit()).getStatus();
  expect(successful).toBe(true);
  return { transactionId, number: Number(blockNumber), result: Buffer.from(transaction.getResult()).toString() };
}

async function readAsset(organization: string, id: string): Promise<unknown> {
  const asset = await peer(organization).contract('trade', 'basic').evaluateTransaction('ReadAsset', id);
  return JSON.parse(Buffer.from(asset).toString());
}

/** A block reaches one peer a moment later than another, and none comes after it. */
async function expectSameHeights(channel: string, height: number, organizations: readonly string[]): Promise<void> {
  const heights = (): Promise<number[]> => Promise.all(organizations.map((name) => peer(name).height(channel)));
  await expect.poll(heights, { timeout: BLOCK_ARRIVES_MS }).toEqual(organizations.map(() => height));
}

/** Pods of peers, orderers and CAs, with what changes when one is made anew or restarted. */
async function podsOfNodes(): Promise<Readonly<Record<string, unknown>>> {
  const pods = (await objectsIn(cluster, NAME, 'weft.dev/node')).filter(({ kind }) => kind === 'Pod');
  return Object.fromEntries(
    pods
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'chaincode')
      .map(({ metadata, status: seen }) => {
        const { containerStatuses } = seen as { containerStatuses: readonly { readonly restartCount: number }[] };
        return [metadata.name, containerStatuses.map(({ restartCount }) => restartCount)];
      }),
  );
}

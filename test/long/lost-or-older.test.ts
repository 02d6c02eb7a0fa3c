import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, observe, ownedBy, type Cluster } from '../../src/kubernetes/index.ts';
import { startWorker, testCluster, type TestWorker } from '../support/weft.ts';
import { keepDown } from '../integration/faults/hindrances.ts';
import {
  describedNetwork,
  documentOf,
  expectDone,
  type DescribedNetwork,
} from '../integration/network/described-network.ts';
import { lossesOf, type Losses } from '../integration/network/losses.ts';

/*
 * What a network has lost together with other things, in the middle of something, or has back as it was yesterday.
 */

const NAME = 'it-older';
const CHANNEL = 'mychannel';
const RECORD = `${NAME}-network`;

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let losses: Losses;

beforeAll(async () => {
  cluster = testCluster();
  losses = lossesOf(cluster, NAME);
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, described());
  await expectDone(testNetwork.weft('up'));
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

function described(messages = 10, orderers = 3): Parameters<DescribedNetwork['describe']>[0] {
  return {
    organizations: [
      { name: 'org0', orderers },
      { name: 'org1', peers: 1 },
    ],
    channels: [{ name: CHANNEL, batch: { maxMessageCount: messages } }],
  };
}

/** What every ConfigMap and every Secret holds. */
async function contentsOf(kind: 'ConfigMap' | 'Secret'): Promise<Readonly<Record<string, unknown>>> {
  const options = { namespace: NAME, labelSelector: ownedBy(NAME) };
  const objects = await list(cluster, { apiVersion: 'v1', kind }, options);
  return Object.fromEntries(objects.map(({ metadata: { name }, data, binaryData }) => [name, { data, binaryData }]));
}

/** Has the members change the channel, which makes one block. */
async function makeBlock(messages: number): Promise<void> {
  await testNetwork.describe(described(messages));
  await expectDone(testNetwork.weft('up'));
}

/** Every orderer has all blocks. */
async function expectEqualHeights(): Promise<void> {
  await expectDone(testNetwork.weft('status', '--exit-code'));
  const heights = await heightsOf();
  expect(heights.size).toBe(3);
  expect(new Set(heights.values()).size).toBe(1);
}

/** Number of blocks of each orderer, by its name. */
async function heightsOf(): Promise<Map<string, number>> {
  const { stdout } = await expectDone(testNetwork.weft('status', '-o', 'json'));
  const { channels } = JSON.parse(stdout) as { channels: { orderers: { name: string; height: number }[] }[] };
  return new Map(channels.flatMap(({ orderers }) => orderers.map(({ name, height }) => [name, height] as const)));
}

async function expectRefused(what: RegExp): Promise<void> {
  for (const command of ['plan', 'up'] as const) {
    const { exitCode, stderr } = await testNetwork.weft(command);
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(what);
    expect(stderr).toMatch(/Put .* back from a backup/);
  }
}

describe('the ConfigMaps', { timeout: 240_000 }, () => {
  it('all at once: are made anew as they were', async () => {
    const before = await contentsOf('ConfigMap');
    await losses.dropAll('ConfigMap');
    await expectDone(testNetwork.weft('up'));
    const after = await contentsOf('ConfigMap');
    // A record is known by its own UID, and says what it was applied with.
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect({ ...after, [RECORD]: undefined }).toEqual({ ...before, [RECORD]: undefined });
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });

  it('with the genesis block, while no orderer answers: refused, and no other channel begins', async () => {
    const name = `${CHANNEL}-genesis-block`;
    const before = await losses.kept('ConfigMap', name);
    const orderers = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'];
    const hindrances = await Promise.all(orderers.map((node) => keepDown(cluster, NAME, node)));
    await losses.drop('ConfigMap', name);
    const { exitCode, stderr } = await testNetwork.weft('up');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(/✖ .*mychannel is gone from every namespace, and none of the orderers that answer has it/);
    expect(await observe(cluster, losses.reference('ConfigMap', name))).toBeUndefined();
    for (const hindrance of hindrances) await hindrance.lift();
    await expectDone(testNetwork.weft('up'));
    expect((await losses.kept('ConfigMap', name))['binaryData']).toEqual(before['binaryData']);
  });
});

describe('everything but the volumes', { timeout: 300_000 }, () => {
  it('is not begun anew on them: no key is made, and all goes on once Secrets and record are put back', async () => {
    const kinds = ['ConfigMap', 'Secret'].map((kind) => ({ apiVersion: 'v1', kind }));
    const options = { namespace: NAME, labelSelector: ownedBy(NAME) };
    const objects = (await Promise.all(kinds.map((kind) => list(cluster, kind, options)))).flat();
    const loseAll = async (): Promise<void> => {
      for (const kind of ['Deployment', 'Service', 'Secret', 'ConfigMap']) await losses.dropAll(kind);
    };
    await loseAll();
    await expectRefused(
      /✖ org1\/ca: Secret org1-ca-config in namespace it-older is gone, although org1-ca has run with it/,
    );
    expect(await contentsOf('Secret')).toEqual({});
    // What the run has begun with, and nothing else.
    expect(Object.keys(await contentsOf('ConfigMap'))).toEqual(['it-older-network']);

    await losses.dropAll('ConfigMap');
    // The next run writes the record anew: one that is put back by hand has another UID than it says.
    for (const object of objects) if (object.metadata.name !== RECORD) await losses.restore(object);
    await expectDone(testNetwork.weft('up'));
    await expectEqualHeights();
  });
});

describe('a volume', { timeout: 300_000 }, () => {
  it('of a peer, as it was yesterday: the peer fetches what it does not have', async () => {
    const yesterday = await losses.copyVolume('org1-peer1');
    await expectDone(testNetwork.weft('up'));
    await makeBlock(20);
    await losses.returnVolume(yesterday);
    await expectDone(testNetwork.weft('up'));
    await expectDone(testNetwork.weft('status', '--exit-code'));
  });

  it('of an orderer, as it was yesterday: it has forgotten what it promised; it leaves the channel, and comes again', async () => {
    const yesterday = await losses.copyVolume('org0-orderer3');
    await expectDone(testNetwork.weft('up'));
    await makeBlock(30);
    await losses.returnVolume(yesterday);
    const { exitCode, stderr } = await testNetwork.weft('up');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(
      /✖ .*The newest part of the Raft log of org0-orderer3 is gone, although org0-orderer3 has run with it/,
    );
    await testNetwork.describe(described(30, 2));
    await expectDone(testNetwork.weft('up', '--yes'));
    await testNetwork.describe(described(30));
    await expectDone(testNetwork.weft('up'));
    await expectEqualHeights();
  });
});

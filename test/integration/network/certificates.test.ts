import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeCertificate } from '../../../src/fabric/index.ts';
import { list, type Cluster } from '../../../src/kubernetes/index.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import type { NetworkStatus } from '../../../src/workflows/messages.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { changesIn, describedNetwork, documentOf, expectDone, type DescribedNetwork } from './described-network.ts';
import { dataOf, entry } from './objects.ts';

/*
 * Certificates that are renewed on purpose.
 */

const NAME = 'it-renew';
const CHANNEL = 'trade';
const ORDERERS = ['org0/orderer1', 'org0/orderer2', 'org0/orderer3'];
const NODES = [...ORDERERS, 'org1/peer1'];

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let image: string;

function described(): Parameters<DescribedNetwork['describe']>[0] {
  return {
    organizations: [
      { name: 'org0', orderers: ORDERERS.length },
      { name: 'org1', peers: 1 },
    ],
    channels: [{ name: CHANNEL, batch: { timeout: '500ms' } }],
    chaincodes: [{ name: 'basic', channel: CHANNEL, version: '1.0', image }],
  };
}

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  image = await exampleChaincode();
  testNetwork = await describedNetwork(NAME, described());
  await expectDone(testNetwork.weft('up'));
  await expectDone(weft('chaincode', 'invoke', 'basic', 'InitLedger', '--network', NAME));
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

/** Of each node: serial number, key and end of both its certificates. */
async function certificates(): Promise<ReadonlyMap<string, Issued>> {
  const found = NODES.flatMap((node) => ['msp', 'tls'].map((use) => `${node.replace('/', '-')}-${use}`)).map(
    async (secret) => [secret, await issued(secret)] as const,
  );
  return new Map(await Promise.all(found));
}

interface Issued {
  readonly serial: string;
  readonly key: string;
  readonly notAfter: Date;
}

async function issued(secret: string): Promise<Issued> {
  const {
    serial,
    publicKeyFingerprint: key,
    notAfter,
  } = describeCertificate(entry(await dataOf(cluster, 'Secret', NAME, secret), 'cert.pem'));
  return { serial, key, notAfter };
}

/** The uids of the pods by the name of their node. */
async function pods(): Promise<ReadonlyMap<string, string>> {
  const found = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME });
  return new Map(found.map(({ metadata }) => [metadata.labels?.['weft.dev/node'] ?? '', metadata.uid ?? '']));
}

function differing<Value>(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): string[] {
  return [...after].flatMap(([name, value]) => (before.get(name) === value ? [] : [name])).sort();
}

async function transact(asset: string): Promise<void> {
  const attributes = ['blue', '5', 'Tomoko', '300'];
  await expectDone(weft('chaincode', 'invoke', 'basic', 'CreateAsset', asset, ...attributes, '--network', NAME));
}

describe('weft renew', { timeout: 300_000 }, () => {
  it('renews what is named and nothing else, with the same keys', async () => {
    const [before, podsBefore] = [await certificates(), await pods()];
    const planned = documentOf(
      await expectDone(weft('renew', NAME, '--target', 'org1/peer1', '--dry-run', '-o', 'json')),
    );
    expect(changesIn(planned)).toEqual(['enrollIdentity org1/peer1']);
    await expectDone(weft('renew', NAME, '--target', 'org1/peer1'));
    const after = await certificates();
    const renewed = [...after].filter(([name, { serial }]) => before.get(name)?.serial !== serial);
    expect(renewed.map(([name]) => name)).toEqual(['org1-peer1-msp', 'org1-peer1-tls']);
    for (const [name, { key }] of renewed) expect(key).toBe(before.get(name)?.key);
    expect(differing(podsBefore, await pods())).toEqual(['org1-peer1']);
    await transact('renewed1');
  });

  it('renews all of a network, one node at a time, and the channel takes the certificates of its orderers over', async () => {
    const [before, podsBefore] = [await certificates(), await pods()];
    const { steps } = documentOf(await expectDone(weft('renew', NAME, '-o', 'json')));
    const after = await certificates();
    for (const [name, { serial, key }] of after) {
      expect(serial, name).not.toBe(before.get(name)?.serial);
      expect(key, name).toBe(before.get(name)?.key);
    }
    const restarted = differing(podsBefore, await pods());
    for (const node of NODES) expect(restarted).toContain(node.replace('/', '-'));
    expect(restarted).toEqual(expect.arrayContaining(['org0-ca', 'org1-ca', 'org1-ccaas-trade-basic']));
    const taken = steps.filter(({ step }) => step === 'submitConfigUpdate').map(({ reason }) => reason);
    expect(taken.sort()).toEqual(
      [1, 2, 3].map(
        (number) => `renewed certificate of consenter org0-orderer${number}.${NAME}.svc.cluster.local:6050`,
      ),
    );
    await transact('renewed2');
  });

  it('has nothing to do where nothing is due', async () => {
    const { stdout } = await expectDone(weft('renew', NAME, '--due'));
    expect(stdout.trim()).toBe(`Nothing of ${NAME} is to be renewed.`);
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });

  it('names what there is where a target has no certificates', async () => {
    const { exitCode, stderr } = await weft('renew', NAME, '--target', 'org7/peer1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`org7/peer1 has no certificates in ${NAME}. There are: org0/ca, `);
  });
});

describe('weft renew --new-key', { timeout: 240_000 }, () => {
  it('replaces the keys of an orderer, which its channel knows before it starts with them', async () => {
    const [before, podsBefore] = [await certificates(), await pods()];
    await expectDone(weft('renew', NAME, '--new-key', '--target', 'org0/orderer1'));
    const after = await certificates();
    const replaced = [...after].filter(([name, { key }]) => before.get(name)?.key !== key).map(([name]) => name);
    expect(replaced).toEqual(['org0-orderer1-msp', 'org0-orderer1-tls']);
    expect(differing(podsBefore, await pods())).toEqual(['org0-orderer1']);
    const { stdout } = await expectDone(testNetwork.weft('status', '-o', 'json'));
    const { channels } = JSON.parse(stdout) as Pick<NetworkStatus, 'channels'>;
    expect(channels).toMatchObject([{ problems: [] }]);
    await transact('replaced');
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });
});

import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeCertificate } from '../../src/fabric/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import type { Description } from '../../src/spec/index.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../support/weft.ts';
import { describedNetwork, expectDone, type DescribedNetwork } from '../integration/network/described-network.ts';
import { dataOf, entry } from '../integration/network/objects.ts';

/*
 * A network all of whose certificates have ended: its orderers do not reach each other, and its Admins are refused.
 */

const NAME = 'it-expired';
const CHANNEL = 'trade';
const SECRETS = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3', 'org0-admin', 'org1-peer1', 'org1-admin'].flatMap(
  (identity) => [`${identity}-msp`, `${identity}-tls`],
);

let cluster: Cluster;
let worker: TestWorker;
let network: DescribedNetwork;
let image: string;

function described(
  certificates: NonNullable<Description['certificates']> = {},
): Parameters<DescribedNetwork['describe']>[0] {
  return {
    certificates,
    organizations: [
      { name: 'org0', orderers: 3 },
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
  network = await describedNetwork(NAME, described());
  await expectDone(network.weft('up'));
  await expectDone(weft('chaincode', 'invoke', 'basic', 'InitLedger', '--network', NAME));
});

afterAll(async () => {
  await network.remove(cluster);
  await worker.stop();
  await cluster.close();
});

/** Key and end of every certificate, by its Secret. */
async function certificates(): Promise<ReadonlyMap<string, { readonly key: string; readonly end: number }>> {
  const found = SECRETS.map(async (secret) => {
    const pem = entry(await dataOf(cluster, 'Secret', NAME, secret), 'cert.pem');
    const { publicKeyFingerprint: key, notAfter } = describeCertificate(pem);
    return [secret, { key, end: notAfter.getTime() }] as const;
  });
  return new Map(await Promise.all(found));
}

it('comes back by one `weft up`, with its keys and its ledger, within five minutes', { timeout: 900_000 }, async () => {
  await network.describe(described({ identity: '3m', tls: '3m', renewBefore: '1m' }));
  await expectDone(network.weft('up'));
  await expectDone(weft('renew', NAME));
  const before = await certificates();
  const last = Math.max(...[...before.values()].map(({ end }) => end));
  while (Date.now() <= last + 1_000) await sleep(1_000);
  const refused = await weft('chaincode', 'query', 'basic', 'ReadAsset', 'asset1', '--network', NAME);
  expect(refused.exitCode).not.toBe(0);

  await network.describe(described());
  const started = Date.now();
  await expectDone(network.weft('up'));
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`A network all of whose certificates had ended is back after ${seconds} s.`);
  expect(seconds).toBeLessThan(300);
  const after = await certificates();
  for (const [name, { key, end }] of after) {
    expect(key, name).toBe(before.get(name)?.key);
    expect(end, name).toBeGreaterThan(Date.now());
  }
  const attributes = ['CreateAsset', 'back', 'blue', '5', 'Tomoko', '300'];
  await expectDone(weft('chaincode', 'invoke', 'basic', ...attributes, '--network', NAME));
  const { stdout } = await expectDone(weft('chaincode', 'query', 'basic', 'ReadAsset', 'asset1', '--network', NAME));
  expect(stdout).toContain('asset1');
});

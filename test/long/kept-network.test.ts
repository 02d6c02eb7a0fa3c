import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeCertificate } from '../../src/fabric/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../support/weft.ts';
import { describedNetwork, expectDone, type DescribedNetwork } from '../integration/network/described-network.ts';
import { connectPeer } from '../integration/network/gateway-client.ts';
import { dataOf, entry } from '../integration/network/objects.ts';

/*
 * A network that is left alone for longer than its certificates live. Fabric CA rounds to minutes, so that they live for minutes at least.
 */

const NAME = 'it-kept';
const CHANNEL = 'trade';
const LIFETIME_MINUTES = Number(process.env['WEFT_TEST_LIFETIME_MINUTES'] ?? '6');
/** A look a minute, and a renewal that takes another. */
const RENEW_BEFORE_MINUTES = Math.max(2, Math.floor(LIFETIME_MINUTES / 2));
const GENERATIONS = 3;
/** Secrets with a certificate, as `weft status` knows their owners. */
const SECRETS = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3', 'org0-admin', 'org1-peer1', 'org1-admin'].flatMap(
  (identity) => [`${identity}-msp`, `${identity}-tls`],
);

let cluster: Cluster;
let worker: TestWorker;
let network: DescribedNetwork;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  const image = await exampleChaincode();
  network = await describedNetwork(NAME, {
    certificates: {
      identity: `${LIFETIME_MINUTES}m`,
      tls: `${LIFETIME_MINUTES}m`,
      renewBefore: `${RENEW_BEFORE_MINUTES}m`,
    },
    organizations: [
      { name: 'org0', orderers: 3 },
      { name: 'org1', peers: 1 },
    ],
    channels: [{ name: CHANNEL, batch: { timeout: '500ms' } }],
    chaincodes: [{ name: 'basic', channel: CHANNEL, version: '1.0', image }],
  });
  await expectDone(network.weft('up'));
});

afterAll(async () => {
  await network.remove(cluster);
  await worker.stop();
  await cluster.close();
});

/** When the last of all certificates ends, and when the first does, in milliseconds since 1970. */
async function ends(): Promise<{ readonly first: number; readonly last: number }> {
  const times = await Promise.all(
    SECRETS.map(async (secret) => {
      const pem = entry(await dataOf(cluster, 'Secret', NAME, secret), 'cert.pem');
      return describeCertificate(pem).notAfter.getTime();
    }),
  );
  return { first: Math.min(...times), last: Math.max(...times) };
}

/** A leader that restarts may take with it what it has accepted and not ordered: who waits for that longer waits in vain. */
const CALL_MS = 10_000;

/** An application that comes anew for each transaction, with the newest certificate of its Admin. */
function transactions(): { readonly stop: () => Promise<{ readonly committed: number; readonly longestGap: number }> } {
  let [stopped, committed, longestGap, before] = [false, 0, 0, Date.now()];
  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        const peer = await connectPeer(cluster, NAME, 'org1', 'peer1', CALL_MS);
        try {
          await peer.contract(CHANNEL, 'basic').submit('CreateAsset', {
            arguments: [`asset-${committed}-${Date.now()}`, 'amber', '1', 'nobody', '1'],
          });
          committed += 1;
          longestGap = Math.max(longestGap, Date.now() - before);
          before = Date.now();
        } finally {
          await peer.close();
        }
      } catch {
        // A node that restarts is not there for a moment: the gap tells for how long.
      }
      await sleep(500);
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      stopped = true;
      await ended;
      return { committed, longestGap: Math.max(longestGap, Date.now() - before) };
    },
  };
}

it(
  `outlives its certificates ${GENERATIONS} times over with nobody typing anything, while transactions go on`,
  async () => {
    const began = Date.now();
    await expectDone(weft('schedule', NAME, '--every', '1m'));
    const traffic = transactions();
    for (let generation = 1; generation <= GENERATIONS; generation += 1) {
      const { last } = await ends();
      while (Date.now() <= last) {
        const { first } = await ends();
        expect(first, `a certificate has ended in generation ${generation}`).toBeGreaterThan(Date.now());
        await sleep(2_000);
      }
    }
    const { committed, longestGap } = await traffic.stop();
    const minutes = ((Date.now() - began) / 60_000).toFixed(1);
    console.log(
      `Certificates of ${LIFETIME_MINUTES} min, ${GENERATIONS} generations in ${minutes} min: ${committed} transactions, longest gap ${longestGap} ms.`,
    );
    expect(longestGap).toBeLessThan(60_000);

    const kept: unknown = JSON.parse((await expectDone(weft('schedule', NAME, '-o', 'json'))).stdout);
    expect(kept).toMatchObject({ network: NAME, everySeconds: 60, last: { outcome: expect.any(String) as string } });
  },
  (LIFETIME_MINUTES * GENERATIONS + 5) * 60_000,
);

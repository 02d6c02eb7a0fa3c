import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Temporal } from '../../src/client/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from '../integration/faults/faulty-network.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { eventually } from '../support/eventually.ts';
import { testCluster } from '../support/weft.ts';
import { accountOf, accountOfRemoved, duplicatesIn, type Account } from './support/account.ts';
import { described } from './support/described.ts';
import { component, dns, podOf, type Outage } from './support/outages.ts';
import { startsIn, type Start } from './support/points.ts';
import { startMortalWorkers, type MortalWorkers } from './support/workers.ts';

/*
 * What a network stands on goes away while a step needs it: pods of its own nodes, the API server, its store, the cluster's DNS. And ten networks come up at once. The
 * worker lives.
 */

let cluster: Cluster;
let temporal: Temporal;
let image: string;
let workers: MortalWorkers;

/** What a bring-up leaves that nothing disturbs, and how long it takes. */
let undisturbed: { readonly account: Account; readonly seconds: number };

/** A bring-up takes half a minute, and an outage holds it up for at most another two. */
const UP_MS = 5 * 60_000;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  image = await exampleChaincode();
  workers = await startMortalWorkers([]);
  const network = networkNamed('it-undisturbed');
  const begun = performance.now();
  await succeed(network, 'up', '-o', 'json');
  const seconds = (performance.now() - begun) / 1_000;
  undisturbed = { account: await accountOf(cluster, network.network()), seconds };
  await succeed(network, 'down', '--yes', '-o', 'json');
});

afterAll(async () => {
  console.info(rows.join('\n'));
  await workers.stop();
  for (const network of networks) await network.remove();
  await temporal.close();
  await cluster.close();
});

const networks: FaultyNetwork[] = [];

/** A line for each thing that was tried, printed at the end. */
const rows: string[] = [];

function networkNamed(name: string): FaultyNetwork {
  const network = faultyNetwork(name, { cluster, temporal });
  network.describe(described({ image }));
  networks.push(network);
  return network;
}

async function succeed(network: FaultyNetwork, command: string, ...flags: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await network.weft(command, ...flags);
  if (exitCode !== 0) throw new Error(`weft ${command} ended with ${exitCode}:\n${stderr.slice(-4_000)}`);
}

async function beginnings(): Promise<readonly Start[]> {
  return (await startsIn(workers.folder)).filter(({ event }) => event === 'begun');
}

/** Waits until an activity begins that had not begun before; undefined if the wait is given up first. */
async function begins(activity: string, after: number, signal: AbortSignal): Promise<Start | undefined> {
  while (!signal.aborted) {
    const start = (await beginnings()).slice(after).find(({ type }) => type === activity);
    if (start !== undefined) return start;
    await wait(POLL_MS);
  }
  return undefined;
}

/** `weft --help`. */
const NOT_READY = 6;

/** Longer than a container that has crashed once has to run. */
const RELIED_ON_MS = 2 * 60_000;

/** Short against what a step takes that asks a node. */
const POLL_MS = 20;

const OUTAGES: readonly { readonly what: string; readonly during: string; readonly outage: Outage }[] = [
  { what: 'the pod of a CA is killed', during: 'enrollIdentity', outage: podOf('org1-ca') },
  { what: 'the pod of an orderer is killed', during: 'joinOrderer', outage: podOf('org0-orderer1') },
  { what: 'the pod of an orderer is killed', during: 'awaitLeader', outage: podOf('org0-orderer1') },
  { what: 'the pod of a peer is killed', during: 'joinPeer', outage: podOf('org1-peer1') },
  { what: 'the pod of a peer is killed', during: 'installChaincode', outage: podOf('org1-peer1') },
  { what: 'the pod of a peer is killed', during: 'approveChaincode', outage: podOf('org1-peer1') },
  { what: 'the pod of a peer is killed', during: 'commitChaincode', outage: podOf('org1-peer1') },
  { what: 'the pod of an orderer is killed', during: 'commitChaincode', outage: podOf('org0-orderer1') },
  { what: 'the API server is killed', during: 'applyDeployment', outage: component('kube-apiserver') },
  { what: 'the API server is killed', during: 'approveChaincode', outage: component('kube-apiserver') },
  { what: 'etcd is killed', during: 'enrollIdentity', outage: component('etcd') },
  { what: 'etcd is killed', during: 'joinPeer', outage: component('etcd') },
  { what: 'DNS is gone for 20 s', during: 'joinOrderer', outage: dns(20) },
  { what: 'DNS is gone for 20 s', during: 'commitChaincode', outage: dns(20) },
];

describe('what a network stands on goes away', () => {
  test.for(OUTAGES.map((outage, at) => ({ ...outage, at })))(
    '$what during $during: the same run comes to the same end',
    { timeout: UP_MS },
    async ({ what, during, outage, at }) => {
      const network = networkNamed(`it-outage-${at + 1}`);
      const before = (await beginnings()).length;
      const begun = performance.now();
      const over = new AbortController();
      const up = network.up('-o', 'json');
      const taken = begins(during, before, over.signal).then(async (start) => {
        if (start !== undefined) await outage(cluster, network.name);
        return start;
      });
      const { exitCode, stderr } = await up.ended;
      over.abort();
      expect(await taken, `${during} never began`).toBeDefined();
      // A node that comes back while the volume is still held by the one before crashes once, and is called ready only when it has run for a while.
      expect([0, NOT_READY], stderr.slice(-4_000)).toContain(exitCode);
      if (exitCode === NOT_READY) expect(stderr).toContain('has been started anew');
      const seconds = (performance.now() - begun) / 1_000;
      rows.push(`${what} during ${during}: ${seconds.toFixed(0)} s, undisturbed ${undisturbed.seconds.toFixed(0)} s`);

      await eventually(() => succeed(network, 'status', '--exit-code', '-o', 'json'), RELIED_ON_MS);
      const account = await accountOf(cluster, network.network());
      expect(duplicatesIn(account, undisturbed.account)).toEqual([]);
      expect(account.objects).toEqual(undisturbed.account.objects);
      expect(account.channels).toEqual(undisturbed.account.channels);
      await succeed(network, 'down', '--yes', '-o', 'json');
      expect(await accountOfRemoved(cluster, network.network())).toMatchObject({ objects: [] });
    },
  );
});

describe('many at once', () => {
  const TEN_MS = 10 * 60_000;

  test('ten networks come up side by side by one worker, and go', { timeout: TEN_MS }, async () => {
    const ten = Array.from({ length: 10 }, (_, at) => networkNamed(`it-ten-${at + 1}`));
    const begun = performance.now();
    const ups = await Promise.all(ten.map(async (network) => await network.up('-o', 'json').ended));
    const seconds = (performance.now() - begun) / 1_000;
    rows.push(`ten networks at once: ${seconds.toFixed(0)} s, one ${undisturbed.seconds.toFixed(0)} s`);
    expect(
      ups.map(({ exitCode }) => exitCode),
      ups.find(({ exitCode }) => exitCode !== 0)?.stderr,
    ).toEqual(ten.map(() => 0));
    for (const network of ten) {
      const account = await accountOf(cluster, network.network());
      expect(account.objects).toEqual(undisturbed.account.objects);
      expect(duplicatesIn(account, undisturbed.account)).toEqual([]);
    }
    await Promise.all(ten.map((network) => succeed(network, 'down', '--yes', '-o', 'json')));
    for (const network of ten) {
      expect(await accountOfRemoved(cluster, network.network())).toMatchObject({ objects: [] });
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeCertificate } from '../../../src/fabric/index.ts';
import { list, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { Description } from '../../../src/spec/index.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { copyWeft, type WeftCopy } from '../../support/weft-copy.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { nameImage, type NamedImage } from '../faults/node-images.ts';
import {
  changesIn,
  describedNetwork,
  documentOf,
  expectDone,
  type DescribedNetwork,
  type NodeDescription,
} from './described-network.ts';
import { connectPeer, type PeerClient } from './gateway-client.ts';
import { dataOf, entry } from './objects.ts';
import { startTransactions, type Traffic } from './transactions.ts';

/*
 * A network that is changed while applications use it: their transactions go on, and none is lost.
 */

const NAME = 'it-roll';
const CHANNEL = 'trade';
const ORDERERS = ['orderer1', 'orderer2', 'orderer3'];
const PEERS = ['peer1', 'peer2'];
const ORGANIZATIONS = ['org1', 'org2'];
const PER_SECOND = 10;

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let image: string;
let images: readonly NamedImage[] = [];
let release: WeftCopy;
/** Of each organization with peers. */
let clients: readonly (readonly PeerClient[])[];

type Settings = Omit<NodeDescription, 'name'>;

/** So short that no renewal is due while the tests run, and that a longer window makes one due. */
const CERTIFICATES = { identity: '2h', tls: '2h' };

/** What was issued before is due, and what is issued by it is not. */
const LATER = { identity: '48h', tls: '48h', renewBefore: '24h' };

const LOGGING = { FABRIC_LOGGING_SPEC: 'info:gossip=warning' };
/** The images are the same ones, as if somebody had moved them to a registry of their own. */
const ORDERER = { environment: LOGGING, image: 'localhost:1/it-roll/orderer:2.5.9' };
const PEER = { environment: LOGGING, image: 'localhost:1/it-roll/peer:2.5.9' };

/** A release of Weft that has other base files for the nodes. */
const NEXT_RELEASE = {
  'kube/config/core.yaml': (text: string) => text.replace('reconnectInterval: 2s', 'reconnectInterval: 3s'),
  'kube/config/orderer.yaml': (text: string) => text.replace('ServerInterval: 7200s', 'ServerInterval: 3600s'),
};

function described(
  orderer: Settings = {},
  peer: Settings = {},
  {
    certificates = CERTIFICATES,
    rolloutTimeoutSeconds = 180,
    chaincode = {},
  }: {
    readonly certificates?: Description['certificates'];
    readonly rolloutTimeoutSeconds?: number;
    readonly chaincode?: { readonly tls?: false };
  } = {},
): Parameters<DescribedNetwork['describe']>[0] {
  return {
    certificates,
    organizations: [
      { name: 'org0', orderers: ORDERERS.map((name) => ({ name, ...orderer })) },
      ...ORGANIZATIONS.map((name) => ({ name, peers: PEERS.map((node) => ({ name: node, ...peer })) })),
    ],
    channels: [{ name: CHANNEL, batch: { timeout: '500ms' } }],
    chaincodes: [{ name: 'basic', channel: CHANNEL, version: '1.0', image, ...chaincode }],
    kubernetes: { rolloutTimeoutSeconds },
  };
}

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  image = await exampleChaincode();
  release = await copyWeft(NEXT_RELEASE);
  testNetwork = await describedNetwork(NAME, described({}, {}, { chaincode: { tls: false } }));
  await expectDone(testNetwork.weft('up'));
  images = await Promise.all([
    nameImage('ghcr.io/hyperledger/fabric-orderer:2.5.9', ORDERER.image),
    nameImage('ghcr.io/hyperledger/fabric-peer:2.5.9', PEER.image),
  ]);
  clients = await Promise.all(
    ORGANIZATIONS.map((organization) =>
      Promise.all(PEERS.map((peer) => connectPeer(cluster, NAME, organization, peer))),
    ),
  );
});

afterAll(async () => {
  await Promise.all(clients.flat().map((client) => client.close()));
  await testNetwork.remove(cluster);
  await worker.stop();
  await release.remove();
  await Promise.all(images.map((each) => each.remove()));
  await cluster.close();
});

/** The pods of orderers and peers by the name of their node: uid, and since when they are ready. */
async function pods(): Promise<Map<string, { readonly uid: string; readonly readyAt: number }>> {
  const found = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME });
  const ofNodes = found.filter(({ metadata }) => /-(orderer|peer)\d-[^-]+-[^-]+$/.test(metadata.name));
  return new Map(
    ofNodes.map((pod) => [
      pod.metadata.labels?.['weft.dev/node'] ?? '',
      { uid: pod.metadata.uid ?? '', readyAt: readySince(pod) },
    ]),
  );
}

/** Milliseconds since 1970; infinite while it is not ready. */
function readySince({ status }: KubernetesObject): number {
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { type: string; status: string; lastTransitionTime: string }[];
  };
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime) : Infinity;
}

function tell(change: string, { committed, failed, repeated, p50, p99, longestGap }: Traffic): void {
  const figures = `${committed} committed, ${failed.length} failed, ${repeated} calls repeated, p50 ${p50} ms, p99 ${p99} ms, longest gap ${longestGap} ms`;
  console.log(`${change}, ${PER_SECOND} transactions a second: ${figures}`);
}

describe('a chaincode to which peers begin to talk TLS', { timeout: 300_000 }, () => {
  it('is approved and committed with another package while transactions go on, as the plan says, and none is lost', async () => {
    await testNetwork.describe(described());
    const planned = documentOf(await expectDone(testNetwork.weft('plan', '-o', 'json')));
    const nodes = ORGANIZATIONS.flatMap((organization) => PEERS.map((peer) => `basic@${organization}-${peer}`));
    expect(changesIn(planned).sort()).toEqual(
      [
        ...ORGANIZATIONS.map((organization) => `enrollIdentity ${organization}/ccaas-${CHANNEL}-basic`),
        ...nodes.map((node) => `installChaincode ${node}`),
        ...ORGANIZATIONS.map((organization) => `approveChaincode basic@${organization}`),
        'commitChaincode basic',
        ...ORGANIZATIONS.map((organization) => `startChaincodeServer basic@${organization}`),
        `recordNetwork ${NAME}`,
      ].sort(),
    );
    const before = await pods();
    const traffic = startTransactions(clients, { channel: CHANNEL, name: 'tls', perSecond: PER_SECOND });
    await expectDone(testNetwork.weft('up'));
    const seen = await traffic.stop();
    tell('TLS between peers and chaincode', seen);
    // MVCC_READ_CONFLICT: what is endorsed by one definition and ordered behind the next has read a sequence that is past.
    for (const failure of seen.failed) expect(failure).toMatch(/ is not valid: code 11$/);
    expect(seen.failed.length).toBeLessThan(PER_SECOND);
    expect(await pods()).toEqual(before);
  });
});

describe('a change of environment, image and base files of all nodes', { timeout: 300_000 }, () => {
  it('restarts them one after the other while transactions go on, and none fails', async () => {
    const before = await pods();
    await worker.stop();
    worker = await startWorker({}, release.root);
    const traffic = startTransactions(clients, { channel: CHANNEL, name: 'settings', perSecond: PER_SECOND });
    await testNetwork.describe(described(ORDERER, PEER));
    const changed = documentOf(await expectDone(testNetwork.weft('up', '-o', 'json')));
    const seen = await traffic.stop();
    tell('environment, image and base files of all orderers and peers', seen);
    expect(seen.failed).toEqual([]);
    expect(seen.committed).toBeGreaterThan(PER_SECOND * 10);

    const restarted = changed.steps.filter(({ step }) => step === 'applyDeployment').map(({ target }) => target);
    expect(restarted).toHaveLength(ORDERERS.length + ORGANIZATIONS.length * PEERS.length);
    const after = await pods();
    for (const [node, { uid }] of before) expect(after.get(node)?.uid, node).not.toBe(uid);
    const baseFiles = await dataOf(cluster, 'ConfigMap', NAME, 'org1-config');
    expect(entry(baseFiles, 'core.yaml')).toContain('reconnectInterval: 3s');
    // Each was ready before the next was stopped: no two became ready in the same second, orderers least of all.
    for (const organization of ['org0', ...ORGANIZATIONS]) {
      const times = [...after].filter(([node]) => node.startsWith(organization)).map(([, { readyAt }]) => readyAt);
      expect(new Set(times).size, organization).toBe(times.length);
    }
  });
});

describe('certificates that are due', { timeout: 300_000 }, () => {
  /** Of every orderer and peer: serial number and key of both its certificates. */
  async function certificates(): Promise<Map<string, { readonly serial: string; readonly key: string }>> {
    const nodes = [
      ...ORDERERS.map((name) => `org0-${name}`),
      ...ORGANIZATIONS.flatMap((organization) => PEERS.map((name) => `${organization}-${name}`)),
    ];
    const found = nodes.flatMap((node) => ['msp', 'tls'].map((use) => `${node}-${use}`));
    const described = found.map(async (name) => {
      const { serial, publicKeyFingerprint: key } = describeCertificate(
        entry(await dataOf(cluster, 'Secret', NAME, name), 'cert.pem'),
      );
      return [name, { serial, key }] as const;
    });
    return new Map(await Promise.all(described));
  }

  it('are renewed with the same key, one node after the other, while transactions go on', async () => {
    const [before, podsBefore] = [await certificates(), await pods()];
    const traffic = startTransactions(clients, { channel: CHANNEL, name: 'certificates', perSecond: PER_SECOND });
    await testNetwork.describe(described(ORDERER, PEER, { certificates: LATER }));
    const planned = documentOf(await expectDone(testNetwork.weft('plan', '-o', 'json')));
    await expectDone(testNetwork.weft('up'));
    const seen = await traffic.stop();
    tell('renewal of all certificates', seen);
    expect(seen.failed).toEqual([]);

    const reasons = planned.steps.filter(({ step, outcome }) => step === 'enrollIdentity' && outcome === 'updated');
    // Admins and chaincode servers, too.
    expect(reasons).toHaveLength(ORDERERS.length + ORGANIZATIONS.length * PEERS.length + 3 + ORGANIZATIONS.length);
    for (const { reason } of reasons) expect(reason).toMatch(/^the certificate expires at /);
    const after = await certificates();
    for (const [name, { serial, key }] of before) {
      expect(after.get(name)?.key, name).toBe(key);
      expect(after.get(name)?.serial, name).not.toBe(serial);
    }
    const podsAfter = await pods();
    for (const [node, { uid }] of podsBefore) expect(podsAfter.get(node)?.uid, node).not.toBe(uid);
  });

  it('are left alone when they are renewed: the next run has nothing to do', async () => {
    const { outcome } = documentOf(await expectDone(testNetwork.weft('up', '-o', 'json')));
    expect(outcome).toBe('unchanged');
  });
});

describe('a change of all orderers to an image that does not exist', { timeout: 300_000 }, () => {
  it('stops at the first of them: the others never stop, and transactions go on', async () => {
    const before = await pods();
    const traffic = startTransactions(clients, { channel: CHANNEL, name: 'image', perSecond: PER_SECOND });
    await testNetwork.describe(
      described({ ...ORDERER, image: 'localhost:1/it-roll/missing:2.5.9' }, PEER, {
        certificates: LATER,
        rolloutTimeoutSeconds: 20,
      }),
    );
    const { exitCode, stderr } = await testNetwork.weft('up');
    const seen = await traffic.stop();
    tell('an image that does not exist', seen);
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(
      /✖ org0\/orderer\d: org0-orderer\d: image localhost:1\/it-roll\/missing:2\.5\.9 cannot be pulled/,
    );
    // Two orderers are a quorum from the first moment on. Without one, what is submitted would fail once its patience ends.
    expect(seen.failed).toEqual([]);

    const after = await pods();
    const stopped = [...before].filter(([node, { uid }]) => after.get(node)?.uid !== uid).map(([node]) => node);
    expect(stopped).toHaveLength(1);
    expect(stopped[0]).toMatch(/^org0-orderer/);
  });

  it('is mended by a correct one: the one that is missing comes back first, and nothing else restarts', async () => {
    const before = await pods();
    await testNetwork.describe(described(ORDERER, PEER, { certificates: LATER }));
    await expectDone(testNetwork.weft('up'));
    const after = await pods();
    const restarted = [...after].filter(([node, { uid }]) => before.get(node)?.uid !== uid).map(([node]) => node);
    expect(restarted).toHaveLength(1);
    expect(await expectDone(testNetwork.weft('status', '--exit-code'))).toMatchObject({ exitCode: 0 });
  });
});

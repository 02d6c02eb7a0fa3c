import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { opensslVerify } from '../../support/openssl.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { viewAuthorities } from './authorities.ts';
import {
  changesIn,
  describedNetwork,
  documentOf,
  expectDone,
  volumesOf,
  type DescribedNetwork,
  type NodeDescription,
  type OrganizationDescription,
} from './described-network.ts';
import { handshake } from './endpoint.ts';
import { dataOf, differences, entry, NOTHING, snapshot, type Snapshot } from './objects.ts';

/*
 * One network that is changed again and again: each change is planned, made, and touches nothing but what it is about.
 */

const NAME = 'it-converge';

/** Keeps the description itself, so every change of the description changes it; nothing reads it at run time. */
const RECORD = `ConfigMap ${NAME}-network`;

const PEER = 'org2-peer3';
const OWN_OBJECTS = [
  `ConfigMap ${PEER}-config`,
  `Deployment ${PEER}`,
  `PersistentVolumeClaim ${PEER}`,
  `Secret ${PEER}-chaincode-builder`,
  `Secret ${PEER}-msp`,
  `Secret ${PEER}-tls`,
  `Service ${PEER}`,
];
const REMOVAL = [`recordNetwork ${NAME}`, 'removeNode org2/peer3', 'revokeCertificates org2/peer3'];
const DATA = OWN_OBJECTS.filter((name) => /^(PersistentVolumeClaim|Secret) /.test(name));

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, withPeers(2));
  await expectDone(testNetwork.weft('up'));
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('a network that is as described', () => {
  it('weft up reports every step unchanged, and touches no object', async () => {
    const before = await look();
    const { outcome, steps, counts } = documentOf(await expectDone(testNetwork.weft('up', '-o', 'json')));
    expect(outcome).toBe('unchanged');
    expect(steps.filter((step) => step.outcome !== 'unchanged')).toEqual([]);
    expect(counts).toEqual({ unchanged: steps.length, created: 0, updated: 0, removed: 0 });
    expect(differences(before, await look())).toEqual(NOTHING);
  });

  it('weft plan says that there is nothing to do, and touches no object', async () => {
    const before = await look();
    const { stdout } = await expectDone(testNetwork.weft('plan', '--exit-code'));
    expect(stdout).toBe('No changes. The network is as described.');
    expect(differences(before, await look())).toEqual(NOTHING);
  });
});

describe.for([
  ['ahead of', 2 * 3_600_000],
  ['behind', -2 * 3_600_000],
] as const)("a worker whose clock is two hours %s the cluster's", ([words, lead]) => {
  beforeAll(async () => {
    await worker.stop();
    worker = await startWorker({
      NODE_OPTIONS: `--import ${join(import.meta.dirname, '../../support/shifted-clock.ts')}`,
      WEFT_TEST_CLOCK_LEAD: String(lead),
    });
  });

  afterAll(async () => {
    await worker.stop();
    worker = await startWorker();
  });

  it('says so, and neither enrolls nor restarts anything', async () => {
    const before = await look();
    const refused = await testNetwork.weft('up', '-o', 'json');
    expect(refused.exitCode, refused.stderr).toBe(1);
    expect(refused.stderr).toContain(`The clock of the worker is 2 h ${words} that of the API server`);
    expect(JSON.parse(refused.stdout)).toMatchObject({ outcome: 'failed', failure: { type: 'ClockDiffers' } });
    expect(differences(before, await look())).toEqual(NOTHING);
  });
});

describe('a peer that is added to the description', () => {
  let before: Snapshot;

  beforeAll(async () => {
    before = await look();
    await testNetwork.describe(withPeers(3));
  });

  it('weft plan names it and nothing else, each step with its reason, and touches no object', async () => {
    const planned = await testNetwork.weft('plan', '--exit-code', '-o', 'json');
    expect(planned.exitCode, planned.stderr).toBe(5);
    const document = documentOf(planned);
    expect(changesIn(document)).toEqual([
      'applyDeployment org2/peer3',
      'claimVolumes org2',
      'enrollIdentity org2/peer3',
      `recordNetwork ${NAME}`,
    ]);
    const reasons = document.steps.filter(({ outcome }) => outcome !== 'unchanged').map(({ reason }) => reason);
    expect(reasons).not.toContain('');
    expect(document.counts).toMatchObject({ created: 3, updated: 1, removed: 0 });
    expect(differences(before, await look())).toEqual(NOTHING);
  });

  it('weft up makes that peer, and leaves every other object and pod as it was', async () => {
    const document = documentOf(await expectDone(testNetwork.weft('up', '-o', 'json')));
    expect(changesIn(document).filter((change) => !change.endsWith('org2/peer3'))).toEqual([
      'claimVolumes org2',
      `recordNetwork ${NAME}`,
    ]);
    const { added, removed, changed } = differences(before, await look());
    expect(withoutPods(added)).toEqual(OWN_OBJECTS);
    expect(podsOf(added)).toEqual([`Pod ${PEER}`, `ReplicaSet ${PEER}`]);
    expect({ removed, changed }).toEqual({ removed: [], changed: [RECORD] });
  });
});

describe('a peer that is no longer in the description', () => {
  let before: Snapshot;
  let volume: string;
  let certificate: string;

  beforeAll(async () => {
    before = await look();
    volume = await volumeOf(PEER);
    certificate = await certificateOf(PEER);
    await testNetwork.describe(withPeers(2));
  });

  it('weft plan says that it will be removed, and touches no object', async () => {
    const document = documentOf(await expectDone(testNetwork.weft('plan', '-o', 'json')));
    expect(changesIn(document)).toEqual(REMOVAL);
    expect(document.counts).toMatchObject({ created: 0, updated: 2, removed: 1 });
    expect(differences(before, await look())).toEqual(NOTHING);
  });

  it('weft up without --yes and without a terminal refuses with exit code 2, and touches no object', async () => {
    const refused = await testNetwork.weft('up', '-o', 'json');
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('org2/peer3');
    expect(refused.stderr).toContain('--yes');
    expect(JSON.parse(refused.stdout)).toMatchObject({ network: NAME, outcome: 'failed', removals: ['org2/peer3'] });
    expect(differences(before, await look())).toEqual(NOTHING);
  });

  it('weft up --yes revokes its certificates at both CAs, removes it, and keeps its volume and its keys', async () => {
    const keys = await keysOf(PEER);
    expect(await timesEnrolled(PEER)).toEqual([1, 1]);
    const document = documentOf(await expectDone(testNetwork.weft('up', '--yes', '-o', 'json')));
    expect(changesIn(document)).toEqual(REMOVAL);
    const { added, removed, changed } = differences(before, await look());
    expect(withoutPods(removed)).toEqual(OWN_OBJECTS.filter((name) => !DATA.includes(name)));
    expect(podsOf(removed)).toEqual([`Pod ${PEER}`, `ReplicaSet ${PEER}`]);
    expect({ added, changed }).toEqual({
      added: [],
      // They say that their certificates are revoked.
      changed: [RECORD, `Secret ${PEER}-msp`, `Secret ${PEER}-tls`],
    });
    expect(await volumeOf(PEER)).toBe(volume);
    expect(await keysOf(PEER)).toEqual(keys);
    expect(await timesEnrolled(PEER)).toEqual([0, 0]);
  });

  it('a removed peer whose data is kept is nothing to do', async () => {
    const { stdout } = await expectDone(testNetwork.weft('plan'));
    expect(stdout).toBe('No changes. The network is as described.');
  });

  it('added again it comes back on its old volume with its old keys, and enrolls anew under its name', async () => {
    const keys = await keysOf(PEER);
    await testNetwork.describe(withPeers(3));
    await expectDone(testNetwork.weft('up'));
    expect(await volumeOf(PEER)).toBe(volume);
    expect(await certificateOf(PEER)).not.toBe(certificate);
    expect(await keysOf(PEER)).toEqual(keys);
    await expectEnrolled(PEER);
    expect(await timesEnrolled(PEER)).toEqual([1, 1]);
  });

  it('--prune-data removes its volume and its keys too', async () => {
    expect(await volumesOf(cluster, NAME)).toContain(volume);
    await testNetwork.describe(withPeers(2));
    const kept = await look();
    await expectDone(testNetwork.weft('up', '--yes', '--prune-data'));
    const { added, removed, changed } = differences(kept, await look());
    expect(withoutPods(removed)).toEqual(OWN_OBJECTS);
    expect({ added, changed }).toEqual({ added: [], changed: [RECORD] });
    await expect.poll(() => volumesOf(cluster, NAME), { timeout: VOLUME_GONE_MS }).not.toContain(volume);
  });

  it('added once more it starts on a new volume, with a new enrollment of the identity that the CA knows', async () => {
    await testNetwork.describe(withPeers(3));
    await expectDone(testNetwork.weft('up'));
    expect(await volumeOf(PEER)).not.toBe(volume);
    expect(await certificateOf(PEER)).not.toBe(certificate);
    await expectEnrolled(PEER);
    expect(await timesEnrolled(PEER)).toEqual([1, 1]);
  });

  it('the data of a peer that was removed earlier can be pruned later, and is asked about as well', async () => {
    await testNetwork.describe(withPeers(2));
    await expectDone(testNetwork.weft('up', '--yes'));
    const kept = await look();
    const refused = await testNetwork.weft('up', '--prune-data');
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(differences(kept, await look())).toEqual(NOTHING);

    await expectDone(testNetwork.weft('up', '--prune-data', '--yes'));
    expect(differences(kept, await look())).toEqual({ added: [], removed: DATA, changed: [] });
  });
});

describe("a node's environment", () => {
  it('changed in the description, updates that node and restarts its pod alone', async () => {
    const before = await look();
    await testNetwork.describe(
      withPeers([{ name: 'peer1', environment: { FABRIC_LOGGING_SPEC: 'info:gossip=warning' } }, { name: 'peer2' }]),
    );
    const planned = documentOf(await expectDone(testNetwork.weft('plan', '-o', 'json')));
    expect(changesIn(planned)).toEqual(['applyDeployment org2/peer1', `recordNetwork ${NAME}`]);
    expect(differences(before, await look())).toEqual(NOTHING);

    const document = documentOf(await expectDone(testNetwork.weft('up', '-o', 'json')));
    expect(changesIn(document)).toEqual([
      'applyDeployment org2/peer1',
      'awaitRollout org2/peer1',
      `recordNetwork ${NAME}`,
    ]);
    expect(document.counts).toMatchObject({ created: 0, updated: 3, removed: 0 });
    const { added, removed, changed } = differences(before, await look());
    expect(podsOf(removed)).toEqual(['Pod org2-peer1']);
    expect(podsOf(added)).toEqual(['Pod org2-peer1', 'ReplicaSet org2-peer1']);
    expect([...withoutPods(added), ...withoutPods(removed)]).toEqual([]);
    // The ReplicaSet of the old pod stays for a roll-back, with no pods.
    expect(podsOf(changed)).toEqual(['ReplicaSet org2-peer1']);
    expect(withoutPods(changed)).toEqual([RECORD, 'ConfigMap org2-peer1-config', 'Deployment org2-peer1'].sort());
    expect(await dataOf(cluster, 'ConfigMap', NAME, 'org2-peer1-config')).toMatchObject({
      FABRIC_LOGGING_SPEC: 'info:gossip=warning',
    });
  });
});

describe('a change that what stands cannot follow', () => {
  it('is refused by weft plan and weft up with every field and its reason, and no object is touched', async () => {
    const before = await look();
    const [ordering, ...others] = withPeers(2);
    await testNetwork.describe([{ ...ordering, name: 'org0', mspId: 'OtherMSP' }, ...others]);
    for (const command of ['plan', 'up'] as const) {
      const { exitCode, stderr } = await testNetwork.weft(command);
      expect(exitCode, stderr).toBe(1);
      expect(stderr).toMatch(
        /it-converge stands, and cannot follow this change of its description\. Nothing was touched\./,
      );
      expect(stderr).toMatch(
        /organizations\[0\]\.mspId was "Org0MSP" and cannot become "OtherMSP": channels and certificates/,
      );
      expect(stderr).toMatch(/Undo the change of organizations\[0\]\.mspId in the description/);
    }
    expect(differences(before, await look())).toEqual(NOTHING);
  });

  it('is none any more when it is undone', async () => {
    await testNetwork.describe(withPeers(2));
    await expectDone(testNetwork.weft('up'));
  });
});

/** The provisioner deletes a volume within a second after its claim. */
const VOLUME_GONE_MS = 30_000;

function withPeers(peers: number | readonly NodeDescription[]): OrganizationDescription[] {
  return [
    { name: 'org0', orderers: 1 },
    { name: 'org2', peers },
  ];
}

function look(): Promise<Snapshot> {
  return snapshot(cluster, NAME);
}

const IS_POD = /^(Pod|ReplicaSet) /;

function withoutPods(names: readonly string[]): string[] {
  return names.filter((name) => !IS_POD.test(name));
}

/** Pods and ReplicaSets without the endings that Kubernetes gives to their names. */
function podsOf(names: readonly string[]): string[] {
  return names.filter((name) => IS_POD.test(name)).map((name) => /^\w+ \w+-\w+/.exec(name)?.[0] ?? name);
}

/** The persistent volume that a node's claim is bound to. */
async function volumeOf(node: string): Promise<string> {
  const claim = await observe(cluster, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace: NAME, name: node },
  });
  return (claim?.['spec'] as { volumeName: string }).volumeName;
}

async function certificateOf(node: string): Promise<string> {
  return entry(await dataOf(cluster, 'Secret', NAME, `${node}-msp`), 'cert.pem');
}

/** Its keys as an identity and at its TLS endpoint. */
async function keysOf(node: string): Promise<string[]> {
  const secrets = await Promise.all(['msp', 'tls'].map((use) => dataOf(cluster, 'Secret', NAME, `${node}-${use}`)));
  return secrets.map((secret) => entry(secret, 'key.pem'));
}

/** The node's identity leads to its CA, and it serves TLS under its name. */
async function expectEnrolled(node: string): Promise<void> {
  const roots = await dataOf(cluster, 'ConfigMap', NAME, 'org2-ca-certificates');
  await expect(opensslVerify(await certificateOf(node), entry(roots, 'ca.pem'))).resolves.toContain('OK');
  const shown = await handshake(
    cluster,
    { namespace: NAME, service: node, port: 443 },
    { roots: entry(roots, 'tlsca.pem'), servername: node },
  );
  expect(shown.toString()).toBe(entry(await dataOf(cluster, 'Secret', NAME, `${node}-tls`), 'cert.pem'));
}

/** How many certificates of the enrollment CA and of the TLS CA a node has that neither ended nor are revoked. */
async function timesEnrolled(node: string): Promise<number[]> {
  const { enrollmentCa, tlsCa, close } = await viewAuthorities(cluster, { name: 'org2', namespace: NAME });
  try {
    const issued = await Promise.all([enrollmentCa.issuedTo(), tlsCa.issuedTo()]);
    return issued.map((names) => names.filter((name) => name === node).length);
  } finally {
    await close();
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, observe, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { viewAuthorities } from './authorities.ts';
import {
  describedNetwork,
  documentOf,
  expectDone,
  SMALLEST,
  volumesOf,
  type DescribedNetwork,
} from './described-network.ts';
import { decoded, differences, NOTHING, objectsIn, snapshot } from './objects.ts';

/*
 * `weft down`: all that Weft made goes, what others made stays, and with --keep-data the network can come back as it was.
 */

/** The tests of a namespace that Weft makes. */
const NAME = 'it-down';

/** The tests of a namespace that was there before. */
const GUEST = 'it-down-guest';

/** A name of which the cluster has never heard. */
const UNKNOWN = 'it-down-unknown';

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let guest: DescribedNetwork;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, SMALLEST);
  guest = await describedNetwork(GUEST, SMALLEST);
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await guest.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('a network that is not there', () => {
  it('weft down says so, with exit code 0', async () => {
    const { exitCode, stdout } = await weft('down', UNKNOWN, '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Nothing of ${UNKNOWN} is on `));
  });

  it('weft down -o json reports that nothing was removed', async () => {
    const { network, outcome, counts } = documentOf(await expectDone(weft('down', UNKNOWN, '--yes', '-o', 'json')));
    expect({ network, outcome }).toEqual({ network: UNKNOWN, outcome: 'unchanged' });
    expect(counts).toMatchObject({ created: 0, updated: 0, removed: 0 });
  });
});

describe('a network in a namespace that Weft made', () => {
  let secrets: Readonly<Record<string, unknown>>;
  let roots: readonly string[];
  let volumes: readonly string[];
  let foreign: readonly KubernetesObject[];

  beforeAll(async () => {
    await expectDone(testNetwork.weft('up'));
    secrets = await secretsOf(NAME);
    roots = await rootsOf(NAME);
    volumes = await volumesOf(cluster, NAME);
  });

  it('weft down without --yes and without a terminal refuses with exit code 2, and touches no object', async () => {
    const before = await snapshot(cluster, NAME);
    const refused = await weft('down', NAME, '-o', 'json');
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain(`weft down ${NAME} --yes`);
    expect(documentOf(refused)).toMatchObject({ network: NAME, outcome: 'failed', steps: [] });
    expect(differences(before, await snapshot(cluster, NAME))).toEqual(NOTHING);
  });

  it('--keep-data takes every node away and keeps volumes and keys', async () => {
    await expectDone(weft('down', NAME, '--yes', '--keep-data'));
    const left = await madeByWeft(NAME);
    expect([...new Set(left.map(({ kind }) => kind))].sort()).toEqual(['PersistentVolumeClaim', 'Secret']);
    expect(await secretsOf(NAME)).toEqual(secrets);
    expect(await volumesOf(cluster, NAME)).toEqual(volumes);
    // A second time there is nothing left to do.
    const { counts } = documentOf(await expectDone(weft('down', NAME, '--yes', '--keep-data', '-o', 'json')));
    expect(counts.removed).toBe(0);
  });

  it('a later weft up comes up on what was kept: the same CAs, the same identities, none enrolled anew', async () => {
    await expectDone(testNetwork.weft('up'));
    expect(await rootsOf(NAME)).toEqual(roots);
    expect(await secretsOf(NAME)).toEqual(secrets);
    expect(await volumesOf(cluster, NAME)).toEqual(volumes);
    const authorities = await viewAuthorities(cluster, { name: 'org1', namespace: NAME });
    try {
      for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) {
        expect(await ca.issuedTo()).toEqual(['org1-admin', 'org1-orderer1', 'org1-peer1', 'rcaadmin']);
      }
    } finally {
      await authorities.close();
    }
  });

  it('weft up does not touch what somebody else made in its namespace', async () => {
    for (const object of FOREIGN) await create(object);
    foreign = await settled(FOREIGN);
    await expectDone(testNetwork.weft('up'));
    expect(await observed(FOREIGN)).toEqual(foreign);
  });

  it('weft down removes all that Weft made, and leaves that and the namespace', async () => {
    const ended = await expectDone(weft('down', NAME, '--yes', '-o', 'json'));
    const document = documentOf(ended);
    expect({ network: document.network, outcome: document.outcome }).toEqual({ network: NAME, outcome: 'removed' });
    const removed = document.steps.filter(({ outcome }) => outcome === 'removed').map(({ target }) => target);
    expect(removed).toEqual(expect.arrayContaining(['org1/admin', 'org1/ca', 'org1/orderer1', 'org1/peer1']));
    expect(document.counts.removed).toBe(removed.length);
    expect(Object.keys(document).sort()).toEqual(['counts', 'network', 'outcome', 'steps']);
    expect(document.steps.map(({ reason }) => reason).join('\n')).toContain('Deployment somebody-elses');
    expect(ended.stderr).toContain('the namespace stays');

    expect(await madeByWeft(NAME)).toEqual([]);
    expect(await observed(FOREIGN)).toEqual(foreign);
    expect(await namespace(NAME)).toBeDefined();
    await expect.poll(() => volumesOf(cluster, NAME), { timeout: VOLUMES_GONE_MS }).toEqual([]);
  });

  it('once that is gone, weft down removes the namespace too', async () => {
    for (const object of FOREIGN) await remove(object);
    const { outcome } = documentOf(await expectDone(weft('down', NAME, '--yes', '-o', 'json')));
    expect(outcome).toBe('removed');
    expect(await namespace(NAME)).toBeUndefined();
  });
});

describe('a network in a namespace that was there before', () => {
  it('weft down takes everything away and leaves the namespace as it was', async () => {
    const reference = namespaceManifest(GUEST, { team: 'payments' });
    await cluster.request({ method: 'POST', path: '/api/v1/namespaces', body: reference, purpose: `make ${GUEST}` });
    await expect.poll(() => kindsIn(GUEST), { timeout: VOLUMES_GONE_MS }).toEqual(BUILT_IN);
    const before = await snapshot(cluster, GUEST);

    await expectDone(guest.weft('up'));
    expect(await volumesOf(cluster, GUEST)).toHaveLength(3);
    await expectDone(guest.weft('down', '--yes'));

    expect(differences(before, await snapshot(cluster, GUEST))).toEqual(NOTHING);
    await expect.poll(() => volumesOf(cluster, GUEST), { timeout: VOLUMES_GONE_MS }).toEqual([]);
  });
});

/** The provisioner deletes volumes within a second after their claims. */
const VOLUMES_GONE_MS = 30_000;

/** What Kubernetes itself puts into every namespace. */
const BUILT_IN = ['ConfigMap kube-root-ca.crt'];

/** What a colleague keeps beside the network, as much like Weft's own objects as can be. */
const FOREIGN: readonly KubernetesObject[] = [
  foreignObject('v1', 'ConfigMap', { data: { note: 'mine' } }),
  foreignObject('v1', 'Secret', { stringData: { note: 'mine' } }),
  foreignObject('apps/v1', 'Deployment', {
    spec: {
      // No pod is needed to see whether a Deployment is touched.
      replicas: 0,
      selector: { matchLabels: { app: 'somebody-elses' } },
      template: {
        metadata: { labels: { app: 'somebody-elses' } },
        spec: { containers: [{ name: 'some', image: 'somebody/elses' }] },
      },
    },
  }),
];

function foreignObject(apiVersion: string, kind: string, fields: object): KubernetesObject {
  const labels = { 'app.kubernetes.io/managed-by': 'somebody', 'weft.dev/organization': 'org1' };
  return { apiVersion, kind, metadata: { name: 'somebody-elses', namespace: NAME, labels }, ...fields };
}

function collectionOf({ apiVersion, kind }: KubernetesObject): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return `${root}/namespaces/${NAME}/${kind.toLowerCase()}s`;
}

async function create(object: KubernetesObject): Promise<void> {
  await cluster.request({ method: 'POST', path: collectionOf(object), body: object, purpose: `make ${object.kind}` });
}

async function remove(object: KubernetesObject): Promise<void> {
  const path = `${collectionOf(object)}/${object.metadata.name}`;
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground' };
  await cluster.request({ method: 'DELETE', path, body, purpose: `remove ${object.kind}` });
  await expect.poll(() => observe(cluster, object), { timeout: VOLUMES_GONE_MS }).toBeUndefined();
}

/** The objects as they stand once their controllers have written to them. */
async function settled(objects: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
  await expect
    .poll(
      async () => {
        const all = await observed(objects);
        const { status } = all.find(({ kind }) => kind === 'Deployment') as { status?: { conditions?: unknown[] } };
        return status?.conditions?.length;
      },
      { timeout: VOLUMES_GONE_MS },
    )
    .toBe(2);
  return observed(objects);
}

async function observed(objects: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
  const found = await Promise.all(objects.map((object) => observe(cluster, object)));
  return found.filter((object) => object !== undefined);
}

async function kindsIn(name: string): Promise<string[]> {
  return (await objectsIn(cluster, name)).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
}

function madeByWeft(name: string): Promise<KubernetesObject[]> {
  return objectsIn(cluster, name, `weft.dev/network=${name}`);
}

/** The material of every identity and CA, by the name of its Secret. */
async function secretsOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace: name });
  return Object.fromEntries(secrets.map((secret) => [secret.metadata.name, decoded(secret)]));
}

async function rootsOf(name: string): Promise<string[]> {
  const { enrollmentCa, tlsCa, close } = await viewAuthorities(cluster, { name: 'org1', namespace: name });
  try {
    return await Promise.all([enrollmentCa.root(), tlsCa.root()]);
  } finally {
    await close();
  }
}

function namespace(name: string): Promise<KubernetesObject | undefined> {
  return observe(cluster, namespaceManifest(name));
}

function namespaceManifest(name: string, labels: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

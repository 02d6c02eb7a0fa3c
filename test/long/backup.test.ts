import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { awaitGone, list, ownedBy, type Cluster, type KubernetesObject } from '../../src/kubernetes/index.ts';
import { collectionPath, objectPath } from '../../src/kubernetes/client/paths.ts';
import { startWorker, testCluster, weft, type Ended, type TestWorker } from '../support/weft.ts';
import { viewAuthorities } from '../integration/network/authorities.ts';
import {
  describedNetwork,
  documentOf,
  expectDone,
  volumesOf,
  type DescribedNetwork,
} from '../integration/network/described-network.ts';
import { dataOf, decoded } from '../integration/network/objects.ts';

/*
 * What a backup is for: an organization, or the whole network, that has lost its namespace has the same identities again, and its
 * channel goes on as far as ledgers are left.
 */

const NAME = 'it-backup';
const CHANNEL = 'mychannel';
const NAMESPACES = { org0: `${NAME}-org0`, org1: `${NAME}-org1` };

let cluster: Cluster;
let worker: TestWorker;
let network: DescribedNetwork;
let folder: string;
/** What each organization's Secrets held when the backup was made. */
let before: Readonly<Record<keyof typeof NAMESPACES, Secrets>>;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  folder = await mkdtemp(join(tmpdir(), 'weft-it-backup-'));
  network = await describedNetwork(NAME, described(10));
  await expectDone(network.weft('up'));
  const identity = await generateX25519Identity();
  await writeFile(join(folder, 'key.txt'), `# a comment, as age-keygen writes it\n${identity}\n`);
  before = { org0: await secretsIn('org0'), org1: await secretsIn('org1') };
  const recipient = await identityToRecipient(identity);
  const made = await expectDone(
    weft('backup', '-f', network.file, '--out', backupFile(), '--recipient', recipient, '-o', 'json'),
  );
  console.info(`backup: ${made.stdout.replaceAll(/\s+/g, ' ')}`);
});

afterAll(async () => {
  await network.remove(cluster);
  await rm(folder, { recursive: true, force: true });
  await worker.stop();
  await cluster.close();
});

function described(messages: number): Parameters<DescribedNetwork['describe']>[0] {
  return {
    organizations: [
      { name: 'org0', namespace: NAMESPACES.org0, orderers: 1 },
      { name: 'org1', namespace: NAMESPACES.org1, peers: 1 },
    ],
    channels: [{ name: CHANNEL, batch: { maxMessageCount: messages } }],
  };
}

function backupFile(): string {
  return join(folder, 'net.age');
}

function restore(...flags: string[]): Promise<Ended> {
  return weft('restore', backupFile(), '--identity-file', join(folder, 'key.txt'), '-o', 'json', ...flags);
}

type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function secretsIn(organization: keyof typeof NAMESPACES): Promise<Secrets> {
  const options = { namespace: NAMESPACES[organization], labelSelector: ownedBy(NAME) };
  const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, options);
  return Object.fromEntries(secrets.map((secret) => [secret.metadata.name, decoded(secret)]));
}

/** Removes a namespace with all that is in it, volumes included. */
async function destroy(organization: keyof typeof NAMESPACES): Promise<void> {
  const namespace = NAMESPACES[organization];
  await removed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await expect.poll(() => volumesOf(cluster, namespace), { timeout: 60_000 }).toEqual([]);
}

async function removed(object: KubernetesObject): Promise<void> {
  await cluster.request({ method: 'DELETE', path: objectPath(object), purpose: `lose ${object.metadata.name}` });
  await awaitGone(cluster, object, AbortSignal.timeout(60_000));
}

/** Removes everything in a namespace but the volumes. */
async function destroyObjects(organization: keyof typeof NAMESPACES): Promise<void> {
  const namespace = NAMESPACES[organization];
  for (const [apiVersion, kind] of [
    ['apps/v1', 'Deployment'],
    ['v1', 'Service'],
    ['v1', 'Secret'],
    ['v1', 'ConfigMap'],
  ] as const) {
    const query = { labelSelector: ownedBy(NAME) };
    const objects = await list(cluster, { apiVersion, kind }, { namespace, ...query });
    const path = collectionPath({ apiVersion, kind }, namespace);
    if (kind === 'Service') await Promise.all(objects.map(removed));
    else await cluster.request({ method: 'DELETE', path, query, purpose: `lose every ${kind}` });
    await Promise.all(objects.map((object) => awaitGone(cluster, object, AbortSignal.timeout(60_000))));
  }
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace });
  await Promise.all(pods.map((pod) => awaitGone(cluster, pod, AbortSignal.timeout(60_000))));
}

/** The channel's number of blocks at its orderer and at its peer, which must be one. */
async function height(): Promise<number> {
  const { stdout } = await expectDone(network.weft('status', '-o', 'json', '--exit-code'));
  const { channels } = JSON.parse(stdout) as {
    readonly channels: readonly Readonly<Record<'orderers' | 'peers', readonly { readonly height: number }[]>>[];
  };
  const heights = channels.flatMap(({ orderers, peers }) => [...orderers, ...peers].map((node) => node.height));
  expect(new Set(heights).size, `heights ${heights.join(', ')}`).toBe(1);
  return heights[0] ?? 0;
}

/** Has every member sign a change of the channel, which makes one block. */
async function expectChannelGoesOn(messages: number): Promise<void> {
  const blocks = await height();
  await network.describe(described(messages));
  await expectDone(network.weft('up'));
  expect(await height()).toBe(blocks + 1);
}

describe('a backup', () => {
  it('is a file of age for its owner alone, and leaves the network as it was', async () => {
    expect((await stat(backupFile())).mode & 0o777).toBe(0o600);
    const content = (await readFile(backupFile())).toString('latin1');
    expect(content).toMatch(/^age-encryption\.org\/v1\n/);
    expect(content).not.toContain('PRIVATE KEY');
    expect(documentOf(await expectDone(network.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });
});

describe('an organization that has lost its namespace, with the volumes of its CA and its peer', () => {
  it('has the same identities after a restore, its peer fetches the blocks again, and the channel goes on', async () => {
    const issued = await issuedByOrg1();
    const roots = await dataOf(cluster, 'ConfigMap', NAMESPACES.org1, 'org1-ca-certificates');
    await destroy('org1');
    // Whoever tries this first has lost nothing by it.
    const { exitCode, stderr } = await network.weft('up');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(/✖ org1\/ca: Secret org1-ca-config in namespace it-backup-org1 is gone/);

    await expectDone(restore());
    await expectDone(network.weft('up'));
    expect(await secretsIn('org1')).toEqual(before.org1);
    expect(await dataOf(cluster, 'ConfigMap', NAMESPACES.org1, 'org1-ca-certificates')).toEqual(roots);
    // Its database knows the registrar, who asks, and what was issued.
    expect(await issuedByOrg1()).toEqual(issued);
    await expectChannelGoesOn(20);
  });

  it('is left alone by a restore that would overwrite something', async () => {
    const admin = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: NAMESPACES.org1, name: 'org1-admin-msp' },
    };
    await cluster.request({
      method: 'PATCH',
      path: objectPath(admin),
      contentType: 'application/merge-patch+json',
      body: { data: { 'cert.pem': Buffer.from('another').toString('base64') } },
      purpose: 'change the Admin',
    });
    const refused = await restore('--org', 'org1');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('Secret org1-admin-msp in namespace it-backup-org1 differs in cert.pem.');
    await removed(admin);
    await expectDone(restore('--org', 'org1'));
    expect(await secretsIn('org1')).toEqual(before.org1);
  });
});

describe('a network that has lost everything but its volumes', () => {
  it('goes on after a restore with all its blocks and the same identities', async () => {
    const blocks = await height();
    await destroyObjects('org0');
    await destroyObjects('org1');
    await expectDone(restore());
    await expectDone(network.weft('up'));
    expect(await height()).toBe(blocks);
    expect({ org0: await secretsIn('org0'), org1: await secretsIn('org1') }).toEqual(before);
    await expectChannelGoesOn(30);
  });
});

describe('a network that has lost both namespaces', () => {
  it('has its CAs and identities back; ledgers are not in a backup, and others begin only where the record is deleted', async () => {
    await destroy('org0');
    await destroy('org1');
    await expectDone(restore());
    const { exitCode, stderr } = await network.weft('up');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(
      /✖ org0: PersistentVolumeClaim org0-orderer1 in namespace it-backup-org0 is gone, although org0-orderer1 has run with it/,
    );

    const name = `${NAME}-network`;
    for (const namespace of Object.values(NAMESPACES)) {
      await removed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
    }
    await expectDone(network.weft('up'));
    // The genesis block, and the change that the description had seen since.
    expect(await height()).toBe(2);
    expect({ org0: await secretsIn('org0'), org1: await secretsIn('org1') }).toEqual(before);
  });
});

/** Whom the CAs of org1 have certified, as they say themselves. */
async function issuedByOrg1(): Promise<readonly string[]> {
  const authorities = await viewAuthorities(cluster, { name: 'org1', namespace: NAMESPACES.org1 });
  try {
    return [...(await authorities.enrollmentCa.issuedTo()), ...(await authorities.tlsCa.issuedTo())];
  } finally {
    await authorities.close();
  }
}

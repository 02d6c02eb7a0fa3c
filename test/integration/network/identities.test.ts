import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, type Cluster } from '../../../src/kubernetes/index.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { startWeft, startWorker, testCluster, weft, type Ended, type TestWorker } from '../../support/weft.ts';
import { enrollsWith, viewAuthorities, type AuthoritiesView } from './authorities.ts';
import { changesIn, describedNetwork, documentOf, expectDone, type DescribedNetwork } from './described-network.ts';
import { connectPeer } from './gateway-client.ts';
import { dataOf, entry } from './objects.ts';

/*
 * The identities of a network and of applications at its CAs: by what they enroll, and how they are revoked.
 */

const NAME = 'it-identities';
const ORG1 = { name: 'org1', namespace: NAME };
const PEER = 'org1-peer1';
const CHANNEL = 'trade';

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let authorities: AuthoritiesView;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  const image = await exampleChaincode();
  testNetwork = await describedNetwork(NAME, {
    organizations: [
      { name: 'org0', orderers: 1 },
      { name: 'org1', peers: 1 },
    ],
    channels: [{ name: CHANNEL, batch: { timeout: '500ms' } }],
    chaincodes: [{ name: 'basic', channel: CHANNEL, version: '1.0', image }],
  });
  await expectDone(testNetwork.weft('up'));
  authorities = await viewAuthorities(cluster, ORG1);
});

afterAll(async () => {
  await authorities.close();
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

async function secretNames(): Promise<string[]> {
  const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace: NAME });
  return secrets.map(({ metadata }) => metadata.name);
}

describe('an enrollment secret', { timeout: 240_000 }, () => {
  it('is kept nowhere', async () => {
    expect((await secretNames()).filter((name) => name.includes('enrollment'))).toEqual([]);
  });

  it('that an older version kept is withdrawn by the next run, which touches nothing else', async () => {
    const secret = 'the-secret-of-an-older-version';
    for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) {
      await ca.setSecret(PEER, { secret, maxEnrollments: -1 });
    }
    await keepSecret(secret);
    expect(await enrollsWith(cluster, ORG1, PEER, secret)).toBe(true);

    const { stdout } = await testNetwork.weft('plan');
    expect(stdout).toContain('enrollment secrets that were kept are withdrawn');
    const run = documentOf(await expectDone(testNetwork.weft('up', '-o', 'json')));
    expect(changesIn(run)).toEqual(['enrollRegistrar org1/ca']);
    expect(await secretNames()).not.toContain(`${PEER}-enrollment`);
    expect(await enrollsWith(cluster, ORG1, PEER, secret)).toBe(false);
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });
});

describe('an application', { timeout: 240_000 }, () => {
  it('gets an identity of its own, with its attributes, by which it submits transactions', async () => {
    const { stdout } = await expectDone(
      identity('add', 'app1', '--attribute', 'role=teller:ecert', '--affiliation', 'org1.department1'),
    );
    expect(stdout).toContain('app1 of org1 is enrolled.');
    await expectDone(identity('add', 'app2'));
    expect(documentOf(await expectDone(identity('add', 'app2', '-o', 'json'))).outcome).toBe('unchanged');

    const certificate = new X509Certificate(
      entry(await dataOf(cluster, 'Secret', NAME, 'org1-app1-identity'), 'cert.pem'),
    );
    expect(certificate.raw.toString('latin1')).toContain('"role":"teller"');
    expect(certificate.subject.split(/\n| \+ /).sort()).toEqual(['CN=app1', 'OU=client', 'OU=department1', 'OU=org1']);
    await createAsset('app1', 'first');
    await createAsset('app2', 'second');
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });

  it('whose identity is revoked is refused by peers, and another goes on', async () => {
    const revoked = await connectPeer(cluster, NAME, 'org1', 'peer1', TIMEOUT_MS, 'org1-app1-identity');
    try {
      const document = documentOf(await expectDone(identity('revoke', 'app1', '-o', 'json')));
      expect(changesIn(document)).toEqual([
        'revokeIdentity org1/app1',
        ...['signConfigUpdate trade@org1', 'submitConfigUpdate trade'],
      ]);
      await expect(
        revoked.contract(CHANNEL, 'basic').submitTransaction(...assetOf('app1', 'refused')),
      ).rejects.toThrow();
      await expect(revoked.height(CHANNEL)).rejects.toThrow(/access denied|revoked/);
    } finally {
      await revoked.close();
    }
    await createAsset('app2', 'third');
  });

  it('is told to be revoked, hands nothing out, and stays so', async () => {
    const { stdout } = await expectDone(weft('identity', 'list', '--network', NAME));
    expect(stdout).toMatch(/^org1 +app1 +client +org1\.department1 +role=teller +revoked 20/m);
    expect(stdout).toMatch(/^org1 +app2 +client +- +- +valid until 20/m);
    expect((await weft('connection', '--network', NAME, '--org', 'org1', '--identity', 'app1')).exitCode).toBe(1);
    expect(documentOf(await expectDone(identity('revoke', 'app1', '-o', 'json'))).outcome).toBe('unchanged');
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
    const { exitCode, stderr } = await identity('add', 'app1', '--affiliation', 'org1.department1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('app1 is revoked at its CA');
  });

  it('is revoked although the worker is killed when its CA has done so', async () => {
    const application = await connectPeer(cluster, NAME, 'org1', 'peer1', TIMEOUT_MS, 'org1-app2-identity');
    try {
      const command = startWeft(['identity', 'revoke', 'app2', '--org', 'org1', '--network', NAME]);
      await expect
        .poll(async () => dataOf(cluster, 'Secret', NAME, 'org1-app2-identity'), { timeout: TIMEOUT_MS, interval: 20 })
        .toHaveProperty('revoked');
      await worker.kill();
      worker = await startWorker();
      await expectDone(command.ended);
      await expect(application.height(CHANNEL)).rejects.toThrow(/access denied|revoked/);
    } finally {
      await application.close();
    }
  });
});

const TIMEOUT_MS = 60_000;

function identity(command: 'add' | 'revoke', name: string, ...flags: readonly string[]): Promise<Ended> {
  return weft('identity', command, name, '--org', 'org1', '--network', NAME, ...flags);
}

/** What creates an asset. */
function assetOf(owner: string, id: string): [string, ...string[]] {
  return ['CreateAsset', id, 'blue', '5', owner, '400'];
}

/** Submits a transaction by the identity of an application, and awaits that it is committed. */
async function createAsset(application: string, id: string): Promise<void> {
  const peer = await connectPeer(cluster, NAME, 'org1', 'peer1', TIMEOUT_MS, `org1-${application}-identity`);
  try {
    await peer.contract(CHANNEL, 'basic').submitTransaction(...assetOf(application, id));
  } finally {
    await peer.close();
  }
}

/** Stores an enrollment secret as older versions did. */
async function keepSecret(secret: string): Promise<void> {
  const labels = {
    'app.kubernetes.io/managed-by': 'weft',
    'weft.dev/network': NAME,
    'weft.dev/organization': ORG1.name,
    'weft.dev/node': PEER,
  };
  await cluster.request({
    method: 'POST',
    path: `/api/v1/namespaces/${NAME}/secrets`,
    body: {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: `${PEER}-enrollment`, namespace: NAME, labels } },
      stringData: { id: PEER, secret },
    },
    purpose: 'store an enrollment secret',
  });
}

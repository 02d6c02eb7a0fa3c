import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, type Cluster } from '../../../src/kubernetes/index.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { enrollsWith, viewAuthorities, type AuthoritiesView } from './authorities.ts';
import {
  changesIn,
  describedNetwork,
  documentOf,
  expectDone,
  SMALLEST,
  type DescribedNetwork,
} from './described-network.ts';

/*
 * The identities of a network at its CAs: by what they enroll, and what becomes of it.
 */

const NAME = 'it-identities';
const ORG1 = { name: 'org1', namespace: NAME };
const PEER = 'org1-peer1';

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let authorities: AuthoritiesView;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, SMALLEST);
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

import { expect, test } from 'vitest';

import { list, observe, snapshotOf, type Cluster } from '../../../../src/kubernetes/index.ts';
import { failure, apiServers, type FakeApiServer } from '../api-server.ts';
import { newConfigMap } from '../fixtures.ts';

const KIND = { apiVersion: 'v1', kind: 'ConfigMap' };
const KEPT = newConfigMap({ a: '1' });
const COLLECTION = '/api/v1/namespaces/test/configmaps';

const serve = apiServers();

/** A cluster of one ConfigMap, which is listed and not told alone. */
function listing(): Promise<FakeApiServer> {
  const absent = failure(404, 'NotFound', 'configmaps not found', { kind: 'configmaps' });
  return serve(({ method, url }) =>
    method === 'GET' && url.startsWith(`${COLLECTION}?`) ? { status: 200, body: { items: [KEPT] } } : absent,
  );
}

function snapshot({ cluster }: FakeApiServer): Promise<Cluster> {
  return snapshotOf(cluster, [KIND], { namespace: 'test', labelSelector: 'weft.dev/network=test-network' });
}

test('an object that was listed is told without another request', async () => {
  const server = await listing();
  const cluster = await snapshot(server);
  expect(await observe(cluster, KEPT)).toEqual(KEPT);
  expect(await observe(cluster, KEPT)).toEqual(KEPT);
  expect(server.received.map(({ url }) => url)).toEqual([
    `${COLLECTION}?limit=500&labelSelector=weft.dev%2Fnetwork%3Dtest-network`,
  ]);
});

test('a list that was read is told without another request, and another one is read', async () => {
  const server = await listing();
  const cluster = await snapshot(server);
  const all = { namespace: 'test', labelSelector: 'weft.dev/network=test-network' };
  expect(await list(cluster, KIND, all)).toEqual([KEPT]);
  expect(server.received).toHaveLength(1);
  await list(cluster, KIND, { ...all, labelSelector: 'weft.dev/organization=org1' });
  expect(server.received.at(-1)?.url).toContain('org1');
});

test('of an object that was not listed the cluster itself says whether there is one', async () => {
  const server = await listing();
  const cluster = await snapshot(server);
  const other = { ...KIND, metadata: { namespace: 'test', name: 'other' } };
  expect(await observe(cluster, other)).toBeUndefined();
  expect(server.received.at(-1)?.url).toBe(`${COLLECTION}/other`);
});

test('what changes an object goes to the cluster', async () => {
  const server = await listing();
  const cluster = await snapshot(server);
  const path = `${COLLECTION}/org1-config`;
  await expect(cluster.request({ method: 'DELETE', path, purpose: 'remove it' })).rejects.toMatchObject({
    kind: 'notFound',
  });
  expect(server.received.at(-1)).toMatchObject({ method: 'DELETE', url: path });
});

test('a kind that cannot be listed is no empty kind', async () => {
  const server = await serve(() => failure(403, 'Forbidden', 'configmaps is forbidden'));
  await expect(snapshot(server)).rejects.toMatchObject({ kind: 'forbidden' });
});

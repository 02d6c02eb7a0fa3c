import { afterEach, expect, test } from 'vitest';

import { missingRights } from '../../../src/kubernetes/index.ts';
import { startApiServer, type FakeApiServer } from './api-server.ts';

let server: FakeApiServer;

afterEach(async () => {
  await server.close();
});

test('the rights that the cluster does not grant are told in words', async () => {
  server = await startApiServer(({ body }) => {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { verb: string } } };
    return { status: 201, body: { status: { allowed: spec.resourceAttributes.verb === 'get' } } };
  });

  const missing = await missingRights(server.cluster, [
    { verb: 'get', resource: 'pods', namespace: 'test' },
    { verb: 'create', resource: 'deployments', group: 'apps', namespace: 'test' },
    { verb: 'create', resource: 'pods/portforward', namespace: 'test' },
    { verb: 'list', resource: 'storageclasses', group: 'storage.k8s.io' },
  ]);

  expect(missing).toEqual([
    'create deployments.apps in namespace test',
    'create pods/portforward in namespace test',
    'list storageclasses.storage.k8s.io',
  ]);
  const asked = server.received.map(({ body }) => (JSON.parse(body) as { spec: object }).spec);
  expect(asked).toContainEqual({
    resourceAttributes: { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace: 'test' },
  });
});

test('an answer without a verdict is no permission', async () => {
  server = await startApiServer(() => ({ status: 201, body: {} }));

  expect(await missingRights(server.cluster, [{ verb: 'get', resource: 'nodes' }])).toEqual(['get nodes']);
});

import { afterEach, describe, expect, test } from 'vitest';

import { missingRights } from '../../../../src/kubernetes/index.ts';
import { startApiServer, type FakeApiServer } from '../api-server.ts';

let server: FakeApiServer;

afterEach(async () => {
  await server.close();
});

const RULES_REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';

test('the rights that the cluster does not grant are told in words', async () => {
  server = await startApiServer(({ body, url }) => {
    if (url === RULES_REVIEW) return { status: 201, body: { status: { resourceRules: [], incomplete: false } } };
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

describe('rules that the cluster lists', () => {
  const rights = [
    { verb: 'get', resource: 'pods', namespace: 'test' },
    { verb: 'create', resource: 'pods/portforward', namespace: 'test' },
    { verb: 'patch', resource: 'deployments', group: 'apps', namespace: 'test' },
  ] as const;

  /** Lists these rules, and allows no single right that is asked for. */
  async function listing(status: object): Promise<string[]> {
    server = await startApiServer(({ url }) => ({
      status: 201,
      body: { status: url === RULES_REVIEW ? { incomplete: false, ...status } : { allowed: false } },
    }));
    return missingRights(server.cluster, rights);
  }

  function rule(apiGroups: string[], resources: string[], verbs: string[], more: object = {}): object {
    return { apiGroups, resources, verbs, ...more };
  }

  test.each([
    ['all of everything', [rule(['*'], ['*'], ['*'])]],
    ['each by its name', [rule([''], ['pods', 'pods/portforward'], ['get', 'create']), rule(['apps'], ['*'], ['*'])]],
    ['a subresource of anything', [rule([''], ['pods', '*/portforward'], ['*']), rule(['apps'], ['*'], ['patch'])]],
  ])('save a question for each right: %s', async (_, resourceRules) => {
    expect(await listing({ resourceRules })).toEqual([]);
    expect(server.received.map(({ url }) => url)).toEqual([RULES_REVIEW]);
  });

  test.each([
    [
      'rules for objects of some names',
      { resourceRules: [rule(['*'], ['*'], ['*'], { resourceNames: ['org1-config'] })] },
    ],
    ['rules for other groups', { resourceRules: [rule(['batch'], ['*'], ['*'])] }],
    ['a list that is not complete', { resourceRules: [rule(['*'], ['*'], ['*'])], incomplete: true }],
    ['no list', {}],
  ])('prove nothing, so that each right is asked for: %s', async (_, status) => {
    expect(await listing(status)).toHaveLength(rights.length);
    expect(server.received).toHaveLength(1 + rights.length);
  });

  test('grant no subresource with its resource', async () => {
    const resourceRules = [rule(['', 'apps'], ['pods', 'deployments'], ['*'])];
    expect(await listing({ resourceRules })).toEqual(['create pods/portforward in namespace test']);
  });
});

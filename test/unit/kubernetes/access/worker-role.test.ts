import { describe, expect, test } from 'vitest';

import { workerRights, workerRole } from '../../../../src/kubernetes/index.ts';

describe('the Role of a worker', () => {
  test('holds for its own namespace alone: no object of it belongs to the cluster or to another namespace', async () => {
    const objects = await workerRole({ name: 'weft-worker', namespace: 'org1' });
    expect(objects.map(({ kind, metadata: { namespace } }) => `${kind} in ${String(namespace)}`)).toEqual([
      'ServiceAccount in org1',
      'Role in org1',
      'RoleBinding in org1',
    ]);
  });

  test('is bound to the account that is made with it', async () => {
    const [account, role, binding] = await workerRole({ name: 'mine', namespace: 'org1' });
    expect(binding).toMatchObject({
      roleRef: { kind: role?.kind, name: role?.metadata.name },
      subjects: [{ kind: account?.kind, name: account?.metadata.name, namespace: account?.metadata.namespace }],
    });
  });
});

describe('the Role of a worker whose pods run in another namespace', () => {
  test('holds for its namespace alone, and is bound to the account where the pods are', async () => {
    const objects = await workerRole({ name: 'weft-worker', namespace: 'org1', accountNamespace: 'weft' });
    expect(objects.map(({ kind, metadata: { namespace } }) => `${kind} in ${String(namespace)}`)).toEqual([
      'ServiceAccount in weft',
      'Role in org1',
      'RoleBinding in org1',
    ]);
    expect(objects[2]).toMatchObject({ subjects: [{ name: 'weft-worker', namespace: 'weft' }] });
  });
});

describe('the rights of a worker', () => {
  test('are those of the Role, one by one, in the namespace alone', async () => {
    const rights = (await workerRights('org1')).map(
      ({ verb, resource, group, namespace }) =>
        `${namespace ?? 'cluster'}: ${verb} ${resource}${group === undefined ? '' : `.${group}`}`,
    );
    const written = [
      ...['configmaps', 'secrets', 'services', 'persistentvolumeclaims'],
      ...['deployments.apps', 'jobs.batch', 'poddisruptionbudgets.policy', 'networkpolicies.networking.k8s.io'],
    ].flatMap((resource) => ['get', 'list', 'create', 'patch', 'delete'].map((verb) => `${verb} ${resource}`));
    const read = [
      'get namespaces',
      'list replicasets.apps',
      'list pods',
      'list events',
      'get pods/log',
      'get pods/portforward',
      'create pods/portforward',
    ];
    expect(rights.sort()).toEqual([...written, ...read].map((right) => `org1: ${right}`).sort());
  });
});

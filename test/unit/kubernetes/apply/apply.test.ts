import { describe, expect, test, vi } from 'vitest';

import { apply, applyAll, list, observe, remove, type KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { failure, apiServers, type Behaviour, type Received, type Reply } from '../api-server.ts';
import { LABELS, newConfigMap, newDeployment, newDeploymentManifest } from '../fixtures.ts';

vi.mock('node:timers/promises', () => import('../../activities/instant-timers.ts'));

const OPTIONS = { network: 'test-network' };
const PATH = '/api/v1/namespaces/test/configmaps/org1-config';
const APPLY = `${PATH}?fieldManager=weft&force=true&fieldValidation=Strict`;
const DRY_RUN = `${APPLY}&dryRun=All`;

const serve = apiServers();

const NOT_FOUND = failure(404, 'NotFound', 'configmaps "org1-config" not found', { kind: 'configmaps' });

function live(object: KubernetesObject, resourceVersion = '7'): Reply {
  return { status: 200, body: { ...object, metadata: { ...object.metadata, uid: 'uid-1', resourceVersion } } };
}

/** Answers a GET with what stands in the cluster, a PATCH with what would stand or stands then. */
function cluster(standing: Reply, applied: Reply): Behaviour {
  return ({ method }) => (method === 'GET' ? standing : applied);
}

function asked(received: readonly Received[]): string[] {
  return received.map(({ method, url }) => `${method} ${url}`);
}

describe('applying a manifest', () => {
  test('creates an object that is definitely absent', async () => {
    const manifest = newConfigMap({ a: '1' });
    const server = await serve(cluster(NOT_FOUND, live(manifest)));

    expect(await apply(server.cluster, manifest, OPTIONS)).toEqual({
      outcome: 'created',
      reason: 'ConfigMap org1-config does not exist',
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`, `PATCH ${APPLY}`]);
    expect(server.received[1]?.headers['content-type']).toBe('application/apply-patch+yaml');
    const { metadata, ...fields } = manifest;
    // Nothing is written over what stands there by then.
    expect(JSON.parse(server.received[1]?.body ?? '')).toEqual({
      ...fields,
      metadata: { ...metadata, resourceVersion: '1' },
    });
  });

  test.each([
    failure(403, 'Forbidden', 'configmaps is forbidden'),
    failure(500, 'InternalError', 'etcdserver: request timed out'),
    { status: 404, body: 'page not found' } satisfies Reply,
  ])('creates nothing when it cannot be read: $status', async (reply) => {
    const server = await serve(() => reply);

    await expect(apply(server.cluster, newConfigMap({}), OPTIONS)).rejects.toMatchObject({ name: 'KubernetesError' });
    expect(new Set(asked(server.received))).toEqual(new Set([`GET ${PATH}`]));
  });

  test('writes nothing when the object is as described, whatever the API server keeps in it for itself', async () => {
    const manifest = newConfigMap({ a: '1' });
    const standing = { ...manifest, status: { seen: 1 } };
    const metadata = { ...manifest.metadata, resourceVersion: '7', managedFields: [{}], generation: 3 };
    const server = await serve(cluster(live(standing), { status: 200, body: { ...manifest, metadata } }));

    expect(await apply(server.cluster, manifest, OPTIONS)).toEqual({ outcome: 'unchanged', reason: '' });
    expect(asked(server.received)).toEqual([`GET ${PATH}`, `PATCH ${DRY_RUN}`]);
  });

  test('asks the API server nothing but the object where that says that it is as described', async () => {
    const manifest = newConfigMap({ a: '1' });
    const labels = Object.fromEntries(Object.keys(LABELS).map((label) => [`f:${label}`, {}]));
    const fieldsV1 = { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': labels } };
    const managedFields = [{ manager: 'weft', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 }];
    const metadata = { ...manifest.metadata, managedFields };
    const server = await serve(cluster(live({ ...manifest, metadata }), NOT_FOUND));

    expect(await apply(server.cluster, manifest, OPTIONS)).toEqual({ outcome: 'unchanged', reason: '' });
    expect(asked(server.received)).toEqual([`GET ${PATH}`]);
  });

  test('updates an object that differs and names the fields', async () => {
    const server = await serve(cluster(live(newConfigMap({ a: '1', b: '1' })), live(newConfigMap({ a: '2', c: '1' }))));

    expect(await apply(server.cluster, newConfigMap({ a: '2', c: '1' }), OPTIONS)).toEqual({
      outcome: 'updated',
      reason: 'ConfigMap org1-config: data.a changes, data.b is removed, data.c is added',
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`, `PATCH ${DRY_RUN}`, `PATCH ${APPLY}`]);
  });

  test.each([
    { standing: NOT_FOUND, outcome: 'created' },
    { standing: live(newConfigMap({ a: '1' })), outcome: 'updated' },
    { standing: live(newConfigMap({ a: '2' })), outcome: 'unchanged' },
  ])('only says $outcome in a dry run', async ({ standing, outcome }) => {
    const server = await serve(cluster(standing, live(newConfigMap({ a: '2' }))));

    expect(await apply(server.cluster, newConfigMap({ a: '2' }), { ...OPTIONS, dryRun: true })).toMatchObject({
      outcome,
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`, `PATCH ${DRY_RUN}`]);
  });

  test('in a dry run counts as created where its namespace is yet to be made', async () => {
    const noNamespace = failure(404, 'NotFound', 'namespaces "test" not found', { kind: 'namespaces', name: 'test' });
    const server = await serve(cluster(NOT_FOUND, noNamespace));

    expect(await apply(server.cluster, newConfigMap({}), { ...OPTIONS, dryRun: true })).toMatchObject({
      outcome: 'created',
    });
    await expect(apply(server.cluster, newConfigMap({}), OPTIONS)).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  test('in a dry run refuses what the API server would refuse', async () => {
    const invalid = failure(422, 'Invalid', 'ConfigMap is invalid', {
      causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "a b"', field: 'data' }],
    });
    const server = await serve(cluster(NOT_FOUND, invalid));

    await expect(apply(server.cluster, newConfigMap({}), { ...OPTIONS, dryRun: true })).rejects.toMatchObject({
      kind: 'invalid',
      message: 'Cannot apply ConfigMap org1-config in namespace test: data: Invalid value: "a b".',
    });
  });

  test.each([
    { labels: {}, whose: 'it has no label app.kubernetes.io/managed-by' },
    { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, whose: 'its label app.kubernetes.io/managed-by is Helm' },
    { labels: { ...LABELS, 'weft.dev/network': 'other' }, whose: 'it belongs to the network other' },
  ])('leaves an object alone that Weft did not make for this network: $whose', async ({ labels, whose }) => {
    const server = await serve(() => live(newConfigMap({}, { labels })));

    await expect(apply(server.cluster, newConfigMap({}), OPTIONS)).rejects.toMatchObject({
      kind: 'notOurs',
      message: `ConfigMap org1-config in namespace test exists but was not made by Weft for the network test-network (${whose}). Remove or rename it, or choose another name.`,
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`]);
  });

  test('waits with an object that is being deleted', async () => {
    const server = await serve(() => live(newConfigMap({}, { deletionTimestamp: '2026-01-01T00:00:00Z' })));

    await expect(apply(server.cluster, newConfigMap({}), OPTIONS)).rejects.toMatchObject({
      kind: 'objectTerminating',
    });
  });

  test('looks again when somebody writes to the object between reading and trying', async () => {
    const manifest = newConfigMap({ a: '1' });
    const annotated = newConfigMap({ a: '1' }, { annotations: { 'deployment.kubernetes.io/revision': '1' } });
    const server = await serve(({ method }, count) =>
      method === 'GET' && count === 1 ? live(manifest, '6') : live(annotated),
    );

    expect(await apply(server.cluster, manifest, OPTIONS)).toEqual({ outcome: 'unchanged', reason: '' });
    expect(asked(server.received)).toEqual([`GET ${PATH}`, `PATCH ${DRY_RUN}`, `GET ${PATH}`, `PATCH ${DRY_RUN}`]);
  });

  test('names the field that cannot change', async () => {
    const claim = (storage: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'org1-peer1', namespace: 'test', labels: LABELS },
      spec: { resources: { requests: { storage } } },
    });
    const refused = failure(422, 'Invalid', 'PersistentVolumeClaim "org1-peer1" is invalid', {
      causes: [
        { reason: 'FieldValueForbidden', message: 'Forbidden: spec is immutable after creation', field: 'spec' },
      ],
    });
    const server = await serve(cluster(live(claim('1Gi')), refused));

    await expect(apply(server.cluster, claim('2Gi'), OPTIONS)).rejects.toMatchObject({
      kind: 'immutable',
      fields: ['spec.resources.requests.storage'],
      message:
        'PersistentVolumeClaim org1-peer1 in namespace test cannot be changed in place (spec.resources.requests.storage: 1Gi → 2Gi): Kubernetes allows it only for a new object. Undo the change, or remove the object so that it is made again.',
    });
  });

  test('never shows a value of a Secret', async () => {
    const secret = (value: string): KubernetesObject => ({ ...newConfigMap({ key: value }), kind: 'Secret' });
    const server = await serve(cluster(live(secret('b2xk')), live(secret('bmV3'))));

    expect(await apply(server.cluster, secret('bmV3'), OPTIONS)).toEqual({
      outcome: 'updated',
      reason: 'Secret org1-config: data.key changes',
    });
  });

  test('shows the values of short fields of a Deployment', async () => {
    const deployment = (image: string): KubernetesObject => {
      return {
        ...newDeploymentManifest(),
        spec: { template: { spec: { containers: [{ name: 'init' }, { name: 'peer', image }] } } },
      };
    };
    const server = await serve(cluster(live(deployment('peer:1')), live(deployment('peer:2'))));

    expect(await apply(server.cluster, deployment('peer:2'), OPTIONS)).toEqual({
      outcome: 'updated',
      reason: 'Deployment org1-peer1: spec.template.spec.containers[peer].image: peer:1 → peer:2',
    });
  });

  test('refuses a manifest without the labels by which it could be found again', async () => {
    const server = await serve(() => NOT_FOUND);

    await expect(apply(server.cluster, newConfigMap({}, { labels: {} }), OPTIONS)).rejects.toThrow(
      'The manifest of ConfigMap org1-config in namespace test lacks the labels app.kubernetes.io/managed-by: weft and weft.dev/network: test-network.',
    );
    expect(server.received).toEqual([]);
  });

  test('sends what pods need before what makes pods, and answers in the order given', async () => {
    const server = await serve(({ method, body }) =>
      method === 'GET' ? NOT_FOUND : live(JSON.parse(body) as KubernetesObject),
    );
    const deployment = newDeploymentManifest();

    const decisions = await applyAll(server.cluster, [deployment, newConfigMap({})], OPTIONS);

    expect(decisions.map(({ reason }) => reason)).toEqual([
      'Deployment org1-peer1 does not exist',
      'ConfigMap org1-config does not exist',
    ]);
    expect(server.received.map(({ url }) => url.includes('deployments'))).toEqual([false, false, true, true]);
  });
});

describe('removing an object', () => {
  test('deletes exactly the object that was looked at', async () => {
    const server = await serve(() => live(newConfigMap({})));

    expect(await remove(server.cluster, newConfigMap({}), OPTIONS)).toEqual({
      outcome: 'removed',
      reason: 'ConfigMap org1-config is removed',
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`, `DELETE ${PATH}`]);
    expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({
      propagationPolicy: 'Background',
      preconditions: { uid: 'uid-1' },
    });
  });

  test('keeps a Deployment until its pods are gone', async () => {
    const server = await serve(() => live(newDeployment()));
    const reference = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'org1-peer1', namespace: 'test' },
    };

    await remove(server.cluster, reference, OPTIONS);

    expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({ propagationPolicy: 'Foreground' });
  });

  test('finds its work done when the object is gone', async () => {
    const server = await serve(() => NOT_FOUND);

    expect(await remove(server.cluster, newConfigMap({}), OPTIONS)).toEqual({ outcome: 'unchanged', reason: '' });
    expect(asked(server.received)).toEqual([`GET ${PATH}`]);
  });

  test('counts an object as removed that goes away in between', async () => {
    const server = await serve(cluster(live(newConfigMap({})), NOT_FOUND));

    expect(await remove(server.cluster, newConfigMap({}), OPTIONS)).toMatchObject({ outcome: 'removed' });
  });

  test('leaves a later object of the same name alone', async () => {
    const server = await serve(() => live(newConfigMap({})));

    expect(await remove(server.cluster, newConfigMap({}, { uid: 'uid-0' }), OPTIONS)).toMatchObject({
      outcome: 'unchanged',
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`]);
  });

  test('leaves an object alone that Weft did not make', async () => {
    const server = await serve(() => live(newConfigMap({}, { labels: {} })));

    await expect(remove(server.cluster, newConfigMap({}), OPTIONS)).rejects.toMatchObject({ kind: 'notOurs' });
    expect(asked(server.received)).toEqual([`GET ${PATH}`]);
  });

  test('only says so in a dry run', async () => {
    const server = await serve(() => live(newConfigMap({})));

    expect(await remove(server.cluster, newConfigMap({}), { ...OPTIONS, dryRun: true })).toMatchObject({
      outcome: 'removed',
    });
    expect(asked(server.received)).toEqual([`GET ${PATH}`]);
  });
});

describe('reading', () => {
  test('lists page by page and says of each item what it is', async () => {
    const item = (name: string): object => ({ metadata: { name } });
    const server = await serve(({ url }) =>
      url.includes('continue=next')
        ? { status: 200, body: { metadata: {}, items: [item('b')] } }
        : { status: 200, body: { metadata: { continue: 'next' }, items: [item('a')] } },
    );

    const secrets = await list(
      server.cluster,
      { apiVersion: 'v1', kind: 'Secret' },
      { namespace: 'test', labelSelector: 'a=b' },
    );

    expect(secrets).toEqual(['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } })));
    expect(server.received.map(({ url }) => url)).toEqual([
      '/api/v1/namespaces/test/secrets?limit=500&labelSelector=a%3Db',
      '/api/v1/namespaces/test/secrets?limit=500&continue=next&labelSelector=a%3Db',
    ]);
  });

  test.each(['null', '[]', '{}', '{"items": [null]}', '{"items": [{"metadata": {}}]}', '<html>'])(
    'fails as unavailable when the answer to a list is %s',
    async (body) => {
      const server = await serve(() => ({ status: 200, body }));

      await expect(list(server.cluster, { apiVersion: 'v1', kind: 'Pod' })).rejects.toMatchObject({
        kind: 'unavailable',
      });
    },
  );

  test('finds an object of the whole cluster without a namespace', async () => {
    const server = await serve(() => NOT_FOUND);

    await observe(server.cluster, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
    });

    expect(server.received[0]?.url).toBe('/apis/storage.k8s.io/v1/storageclasses/fast');
  });

  test('refuses a kind that it does not know and a namespaced object without namespace', async () => {
    const server = await serve(() => NOT_FOUND);

    await expect(observe(server.cluster, { apiVersion: 'v2', kind: 'Pod', metadata: { name: 'a' } })).rejects.toThrow(
      'Weft does not know the kind v2 Pod.',
    );
    await expect(observe(server.cluster, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })).rejects.toThrow(
      'Pod a has no namespace.',
    );
  });
});

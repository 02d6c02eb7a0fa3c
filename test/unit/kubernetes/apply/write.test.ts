import { describe, expect, test } from 'vitest';

import { write, type KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { failure, apiServers } from '../api-server.ts';
import { LABELS, newConfigMap } from '../fixtures.ts';

const OPTIONS = { network: 'test-network' };
const APPLY =
  'PATCH /api/v1/namespaces/test/configmaps/org1-config?fieldManager=weft&force=true&fieldValidation=Strict';

const serve = apiServers();

/** An object as it was read. */
function standing(metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  const { metadata: own, ...fields } = newConfigMap({ a: '1' });
  return { ...fields, metadata: { ...own, resourceVersion: '7', ...metadata } };
}

describe('writing an object that was just read', () => {
  test('takes one request where there was none', async () => {
    const server = await serve(() => ({ status: 201, body: standing() }));
    expect(await write(server.cluster, newConfigMap({ a: '1' }), undefined, OPTIONS)).toEqual(standing());
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([APPLY]);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual(newConfigMap({ a: '1' }));
  });

  test('names the version that it writes over', async () => {
    const server = await serve(() => ({ status: 200, body: standing({ resourceVersion: '8' }) }));
    expect(await write(server.cluster, newConfigMap({ a: '2' }), standing(), OPTIONS)).toMatchObject({
      metadata: { resourceVersion: '8' },
    });
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({
      data: { a: '2' },
      metadata: { resourceVersion: '7' },
    });
  });

  test('does not write over a newer version', async () => {
    const server = await serve(() => failure(409, 'Conflict', 'the object has been modified'));
    await expect(write(server.cluster, newConfigMap({ a: '2' }), standing(), OPTIONS)).rejects.toMatchObject({
      kind: 'conflict',
    });
  });

  test.each([
    { read: standing({ labels: { ...LABELS, 'weft.dev/network': 'other' } }), kind: 'notOurs' },
    { read: standing({ deletionTimestamp: '2026-01-01T00:00:00Z' }), kind: 'objectTerminating' },
  ])('sends nothing over an object that is not to be touched: $kind', async ({ read, kind }) => {
    const server = await serve(() => ({ status: 200, body: standing() }));
    await expect(write(server.cluster, newConfigMap({ a: '2' }), read, OPTIONS)).rejects.toMatchObject({ kind });
    expect(server.received).toEqual([]);
  });
});

import { describe, expect, test, vi } from 'vitest';

import { write, type KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { failure, apiServers, type Reply } from '../api-server.ts';
import { LABELS, newConfigMap } from '../fixtures.ts';

vi.mock('node:timers/promises', () => import('../../activities/instant-timers.ts'));

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
  test('takes one request where there was none, which makes nothing of what stands by then', async () => {
    const server = await serve(() => ({ status: 201, body: standing() }));
    expect(await write(server.cluster, newConfigMap({ a: '1' }), undefined, OPTIONS)).toEqual(standing());
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([APPLY]);
    const { metadata, ...fields } = newConfigMap({ a: '1' });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      ...fields,
      metadata: { ...metadata, resourceVersion: '1' },
    });
  });

  test('names the object and the version that it writes over', async () => {
    const server = await serve(() => ({ status: 200, body: standing({ resourceVersion: '8' }) }));
    expect(await write(server.cluster, newConfigMap({ a: '2' }), standing({ uid: 'uid-1' }), OPTIONS)).toMatchObject({
      metadata: { resourceVersion: '8' },
    });
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({
      data: { a: '2' },
      metadata: { resourceVersion: '7', uid: 'uid-1' },
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

  describe('whose answer is lost', () => {
    /** As the API server keeps what Weft has applied. */
    function applied(object: KubernetesObject): KubernetesObject {
      const labels = Object.fromEntries(Object.keys(object.metadata.labels ?? {}).map((label) => [`f:${label}`, {}]));
      const data = Object.fromEntries(Object.keys(object['data'] as object).map((key) => [`f:${key}`, {}]));
      const entry = {
        ...{ manager: 'weft', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' },
        fieldsV1: { 'f:metadata': { 'f:labels': labels }, 'f:data': data },
      };
      return { ...object, metadata: { ...object.metadata, resourceVersion: '8', managedFields: [entry] } };
    }

    /** Writes to an API server whose first answer is lost. @returns what it was sent */
    async function writeWithLostAnswer(
      over: KubernetesObject | undefined,
      found: Reply,
      second: Reply = { status: 200, body: applied(newConfigMap({ a: '2' })) },
    ): Promise<{ readonly result: Promise<KubernetesObject>; readonly methods: () => string[] }> {
      const server = await serve(({ method }, count) => {
        if (count === 1) return 'hang up';
        return method === 'GET' ? found : second;
      });
      const result = write(server.cluster, newConfigMap({ a: '2' }), over, OPTIONS);
      return { result, methods: () => server.received.map(({ method }) => method) };
    }

    test.each([undefined, standing()])('is not sent again when it was done: over %j', async (over) => {
      const done = applied(newConfigMap({ a: '2' }));
      const { result, methods } = await writeWithLostAnswer(over, { status: 200, body: done });
      expect(await result).toEqual(done);
      expect(methods()).toEqual(['PATCH', 'GET']);
    });

    test.each([
      [undefined, failure(404, 'NotFound', 'there is none')],
      [standing(), { status: 200, body: applied(newConfigMap({ a: '1' })) }],
    ] as const)('is sent again when it was not done: over %j', async (over, found) => {
      const { result, methods } = await writeWithLostAnswer(over, found);
      expect(await result).toMatchObject({ data: { a: '2' } });
      expect(methods()).toEqual(['PATCH', 'GET', 'PATCH']);
    });

    test('is not sent again over what somebody else has made meanwhile', async () => {
      const theirs = { status: 200, body: applied(newConfigMap({ a: 'theirs' })) };
      const { result, methods } = await writeWithLostAnswer(undefined, theirs);
      await expect(result).rejects.toMatchObject({ kind: 'conflict' });
      expect(methods()).toEqual(['PATCH', 'GET']);
    });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';

import { readSecretVariables, type SecretVariables } from '../../../../src/activities/nodes/secret-variables.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret } from '../stored.ts';

const FROM = {
  CORE_LEDGER_STATE_COUCHDBCONFIG_USERNAME: { secret: 'couchdb', key: 'username' },
  CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD: { secret: 'couchdb', key: 'password' },
};

let store: ObjectStore;

beforeEach(() => {
  store = objectStore([couchdb({ username: 'admin', password: 'sesame' })]);
});

function couchdb(data: Readonly<Record<string, string>>): KubernetesObject {
  const secret = storedSecret('couchdb', data);
  return { ...secret, metadata: { ...secret.metadata, uid: 'b3a1' } };
}

function read(environmentFrom: typeof FROM | undefined = FROM, dryRun = false): Promise<SecretVariables> {
  const signal = new AbortController().signal;
  return readSecretVariables(dependenciesOf(store), environmentFrom, { namespace: 'net', dryRun, signal });
}

describe('variables whose values stand in Secrets', () => {
  test('reach the container as references, sorted by name, without a value', async () => {
    const { env, digests } = await read();
    expect(env).toEqual([
      {
        name: 'CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'couchdb', key: 'password' } },
      },
      {
        name: 'CORE_LEDGER_STATE_COUCHDBCONFIG_USERNAME',
        valueFrom: { secretKeyRef: { name: 'couchdb', key: 'username' } },
      },
    ]);
    expect(JSON.stringify([env, digests])).not.toMatch(/sesame|admin/);
  });

  test('are none where the description names none, and then no Secret is read', async () => {
    expect(
      await readSecretVariables(dependenciesOf(objectStore([])), undefined, {
        namespace: 'net',
        dryRun: false,
        signal: new AbortController().signal,
      }),
    ).toEqual({ env: [], digests: [] });
  });

  test('differ by their digests when a value changes, and only then', async () => {
    const before = await read();
    expect(await read()).toEqual(before);
    store.put(couchdb({ username: 'admin', password: 'changed', more: 'data' }));
    const after = await read();
    expect(after.env).toEqual(before.env);
    expect(after.digests[0]).not.toBe(before.digests[0]);
  });

  test.each([
    ['its Secret', [], 'Secret couchdb in namespace net is missing'],
    ['its key', [couchdb({ password: 'sesame' })], 'Secret couchdb in namespace net has no key username'],
  ])('are waited for where %s is missing, and told by variable', async (_, objects, words) => {
    store = objectStore(objects);
    await expect(read()).rejects.toMatchObject({
      type: 'ObjectMissing',
      nonRetryable: false,
      message: expect.stringContaining(words) as string,
      details: [{ remedy: { kind: 'changeDescription', field: 'environmentFrom' } }],
    });
  });

  test('may be missing in a plan: they can come until the run', async () => {
    store = objectStore([]);
    expect((await read(FROM, true)).digests).toEqual(['missing', 'missing']);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';

import { createIdentityActivities } from '../../../../src/activities/identities/enroll.ts';
import { createNewKeyActivities, type PreparedKey } from '../../../../src/activities/identities/new-key.ts';
import type { IdentityInput } from '../../../../src/activities/inputs.ts';
import type { StepResult } from '../../../../src/activities/activity.ts';
import { matches } from '../../../../src/fabric/index.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';
import { fakeAuthorities, storedOfCas, type FakeAuthorities } from './fake-authorities.ts';

const ORDERER = describedNetwork({ organizations: [{ name: 'org1', orderers: 1, peers: 1 }] }).identity(
  'org1',
  'orderer1',
);
const { name } = ORDERER.identity;

let authorities: FakeAuthorities;
let store: ObjectStore;

beforeEach(async () => {
  authorities = await fakeAuthorities();
  store = objectStore(storedOfCas(authorities));
  await enroll();
});

function enroll(): Promise<StepResult> {
  const { enrollIdentity } = createIdentityActivities(dependenciesOf(store), authorities);
  return mockActivity().run(enrollIdentity, ORDERER);
}

function prepare(input: IdentityInput = ORDERER): Promise<PreparedKey> {
  return mockActivity().run(createNewKeyActivities(dependenciesOf(store), authorities).prepareKey, input);
}

function adopt(): Promise<StepResult> {
  return mockActivity().run(createNewKeyActivities(dependenciesOf(store), authorities).adoptKey, ORDERER);
}

function secretOf(kind: 'msp' | 'tls'): Readonly<Record<string, string>> {
  return store.dataOf('Secret', `${name}-${kind}`) ?? {};
}

describe('new keys of an identity', () => {
  test('are prepared beside those in use, which stay as they are', async () => {
    const before = { msp: secretOf('msp'), tls: secretOf('tls') };
    const { outcome, certificates } = await prepare();
    expect(outcome).toBe('updated');
    for (const kind of ['msp', 'tls'] as const) {
      const { 'next-key.pem': key = '', 'next-cert.pem': certificate = '', ...others } = secretOf(kind);
      expect(others).toEqual(before[kind]);
      expect(matches(certificate, key)).toBe(true);
      expect(key).not.toBe(before[kind]['key.pem']);
      expect(certificates?.[kind === 'msp' ? 'identity' : 'tls']).toBe(certificate);
    }
  });

  test('are prepared once, and told again', async () => {
    const { certificates } = await prepare();
    const writes = store.writes.length;
    expect(await prepare()).toMatchObject({ outcome: 'unchanged', certificates });
    expect(store.writes).toHaveLength(writes);
  });

  test('are stored before a CA certifies them, and certified once where its answer is lost', async () => {
    authorities.tlsCa.after = (call) => {
      if (call.startsWith('enroll')) throw new Error('the connection was reset');
    };
    await expect(prepare()).rejects.toThrow('the connection was reset');
    authorities.tlsCa.after = () => undefined;
    const { 'next-key.pem': key } = secretOf('tls');
    await prepare();
    expect(secretOf('tls')['next-key.pem']).toBe(key);
    expect(authorities.tlsCa.issued.get(name)).toHaveLength(2);
  });

  test('are adopted in place of the old ones, with which nothing is left to do', async () => {
    const { certificates } = await prepare();
    const next = secretOf('tls')['next-key.pem'];
    expect(await adopt()).toMatchObject({ outcome: 'updated' });
    const adopted = secretOf('tls');
    expect(adopted).toMatchObject({ 'key.pem': next, 'cert.pem': certificates?.tls });
    expect(adopted).not.toHaveProperty('next-key.pem');
    expect(secretOf('msp')['cert.pem']).toBe(certificates?.identity);
    expect(await adopt()).toMatchObject({ outcome: 'unchanged' });
    expect(await enroll()).toMatchObject({ outcome: 'unchanged' });
  });

  test('are not made by a plan', async () => {
    const writes = store.writes.length;
    expect(await prepare({ ...ORDERER, dryRun: true })).toMatchObject({
      outcome: 'updated',
      reason: 'its keys are replaced',
    });
    expect(store.writes).toHaveLength(writes);
  });

  test('are prepared for an identity whose Secrets are all lost', async () => {
    for (const kind of ['msp', 'tls']) store.forget('Secret', `${name}-${kind}`);
    const { certificates } = await prepare();
    expect(secretOf('tls')).toMatchObject({ 'next-cert.pem': certificates?.tls, 'ca.pem': authorities.tlsCa.root });
    expect(secretOf('tls')).not.toHaveProperty('key.pem');
    await adopt();
    expect(secretOf('msp')).toMatchObject({ 'cert.pem': certificates?.identity, 'tlsca.pem': authorities.tlsCa.root });
    expect(await enroll()).toMatchObject({ outcome: 'unchanged' });
  });
});

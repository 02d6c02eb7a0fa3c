import { beforeEach, describe, expect, test } from 'vitest';

import { createRegistrarActivities } from '../../../../src/activities/identities/registrar.ts';
import type { StepResult } from '../../../../src/activities/activity.ts';
import type { OrganizationInput } from '../../../../src/activities/inputs.ts';
import { describeCertificate, matches } from '../../../../src/fabric/index.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap, storedSecret } from '../stored.ts';
import { CURRENT, EXPIRED, fakeAuthorities, type FakeAuthorities } from './fake-authorities.ts';

const ORGANIZATION = describedNetwork().organization('org1');
const PLANNED = describedNetwork({}, true).organization('org1');

const CONFIG = storedSecret('org1-ca-config', { 'registrar-password': 'password' });

let authorities: FakeAuthorities;
let store: ObjectStore;

beforeEach(async () => {
  authorities = await fakeAuthorities();
  store = objectStore([CONFIG]);
});

function enrollRegistrar(input: OrganizationInput = ORGANIZATION): Promise<StepResult> {
  const { enrollRegistrar: step } = createRegistrarActivities(dependenciesOf(store), authorities);
  return mockActivity().run(step, input);
}

function registrar(): Readonly<Record<string, string>> {
  return store.dataOf('Secret', 'org1-ca-registrar') ?? {};
}

function publishedRoots({ enrollmentCa, tlsCa }: FakeAuthorities): ReturnType<typeof storedConfigMap> {
  return storedConfigMap('org1-ca-certificates', { 'ca.pem': enrollmentCa.root, 'tlsca.pem': tlsCa.root });
}

function enrollments(): string[] {
  return authorities.calls().filter((call) => call.startsWith('enroll'));
}

describe('the registrar of an organization', () => {
  test('is enrolled at both CAs with its password, for one key', async () => {
    expect(await enrollRegistrar()).toMatchObject({ outcome: 'created', reason: 'was not enrolled' });
    const { 'key.pem': key = '', 'cert.pem': certificate = '', 'tlsca-cert.pem': tls = '' } = registrar();
    expect(matches(certificate, key)).toBe(true);
    expect(matches(tls, key)).toBe(true);
    expect(authorities.enrollmentCa.issued.get('rcaadmin')).toContain(certificate);
    expect(authorities.tlsCa.issued.get('rcaadmin')).toContain(tls);
  });

  test('has its key stored before a CA certifies it', async () => {
    const keys: unknown[] = [];
    authorities.tlsCa.before = async (call) =>
      Promise.resolve(call.startsWith('enroll') ? void keys.push(registrar()['key.pem']) : undefined);
    await enrollRegistrar();
    expect(keys).toEqual([registrar()['key.pem']]);
  });

  test('is left alone while its certificates are good', async () => {
    store = objectStore([CONFIG, storedSecret('org1-ca-registrar', authorities.registrar)]);
    expect(await enrollRegistrar()).toMatchObject({ outcome: 'unchanged' });
    expect(enrollments()).toEqual([]);
    expect(store.writes).toEqual([]);
  });

  test('is enrolled again when its certificates have expired, and keeps its key', async () => {
    authorities = await fakeAuthorities(EXPIRED);
    store = objectStore([
      CONFIG,
      publishedRoots(authorities),
      storedSecret('org1-ca-registrar', authorities.registrar),
    ]);
    const result = await enrollRegistrar();
    expect(result.outcome).toBe('updated');
    expect(result.reason).toMatch(/^the certificate expired at /);
    expect(registrar()['key.pem']).toBe(authorities.registrar['key.pem']);
    for (const entry of ['cert.pem', 'tlsca-cert.pem']) {
      expect(describeCertificate(registrar()[entry] ?? '').notAfter).toEqual(atSeconds(CURRENT.to));
    }
  });

  test('keeps the certificate that is good when only the other has to be issued', async () => {
    const { 'tlsca-cert.pem': tls, ...others } = authorities.registrar;
    store = objectStore([CONFIG, storedSecret('org1-ca-registrar', others)]);
    await enrollRegistrar();
    expect(enrollments()).toEqual(['enroll rcaadmin']);
    expect(authorities.enrollmentCa.calls).not.toContain('enroll rcaadmin');
    expect(registrar()).toMatchObject(others);
    expect(registrar()['tlsca-cert.pem']).not.toBe(tls);
  });

  test('is not enrolled without its password', async () => {
    store = objectStore([]);
    await expect(enrollRegistrar()).rejects.toMatchObject({ type: 'MaterialMissing' });
    expect(store.writes).toEqual([]);
    expect(enrollments()).toEqual([]);
  });

  test.each(['enrollmentCa', 'tlsCa'] as const)(
    'is not enrolled at CAs whose root is not the published one (%s)',
    async (replaced) => {
      const before = await fakeAuthorities();
      const published = { ...authorities, [replaced]: before[replaced] };
      store = objectStore([CONFIG, publishedRoots(published)]);
      await expect(enrollRegistrar()).rejects.toMatchObject({
        type: 'CertificateAuthorityReplaced',
        nonRetryable: true,
      });
      expect(store.writes).toEqual([]);
      expect(enrollments()).toEqual([]);
    },
  );
});

describe('enrollment secrets that were kept, as older versions did,', () => {
  const KEPT = { id: 'org1-peer1', secret: 's3cret' };
  const answer = { outcome: 'updated', reason: 'enrollment secrets that were kept are withdrawn' };

  beforeEach(() => {
    const secret = storedSecret('org1-peer1-enrollment', KEPT);
    const labels = { 'weft.dev/organization': 'org1', 'weft.dev/node': 'org1-peer1' };
    store = objectStore([
      CONFIG,
      storedSecret('org1-ca-registrar', authorities.registrar),
      { ...secret, metadata: { ...secret.metadata, labels: { ...secret.metadata.labels, ...labels } } },
      storedSecret('org1-peer1-msp', { 'key.pem': 'key' }),
    ]);
    for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) {
      ca.identities.set('org1-peer1', { type: 'peer', secret: KEPT.secret });
    }
  });

  test('are good for nothing, and then gone', async () => {
    expect(await enrollRegistrar(PLANNED)).toMatchObject(answer);
    expect(authorities.tlsCa.identities.get('org1-peer1')?.secret).toBe(KEPT.secret);
    expect(await enrollRegistrar()).toMatchObject(answer);
    for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) {
      expect(ca.identities.get('org1-peer1')?.secret).not.toBe(KEPT.secret);
      expect(ca.identities.get('org1-peer1')).toMatchObject({ type: 'peer', maxEnrollments: 0 });
    }
    expect(store.dataOf('Secret', 'org1-peer1-enrollment')).toBeUndefined();
    expect(store.dataOf('Secret', 'org1-peer1-msp')).toEqual({ 'key.pem': 'key' });
    expect(await enrollRegistrar()).toMatchObject({ outcome: 'unchanged' });
  });

  test('stay until both CAs take them no more', async () => {
    authorities.tlsCa.before = (call) =>
      call.startsWith('setSecret') ? Promise.reject(new Error('the connection was reset')) : Promise.resolve();
    await expect(enrollRegistrar()).rejects.toThrow('the connection was reset');
    expect(store.dataOf('Secret', 'org1-peer1-enrollment')).toMatchObject(KEPT);
    authorities.tlsCa.before = () => Promise.resolve();
    await enrollRegistrar();
    expect(authorities.tlsCa.identities.get('org1-peer1')?.secret).not.toBe(KEPT.secret);
    expect(store.dataOf('Secret', 'org1-peer1-enrollment')).toBeUndefined();
  });
});

describe('a dry run', () => {
  test('needs no CA where nothing is there yet', async () => {
    expect(await enrollRegistrar(PLANNED)).toMatchObject({
      outcome: 'created',
      reason: 'Secret org1-ca-registrar is missing',
    });
    expect(authorities.calls()).toEqual([]);
  });

  test('says that expired certificates would be issued, and issues none', async () => {
    authorities = await fakeAuthorities(EXPIRED);
    store = objectStore([CONFIG, storedSecret('org1-ca-registrar', authorities.registrar)]);
    expect(await enrollRegistrar(PLANNED)).toMatchObject({ outcome: 'updated' });
    expect(enrollments()).toEqual([]);
    expect(store.writes).toEqual([]);
  });
});

/** Certificates know no fractions of a second. */
function atSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

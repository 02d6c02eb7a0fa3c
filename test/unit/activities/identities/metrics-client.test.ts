import { X509Certificate } from 'node:crypto';

import { beforeEach, describe, expect, test } from 'vitest';

import { caKeyHash } from '../../../../src/activities/identities/endpoint-ca.ts';
import {
  ensureMetricsClient,
  evaluateMetricsClient,
  type MetricsClientExpectation,
} from '../../../../src/activities/identities/metrics-client.ts';
import {
  clientCertificate,
  describeCertificate,
  selfSignedAuthority,
  type CertifiedKey,
} from '../../../../src/fabric/index.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret } from '../stored.ts';

const SECRET = 'org1-metrics-client';
const CA_SECRET = 'org1-operations-ca';
const ORG1 = describedNetwork({ certificates: { tls: '720h', renewBefore: '240h' } }).organization('org1');
const LIFETIMES = ORG1.network.certificates;
const ROOTS = { ca: 'root of org1', tlsca: 'TLS root of org1' };
const CA = await selfSignedAuthority({ commonName: CA_SECRET, lifetimeHours: 8760 });
const OTHER_CA = await selfSignedAuthority({ commonName: CA_SECRET, lifetimeHours: 8760 });
const RENEWED_CA = await selfSignedAuthority({ commonName: CA_SECRET, lifetimeHours: 87_600, key: CA.key });

async function entries(ca: CertifiedKey, lifetimeHours = 720): Promise<Record<string, string>> {
  const { certificate, key } = await clientCertificate(ca, { commonName: SECRET, lifetimeHours });
  return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': ROOTS.tlsca };
}

describe('the certificate of who collects metrics', () => {
  test.each([
    ['is good', () => entries(CA), {}, 'unchanged', ''],
    ['is good for a CA that has another certificate since', () => entries(CA), { ca: RENEWED_CA }, 'unchanged', ''],
    ['is absent', () => Promise.resolve({}), {}, 'created', SECRET],
    ['ends soon', () => entries(CA, 200), {}, 'updated', 'expires at'],
    ['has ended', () => entries(CA, -0.01), {}, 'updated', 'expired at'],
    ['is of a CA that is replaced', () => entries(OTHER_CA), {}, 'updated', 'is not issued by the CA'],
    ['is of a CA that is lost', () => entries(CA), { ca: undefined }, 'updated', 'the CA has no certificate'],
    [
      'lies beside another root of the TLS CA',
      async () => ({ ...(await entries(CA)), 'ca.crt': 'another' }),
      {},
      'updated',
      "root of the organization's TLS CA",
    ],
  ] satisfies readonly (readonly [
    string,
    () => Promise<Record<string, string>>,
    Partial<MetricsClientExpectation>,
    string,
    string,
  ])[])('is judged where it %s', async (_, stored, more, outcome, reason) => {
    const expected = { ca: CA, organization: 'org1', roots: ROOTS, now: new Date(), lifetimes: LIFETIMES, ...more };
    const decision = evaluateMetricsClient({ data: await stored() }, expected);
    expect(decision).toMatchObject({ outcome, reason: expect.stringContaining(reason) as string });
  });

  test('is renewed when that is asked for', async () => {
    const data = await entries(CA);
    const { serial } = describeCertificate(data['tls.crt'] ?? '');
    const expected = { ca: CA, organization: 'org1', roots: ROOTS, now: new Date(), lifetimes: LIFETIMES };
    expect(evaluateMetricsClient({ data }, { ...expected, renew: [serial] })).toMatchObject({ outcome: 'updated' });
    expect(evaluateMetricsClient({ data }, { ...expected, renew: ['another'] })).toMatchObject({
      outcome: 'unchanged',
    });
  });
});

describe('ensuring it', () => {
  let store: ObjectStore;

  beforeEach(() => {
    store = objectStore([]);
  });

  const ensure = (dryRun = false): ReturnType<typeof ensureMetricsClient> =>
    ensureMetricsClient(dependenciesOf(store), { ...ORG1, dryRun }, ROOTS, new AbortController().signal);
  const stored = (): Readonly<Record<string, string>> => store.dataOf('Secret', SECRET) ?? {};

  test('makes the CA first, and a Secret with the entries of TLS Secrets that belongs to the organization and its CA', async () => {
    expect(await ensure()).toMatchObject({ outcome: 'created' });
    expect(store.writes).toEqual([`Secret ${CA_SECRET}`, `Secret ${SECRET}`]);
    const ca = new X509Certificate(store.dataOf('Secret', CA_SECRET)?.['cert.pem'] ?? '');
    expect(new X509Certificate(stored()['tls.crt'] ?? '').verify(ca.publicKey)).toBe(true);
    expect(Object.keys(stored()).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    expect(stored()['ca.crt']).toBe(ROOTS.tlsca);
    expect(store.find('Secret', SECRET)?.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'weft',
      'weft.dev/network': 'net',
      'weft.dev/organization': 'org1',
      'weft.dev/node': 'org1-ca',
    });
    expect(await ensure()).toMatchObject({ outcome: 'unchanged' });
    expect(store.writes).toHaveLength(2);
  });

  test('lives as long as the description says of TLS certificates', async () => {
    await ensure();
    const { notAfter } = describeCertificate(stored()['tls.crt'] ?? '');
    expect(notAfter.getTime() - Date.now()).toBeGreaterThan(719 * 3_600_000);
    expect(notAfter.getTime() - Date.now()).toBeLessThanOrEqual(720 * 3_600_000);
  });

  test('issues another one where the CA is lost, which is replaced', async () => {
    await ensure();
    const before = { ...stored() };
    store.forget('Secret', CA_SECRET);
    expect(await ensure()).toMatchObject({ outcome: 'updated' });
    expect(stored()['tls.crt']).not.toBe(before['tls.crt']);
    expect(await ensure()).toMatchObject({ outcome: 'unchanged' });
  });

  test('keeps it where the CA ends soon and gets another certificate for its key', async () => {
    const ending = await selfSignedAuthority({ commonName: CA_SECRET, lifetimeHours: 200 });
    store.put(storedSecret(CA_SECRET, { 'cert.pem': ending.certificate, 'key.pem': ending.key }));
    const data = await entries(ending, 700);
    store.put(storedSecret(SECRET, data));
    expect(await ensure()).toMatchObject({ outcome: 'updated', reason: expect.stringContaining(CA_SECRET) as string });
    expect(caKeyHash(store.dataOf('Secret', CA_SECRET)?.['cert.pem'] ?? '')).toBe(caKeyHash(ending.certificate));
    expect(stored()).toEqual(data);
  });

  test('writes nothing in a dry run, and says what it would do', async () => {
    expect(await ensure(true)).toMatchObject({ outcome: 'created' });
    expect(store.writes).toEqual([]);
  });
});

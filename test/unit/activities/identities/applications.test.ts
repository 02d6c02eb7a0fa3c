import { beforeEach, describe, expect, test } from 'vitest';

import {
  createApplicationIdentityActivities,
  type RevokedIdentity,
} from '../../../../src/activities/identities/applications.ts';
import type { StepResult } from '../../../../src/activities/activity.ts';
import type { ApplicationIdentity, ApplicationInput } from '../../../../src/activities/inputs.ts';
import { describeCertificate, matches } from '../../../../src/fabric/index.ts';
import { canonicalSerial, describeRevocationList } from '../../../../src/fabric/msp/revocation.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret } from '../stored.ts';
import { fakeAuthorities, storedOfCas, type FakeAuthorities } from './fake-authorities.ts';

const ORGANIZATION = describedNetwork().organization('org1');
const APP: ApplicationIdentity = {
  name: 'app1',
  type: 'client',
  affiliation: 'org1.department1',
  attributes: [{ name: 'role', value: 'teller', ecert: true }],
};
const SECRET = 'org1-app1-identity';

let authorities: FakeAuthorities;
let store: ObjectStore;

beforeEach(async () => {
  authorities = await fakeAuthorities();
  store = objectStore(storedOfCas(authorities));
});

function enroll(identity: Partial<ApplicationIdentity> = {}): Promise<StepResult> {
  const { enrollApplication } = createApplicationIdentityActivities(dependenciesOf(store), authorities);
  const input: ApplicationInput = { ...ORGANIZATION, identity: { ...APP, ...identity } };
  return mockActivity().run(enrollApplication, input);
}

function revoke(identity = 'app1'): Promise<RevokedIdentity> {
  const { revokeIdentity } = createApplicationIdentityActivities(dependenciesOf(store), authorities);
  return mockActivity().run(revokeIdentity, { ...ORGANIZATION, identity });
}

function stored(name = SECRET): Readonly<Record<string, string>> {
  return store.dataOf('Secret', name) ?? {};
}

describe('the identity of an application', () => {
  test('is registered with its affiliation and its attributes, and enrolled at the enrollment CA alone', async () => {
    expect(await enroll()).toMatchObject({ outcome: 'created', reason: 'was not enrolled' });
    const { identities, calls } = authorities.enrollmentCa;
    expect(identities.get('app1')).toMatchObject({
      ...{ type: 'client', affiliation: 'org1.department1', attributes: APP.attributes, maxEnrollments: 1 },
    });
    expect(calls).toEqual(['addAffiliation org1.department1', 'register app1', 'enroll app1']);
    expect(authorities.tlsCa.calls).toEqual([]);
  });

  test('lies in a Secret of its own, which belongs to no node and so stays when nodes go', async () => {
    await enroll();
    const { 'cert.pem': certificate = '', 'key.pem': key = '' } = stored();
    expect(matches(certificate, key)).toBe(true);
    expect(describeCertificate(certificate)).toMatchObject({ commonName: 'app1', organizationalUnits: ['client'] });
    const { labels } = store.all().find(({ metadata }) => metadata.name === SECRET)?.metadata ?? {};
    expect(labels).toEqual({
      ...{ 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' },
      ...{ 'weft.dev/organization': 'org1', 'weft.dev/identity': 'app1' },
    });
  });

  test('is left alone when it is asked for once more, in whichever order its attributes come', async () => {
    const attributes = [...APP.attributes, { name: 'desk', value: '7' }];
    await enroll({ attributes });
    const before = stored();
    expect(await enroll({ attributes: attributes.toReversed() })).toMatchObject({ outcome: 'unchanged' });
    expect(stored()).toEqual(before);
    expect(authorities.enrollmentCa.issued.get('app1')).toHaveLength(1);
  });

  test.each([
    ['another type', { type: 'admin' as const }],
    ['another affiliation', { affiliation: 'org1' }],
    ['other attributes', { attributes: [] }],
  ])('is a conflict with %s under the same name', async (_, other) => {
    await enroll();
    await expect(enroll(other)).rejects.toMatchObject({ type: 'IdentityConflict', nonRetryable: true });
    store.forget('Secret', SECRET);
    await expect(enroll(other)).rejects.toMatchObject({ type: 'IdentityConflict', nonRetryable: true });
  });

  test('is enrolled anew, by the name that the CA knows, where its Secret is lost', async () => {
    await enroll();
    store.forget('Secret', SECRET);
    expect(await enroll()).toMatchObject({ outcome: 'created' });
    expect(authorities.enrollmentCa.issued.get('app1')).toHaveLength(2);
  });

  test('takes no Secret that is another organization’s', async () => {
    const secret = storedSecret(SECRET, { 'key.pem': 'theirs' });
    const labels = { ...secret.metadata.labels, 'weft.dev/organization': 'org1-app1', 'weft.dev/identity': 'x' };
    store.put({ ...secret, metadata: { ...secret.metadata, labels } });
    await expect(enroll()).rejects.toMatchObject({ type: 'IdentityConflict' });
    expect(stored()).toEqual({ 'key.pem': 'theirs' });
  });
});

describe('a revocation', () => {
  test('is told with the list that the CA has signed, and takes the key away', async () => {
    await enroll();
    const { 'cert.pem': certificate = '' } = stored();
    const { outcome, reason, revocationList } = await revoke();
    expect({ outcome, reason }).toEqual({ outcome: 'updated', reason: 'its certificates are revoked' });
    const { serials, issuer } = describeRevocationList(revocationList);
    expect([...serials]).toEqual([canonicalSerial(describeCertificate(certificate).serial)]);
    expect(issuer).toBe('CN=org1-ca');
    expect(stored()).toMatchObject({ 'cert.pem': certificate, revoked: expect.stringMatching(/^20/) as string });
    expect(stored()).not.toHaveProperty('key.pem');
  });

  test('that is made once more changes nothing, and tells the list again', async () => {
    await enroll();
    const { revocationList } = await revoke();
    const before = stored();
    const again = await revoke();
    expect(again.outcome).toBe('unchanged');
    expect(describeRevocationList(again.revocationList)).toEqual(describeRevocationList(revocationList));
    expect(stored()).toEqual(before);
  });

  test('of an identity without a Secret is made at the CA', async () => {
    await enroll();
    store.forget('Secret', SECRET);
    expect(await revoke()).toMatchObject({ outcome: 'updated' });
    expect(authorities.enrollmentCa.revoked).toContain('app1');
    expect(stored()).toEqual({});
  });

  test('of somebody whom the CA does not know is refused', async () => {
    await expect(revoke('nobody')).rejects.toMatchObject({
      ...{ type: 'IdentityUnknown', nonRetryable: true, message: 'The CA of org1 has no identity nobody.' },
    });
  });

  test('is for good: the name is not enrolled again, its Secret lost or not', async () => {
    await enroll();
    await revoke();
    await expect(enroll()).rejects.toMatchObject({ type: 'IdentityRevoked', nonRetryable: true });
    store.forget('Secret', SECRET);
    await expect(enroll()).rejects.toMatchObject({ type: 'IdentityRevoked', nonRetryable: true });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';

import { createIdentityActivities } from '../../../../src/activities/identities/enroll.ts';
import {
  createRevocationActivities,
  type RevokedCertificates,
} from '../../../../src/activities/identities/revocation.ts';
import { describeCertificate } from '../../../../src/fabric/index.ts';
import { canonicalSerial, describeRevocationList } from '../../../../src/fabric/msp/revocation.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';
import { fakeAuthorities, storedOfCas, type FakeAuthorities } from './fake-authorities.ts';

const NETWORK = describedNetwork();
const PEER = 'org1-peer1';
const SECRETS = ['org1-peer1-msp', 'org1-peer1-tls'];

let authorities: FakeAuthorities;
let store: ObjectStore;

beforeEach(async () => {
  authorities = await fakeAuthorities();
  store = objectStore(storedOfCas(authorities));
});

async function enroll(): Promise<void> {
  const { enrollIdentity } = createIdentityActivities(dependenciesOf(store), authorities);
  await mockActivity().run(enrollIdentity, NETWORK.identity('org1', 'peer1'));
}

function revoke({ identity = PEER, dryRun = false } = {}): Promise<RevokedCertificates> {
  const { revokeCertificates } = createRevocationActivities(dependenciesOf(store), authorities);
  return mockActivity().run(revokeCertificates, { ...NETWORK.organization('org1'), dryRun, identity });
}

function issuedTo(ca: 'enrollmentCa' | 'tlsCa'): readonly string[] {
  return authorities[ca].issued.get(PEER) ?? [];
}

describe('what an enrollment CA has revoked', () => {
  const read = (): Promise<string | undefined> => {
    const { readRevocationList } = createRevocationActivities(dependenciesOf(store), authorities);
    return mockActivity().run(readRevocationList, NETWORK.organization('org1'));
  };

  test('is told by its list, and by none where it has revoked nothing', async () => {
    await enroll();
    expect(await read()).toBeUndefined();
    const { revocationList = '' } = await revoke();
    expect(describeRevocationList((await read()) ?? '')).toEqual(describeRevocationList(revocationList));
  });
});

describe('the certificates of a node that goes', () => {
  test('are revoked at both CAs, those that were renewed since as well', async () => {
    await enroll();
    await authorities.enrollmentCa.issue({ commonName: PEER });
    const { outcome, reason, revocationList = '' } = await revoke();
    expect({ outcome, reason }).toEqual({ outcome: 'updated', reason: 'its certificates are revoked' });
    expect([...authorities.tlsCa.revokedCertificates]).toEqual(issuedTo('tlsCa'));
    const serials = issuedTo('enrollmentCa').map((pem) => canonicalSerial(describeCertificate(pem).serial));
    expect(serials).toHaveLength(2);
    expect([...describeRevocationList(revocationList).serials].sort()).toEqual(serials.sort());
  });

  test('go from its Secrets, in which its keys stay', async () => {
    await enroll();
    const keys = SECRETS.map((name) => store.dataOf('Secret', name)?.['key.pem']);
    await revoke();
    for (const [at, name] of SECRETS.entries()) {
      expect(store.dataOf('Secret', name)).toMatchObject({ 'key.pem': keys[at] });
      expect(store.dataOf('Secret', name)).not.toHaveProperty(['cert.pem']);
    }
  });

  test('are revoked by themselves: under its name the node enrolls again, for the key that it had', async () => {
    await enroll();
    const key = store.dataOf('Secret', 'org1-peer1-msp')?.['key.pem'];
    await revoke();
    await enroll();
    const { 'cert.pem': certificate = '', ...others } = store.dataOf('Secret', 'org1-peer1-msp') ?? {};
    expect(others['key.pem']).toBe(key);
    expect(authorities.enrollmentCa.revokedCertificates).not.toContain(certificate);
    expect(authorities.enrollmentCa.revoked).toEqual(new Set());
  });

  test('are revoked once: what is done again changes nothing, and tells the list again', async () => {
    await enroll();
    const { revocationList = '' } = await revoke();
    const before = store.all();
    const revocations = (): number => authorities.calls().filter((call) => call.startsWith('revokeCertificate')).length;
    expect(revocations()).toBe(2);
    const again = await revoke();
    expect(again.outcome).toBe('unchanged');
    expect(describeRevocationList(again.revocationList ?? '')).toEqual(describeRevocationList(revocationList));
    expect(store.all()).toEqual(before);
    expect(revocations()).toBe(2);
  });

  test('are revoked although its Secrets are gone', async () => {
    await enroll();
    for (const name of SECRETS) store.forget('Secret', name);
    expect(await revoke()).toMatchObject({ outcome: 'updated' });
    expect([...authorities.enrollmentCa.revokedCertificates]).toEqual(issuedTo('enrollmentCa'));
    expect(SECRETS.map((name) => store.dataOf('Secret', name))).toEqual([undefined, undefined]);
  });

  test('are none where nothing was ever issued to it: then no list is told', async () => {
    const { outcome, revocationList } = await revoke({ identity: 'org1-basic' });
    expect({ outcome, revocationList }).toEqual({ outcome: 'unchanged', revocationList: undefined });
  });

  test('are told by a plan, which asks no CA', async () => {
    await enroll();
    const calls = authorities.calls().length;
    expect(await revoke({ dryRun: true })).toMatchObject({
      outcome: 'updated',
      reason: 'its certificates are revoked',
    });
    expect(await revoke({ identity: 'org1-basic', dryRun: true })).toMatchObject({ outcome: 'unchanged' });
    expect(authorities.calls()).toHaveLength(calls);
  });
});

import { beforeEach, describe, expect, test, vi } from 'vitest';

import { createIdentityActivities, type EnrollmentResult } from '../../../../src/activities/identities/enroll.ts';
import type { IdentityInput } from '../../../../src/activities/inputs.ts';
import { describeCertificate, matches, newPrivateKey } from '../../../../src/fabric/index.ts';
import { KubernetesError } from '../../../../src/kubernetes/index.ts';
import type { Leaf } from '../../fabric/ca/authority.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap, storedSecret } from '../stored.ts';
import { CURRENT, EXPIRED, fakeAuthorities, storedOfCas, type FakeAuthorities } from './fake-authorities.ts';

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

const PEER = describedNetwork().identity('org1', 'peer1');
const PLANNED_PEER = describedNetwork({}, true).identity('org1', 'peer1');
const ORDERER = describedNetwork({ organizations: [{ name: 'org1', orderers: 1, peers: 1 }] }).identity(
  'org1',
  'orderer1',
);

let authorities: FakeAuthorities;
let store: ObjectStore;

beforeEach(async () => {
  authorities = await fakeAuthorities();
  store = cluster();
});

/** The cluster after the CAs of org1 came up. */
function cluster(...more: Parameters<typeof objectStore>[0]): ObjectStore {
  return objectStore([...storedOfCas(authorities), ...more]);
}

function enroll(input: IdentityInput = PEER): Promise<EnrollmentResult> {
  const { enrollIdentity } = createIdentityActivities(dependenciesOf(store), authorities);
  return mockActivity().run(enrollIdentity, input);
}

function secretOf(kind: 'msp' | 'tls' | 'enrollment', name = 'org1-peer1'): Readonly<Record<string, string>> {
  return store.dataOf('Secret', `${name}-${kind}`) ?? {};
}

/** Lets an identity have been enrolled some time ago, with certificates that differ from good ones as given. */
async function enrolledBefore(msp: Leaf = {}, tls: Leaf = msp, { identity } = PEER): Promise<void> {
  const { enrollmentCa, tlsCa } = authorities;
  const { name, type, hosts } = identity;
  const issued = await enrollmentCa.issue({ units: [type], hosts, commonName: name, ...msp });
  const endpoint = await tlsCa.issue({ hosts, commonName: name, ...tls });
  for (const ca of [enrollmentCa, tlsCa]) ca.identities.set(name, { type, secret: 's3cret' });
  const roots = { 'ca.pem': enrollmentCa.root, 'tlsca.pem': tlsCa.root };
  store = cluster(
    storedSecret(`${name}-msp`, { 'cert.pem': issued.certificate, 'key.pem': issued.key, ...roots }),
    storedSecret(`${name}-tls`, { 'cert.pem': endpoint.certificate, 'key.pem': endpoint.key, 'ca.pem': tlsCa.root }),
  );
}

describe('an identity that is new', () => {
  test('is registered and enrolled at both CAs, each with its profile', async () => {
    expect(await enroll()).toMatchObject({ outcome: 'created', reason: 'was not enrolled' });
    expect(authorities.calls()).toEqual([
      ...['register org1-peer1', 'enroll org1-peer1'],
      ...['register org1-peer1', 'enroll org1-peer1 for tls'],
    ]);
  });

  test('gets a key and a certificate in each of its Secrets, beside the CA certificates that nodes mount', async () => {
    await enroll();
    const [msp, tls] = [secretOf('msp'), secretOf('tls')];
    const { enrollmentCa, tlsCa } = authorities;
    expect(msp).toMatchObject({ 'ca.pem': enrollmentCa.root, 'tlsca.pem': tlsCa.root });
    expect(tls).toMatchObject({ 'ca.pem': tlsCa.root });
    expect(enrollmentCa.issued.get('org1-peer1')).toEqual([msp['cert.pem']]);
    expect(tlsCa.issued.get('org1-peer1')).toEqual([tls['cert.pem']]);
    for (const { 'cert.pem': certificate = '', 'key.pem': key = '' } of [msp, tls]) {
      expect(matches(certificate, key)).toBe(true);
      expect(describeCertificate(certificate).hosts).toEqual(PEER.identity.hosts);
    }
    expect(msp['key.pem']).not.toBe(tls['key.pem']);
  });

  test('has the secrets by which it enrolls written nowhere', async () => {
    await enroll();
    const secrets = [authorities.enrollmentCa, authorities.tlsCa].map(
      ({ identities }) => identities.get('org1-peer1')?.secret ?? '',
    );
    expect(new Set(secrets).size).toBe(2);
    const texts = store.all().flatMap(({ data }) => Object.values((data ?? {}) as Readonly<Record<string, string>>));
    const written = texts.map((text) => `${text} ${Buffer.from(text, 'base64').toString()}`).join('\n');
    for (const secret of secrets) {
      expect(secret).toMatch(/^[\w-]{32}$/);
      expect(written).not.toContain(secret);
    }
    expect(store.writes.filter((write) => write.endsWith('-enrollment'))).toEqual([]);
  });

  test('has its key stored before a CA certifies it', async () => {
    const keys: unknown[] = [];
    authorities.tlsCa.before = async (call) =>
      Promise.resolve(call.startsWith('enroll') ? void keys.push(secretOf('tls')['key.pem']) : undefined);
    await enroll();
    expect(keys).toEqual([secretOf('tls')['key.pem']]);
  });

  test('may register further identities if it is an Admin', async () => {
    expect(await enroll(describedNetwork().admin('org1'))).toMatchObject({ outcome: 'created' });
    expect(authorities.enrollmentCa.identities.get('org1-admin')?.type).toBe('admin');
  });
});

describe('an identity with good certificates', () => {
  test('is left alone, and no CA is asked', async () => {
    await enrolledBefore();
    expect(await enroll()).toMatchObject({ outcome: 'unchanged', reason: '' });
    expect(authorities.calls()).toEqual([]);
    expect(store.writes).toEqual([]);
  });
});

describe('an identity with a certificate that is not good', () => {
  test.each([
    ['has expired', { validity: EXPIRED }, /^the certificate expired at /],
    ['lacks a host name', { hosts: ['org1-peer1'] }, /^the certificate is not good for org1-peer1\.net, /],
    ['is for another name', { commonName: 'org1-peer2' }, /^the certificate is for org1-peer2, not for org1-peer1$/],
  ])('keeps its keys when the certificate %s', async (_, leaf, reason) => {
    await enrolledBefore({ validity: CURRENT, ...leaf });
    const keys = [secretOf('msp')['key.pem'], secretOf('tls')['key.pem']];
    const result = await enroll();
    expect(result.outcome).toBe('updated');
    expect(result.reason).toMatch(reason);
    expect([secretOf('msp')['key.pem'], secretOf('tls')['key.pem']]).toEqual(keys);
    expect(await enroll()).toMatchObject({ outcome: 'unchanged' });
  });

  test('is enrolled anew for that certificate alone', async () => {
    await enrolledBefore({}, { validity: EXPIRED });
    const msp = secretOf('msp');
    await enroll();
    expect(secretOf('msp')).toEqual(msp);
    expect(authorities.calls().filter((call) => call.startsWith('enroll'))).toEqual(['enroll org1-peer1 for tls']);
  });

  test('of another role is enrolled anew as what it is', async () => {
    await enrolledBefore({ units: ['client'] }, {});
    expect(await enroll()).toMatchObject({ reason: 'the certificate makes its owner client, not peer' });
    expect(describeCertificate(secretOf('msp')['cert.pem'] ?? '').organizationalUnits).toEqual(['peer']);
  });

  test('gets a new key where its key is missing, and only there', async () => {
    await enrolledBefore();
    const { 'cert.pem': certificate = '' } = secretOf('tls');
    const { 'key.pem': key } = secretOf('msp');
    store = cluster(
      storedSecret('org1-peer1-msp', secretOf('msp')),
      storedSecret('org1-peer1-tls', { 'cert.pem': certificate }),
    );
    expect(await enroll()).toMatchObject({ outcome: 'updated', reason: 'there is no private key' });
    expect(secretOf('msp')['key.pem']).toBe(key);
    expect(secretOf('tls')['key.pem']).not.toBe(key);
  });
});

describe('an identity whose renewal was asked for', () => {
  const serialsOf = (): string[] =>
    (['msp', 'tls'] as const).map((kind) => describeCertificate(secretOf(kind)['cert.pem'] ?? '').serial);
  const asked = (renew: readonly string[]): IdentityInput => ({ ...PEER, identity: { ...PEER.identity, renew } });

  test('gets new certificates for its keys, each once', async () => {
    await enrolledBefore();
    const [before, keys] = [serialsOf(), [secretOf('msp')['key.pem'], secretOf('tls')['key.pem']]];
    expect(await enroll({ ...asked(before), dryRun: true })).toMatchObject({ outcome: 'updated' });
    expect(await enroll(asked(before))).toMatchObject({
      outcome: 'updated',
      reason: expect.stringContaining('its renewal was asked for') as string,
    });
    for (const serial of serialsOf()) expect(before).not.toContain(serial);
    expect([secretOf('msp')['key.pem'], secretOf('tls')['key.pem']]).toEqual(keys);
    expect(await enroll(asked(before))).toMatchObject({ outcome: 'unchanged' });
  });

  test('is not given what it had before the certificate that it has now', async () => {
    await enrolledBefore();
    await enroll(asked(serialsOf()));
    const second = serialsOf();
    await enroll(asked(second));
    for (const serial of serialsOf()) expect(second).not.toContain(serial);
    expect(authorities.enrollmentCa.issued.get('org1-peer1')).toHaveLength(3);
  });

  test('is renewed for the certificate that was named alone', async () => {
    await enrolledBefore();
    const [msp, tls = ''] = serialsOf();
    await enroll(asked([tls]));
    expect(serialsOf()[0]).toBe(msp);
    expect(serialsOf()[1]).not.toBe(tls);
  });
});

describe('a consenter of a channel', () => {
  const CONSENTER = { ...ORDERER, identity: { ...ORDERER.identity, isConsenter: true } };

  test.each(['msp', 'tls'] as const)(
    'gets no new key in place of the one in its %s Secret that is gone',
    async (kind) => {
      await enrolledBefore({}, {}, ORDERER);
      const { name } = ORDERER.identity;
      store.forget('Secret', `${name}-${kind}`);
      const writes = store.writes.length;
      for (const input of [CONSENTER, { ...CONSENTER, dryRun: true }]) {
        await expect(enroll(input)).rejects.toMatchObject({
          type: 'StateLost',
          message: expect.stringContaining(`Secret ${name}-${kind} in namespace net is gone`) as string,
        });
      }
      expect(store.writes).toHaveLength(writes);
      expect(authorities.calls()).toEqual([]);
    },
  );

  test('is renewed like all others, with its key', async () => {
    await enrolledBefore({ validity: EXPIRED }, {}, ORDERER);
    const { 'key.pem': key } = secretOf('msp', ORDERER.identity.name);
    expect(await enroll(CONSENTER)).toMatchObject({ outcome: 'updated' });
    expect(secretOf('msp', ORDERER.identity.name)['key.pem']).toBe(key);
  });
});

describe('an enrollment that was interrupted', () => {
  test('is asked for once: an answer that was lost is recovered from the CA', async () => {
    authorities.enrollmentCa.after = (call) => {
      if (call === 'enroll org1-peer1') throw new Error('the connection was reset');
    };
    await expect(enroll()).rejects.toThrow('the connection was reset');
    authorities.enrollmentCa.after = () => undefined;
    const key = secretOf('msp')['key.pem'];
    expect(await enroll()).toMatchObject({ outcome: 'created', reason: 'was not enrolled' });
    expect(authorities.enrollmentCa.issued.get('org1-peer1')).toEqual([secretOf('msp')['cert.pem']]);
    expect(secretOf('msp')['key.pem']).toBe(key);
  });

  test('takes over no certificate that was issued for another key', async () => {
    await enrolledBefore();
    const stranger = await authorities.tlsCa.issue({ commonName: 'org1-peer1', hosts: PEER.identity.hosts });
    const key = newPrivateKey();
    store = cluster(
      storedSecret('org1-peer1-msp', secretOf('msp')),
      storedSecret('org1-peer1-tls', { 'key.pem': key }),
    );
    await enroll();
    expect(secretOf('tls')['cert.pem']).not.toBe(stranger.certificate);
    expect(matches(secretOf('tls')['cert.pem'] ?? '', key)).toBe(true);
  });

  test('between registration and enrollment goes on by another secret', async () => {
    authorities.enrollmentCa.before = (call) =>
      call === 'enroll org1-peer1' ? Promise.reject(new Error('the worker was killed')) : Promise.resolve();
    await expect(enroll()).rejects.toThrow('the worker was killed');
    const first = authorities.enrollmentCa.identities.get('org1-peer1')?.secret;
    authorities.enrollmentCa.before = () => Promise.resolve();
    expect(await enroll()).toMatchObject({ outcome: 'created', reason: 'was not enrolled' });
    expect(authorities.enrollmentCa.identities.get('org1-peer1')).toMatchObject({ maxEnrollments: 1 });
    expect(authorities.enrollmentCa.identities.get('org1-peer1')?.secret).not.toBe(first);
  });

  test('writes nothing over what somebody else has stored meanwhile', async () => {
    await enrolledBefore({ validity: EXPIRED });
    const theirs = storedSecret('org1-peer1-msp', { 'cert.pem': 'theirs', 'key.pem': 'theirs' });
    authorities.enrollmentCa.before = async (call) => {
      if (!call.startsWith('enroll')) return;
      await dependenciesOf(store).cluster.request({
        method: 'PATCH',
        path: '/api/v1/namespaces/net/secrets/org1-peer1-msp',
        body: { ...theirs, metadata: { name: 'org1-peer1-msp', namespace: 'net' } },
        purpose: 'interfere',
      });
    };
    await expect(enroll()).rejects.toMatchObject({ type: 'ObjectConflict' });
    expect(secretOf('msp')).toEqual({ 'cert.pem': 'theirs', 'key.pem': 'theirs' });
  });

  test('does not end while a call to the other CA is under way', async () => {
    const events: string[] = [];
    authorities.enrollmentCa.before = (call) =>
      call.startsWith('register') ? Promise.reject(new Error('refused')) : Promise.resolve();
    authorities.tlsCa.before = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      events.push('the other CA has answered');
    };
    await expect(enroll()).rejects.toThrow('refused');
    // Registration and enrollment.
    expect(events).toEqual(['the other CA has answered', 'the other CA has answered']);
  });

  test('fails when its Secrets cannot be read, and takes none of them for absent', async () => {
    store.onRequest = ({ path, purpose }) => {
      if (path.endsWith('-msp')) throw new KubernetesError('unavailable', `Cannot ${purpose}: no answer.`);
    };
    await expect(enroll()).rejects.toMatchObject({ type: 'ClusterUnavailable' });
    expect(store.writes).toEqual([]);
  });
});

describe('the certificates that an enrollment returns', () => {
  test('are those of an orderer, new ones and good ones alike', async () => {
    const { certificates } = await enroll(ORDERER);
    expect(certificates).toEqual({
      identity: secretOf('msp', 'org1-orderer1')['cert.pem'],
      tls: secretOf('tls', 'org1-orderer1')['cert.pem'],
    });
    expect((await enroll(ORDERER)).certificates).toEqual(certificates);
    expect((await enroll({ ...ORDERER, dryRun: true })).certificates).toEqual(certificates);
  });

  test('are absent in a dry run where they would be issued', async () => {
    expect(await enroll({ ...ORDERER, dryRun: true })).not.toHaveProperty('certificates');
    await enrolledBefore({}, { validity: EXPIRED }, ORDERER);
    expect(await enroll({ ...ORDERER, dryRun: true })).not.toHaveProperty('certificates');
  });

  test('are nobody else’s: no step needs them', async () => {
    expect(await enroll(PEER)).not.toHaveProperty('certificates');
  });
});

describe('a dry run of an enrollment', () => {
  const CHANGES = /^(register|enroll|setSecret)/;

  test.each([
    ['of a new identity', () => Promise.resolve(), 'created'],
    ['of an identity with good certificates', () => enrolledBefore(), 'unchanged'],
    ['of an identity with expired certificates', () => enrolledBefore({ validity: EXPIRED }), 'updated'],
  ])('%s decides as the run does, writes nothing and changes nothing at a CA', async (_, given, outcome) => {
    await given();
    const planned = await enroll(PLANNED_PEER);
    expect(planned.outcome).toBe(outcome);
    expect(store.writes).toEqual([]);
    expect(authorities.calls().filter((call) => CHANGES.test(call))).toEqual([]);
    const { outcome: did, reason } = await enroll(PEER);
    expect(planned).toMatchObject({ outcome: did, reason });
  });

  test('says that the CA is not there yet, before it has published its roots and before its registrar is enrolled', async () => {
    const planned = { outcome: 'created', reason: 'the CA is not there yet' };
    store = objectStore([]);
    expect(await enroll(PLANNED_PEER)).toMatchObject(planned);
    const { enrollmentCa, tlsCa } = authorities;
    const roots = { 'ca.pem': enrollmentCa.root, 'tlsca.pem': tlsCa.root };
    store = objectStore([storedConfigMap('org1-ca-certificates', roots)]);
    expect(await enroll(PLANNED_PEER)).toMatchObject({ outcome: 'created', reason: /the CA is not there yet/ });
  });

  test('needs no CA while the registrar would have to be enrolled first', async () => {
    authorities = await fakeAuthorities(EXPIRED);
    await enrolledBefore({ validity: EXPIRED });
    expect(await enroll(PLANNED_PEER)).toMatchObject({ outcome: 'updated', reason: /^the certificate expired/ });
    expect(authorities.calls()).toEqual([]);
  });
});

test('an identity is not enrolled before the CA has published its roots', async () => {
  store = objectStore([]);
  await expect(enroll()).rejects.toMatchObject({ type: 'MaterialMissing' });
});

test('an identity that a CA knows as another type is a conflict, in a plan too, and that CA issues nothing', async () => {
  authorities.tlsCa.identities.set('org1-peer1', { type: 'client', secret: 'other' });
  for (const input of [PLANNED_PEER, PEER]) {
    await expect(enroll(input)).rejects.toMatchObject({ type: 'IdentityConflict', nonRetryable: true });
  }
  expect(authorities.tlsCa.issued.get('org1-peer1')).toBeUndefined();
});

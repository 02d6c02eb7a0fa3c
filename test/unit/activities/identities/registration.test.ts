import { beforeEach, describe, expect, test } from 'vitest';

import {
  enrollOnce,
  newEnrollmentSecret,
  requireType,
  withdrawSecret,
} from '../../../../src/activities/identities/registration.ts';
import type { Identity } from '../../../../src/activities/inputs.ts';
import {
  certificateSigningRequest,
  CertificateAuthorityError,
  describeCertificate,
  newPrivateKey,
  type Attribute,
  type CertificateAuthority,
  type Registrar,
} from '../../../../src/fabric/index.ts';
import { fakeAuthorities, type FakeCa } from './fake-authorities.ts';

const PEER = { name: 'org1-peer1', type: 'peer', hosts: [] } as const;

let ca: FakeCa;
let registrar: Registrar;

beforeEach(async () => {
  const authorities = await fakeAuthorities();
  ca = authorities.enrollmentCa;
  registrar = { certificate: authorities.registrar['cert.pem'], key: authorities.registrar['key.pem'] };
});

async function enroll(
  { isFirst, at = ca }: { readonly isFirst: boolean; readonly at?: CertificateAuthority },
  identity: Identity = PEER,
): Promise<string> {
  const csr = await certificateSigningRequest({ commonName: identity.name, hosts: [], key: newPrivateKey() });
  const { certificate } = await enrollOnce(at, registrar, identity, { csr, isFirst });
  return certificate;
}

/** A CA of which some calls are answered in another way. */
function answering(others: Partial<CertificateAuthority>): CertificateAuthority {
  return { ...ca, ...others };
}

/** Notes the secrets by which somebody enrolls. */
function noting(secrets: string[]): CertificateAuthority {
  return answering({
    enroll: (enrollment) => {
      secrets.push(enrollment.secret);
      return ca.enroll(enrollment);
    },
  });
}

describe('an enrollment', () => {
  test('takes two calls where the CA does not know the identity', async () => {
    const certificate = await enroll({ isFirst: true });
    expect(describeCertificate(certificate)).toMatchObject({ commonName: 'org1-peer1', organizationalUnits: ['peer'] });
    expect(ca.calls).toEqual(['register org1-peer1', 'enroll org1-peer1']);
  });

  test.each([
    ['it had certificates', false],
    ['none of its certificates is known', true],
  ])('of an identity that the CA knows is allowed once more where %s', async (_, isFirst) => {
    ca.identities.set('org1-peer1', { type: 'peer', secret: 'old' });
    await ca.issue({ commonName: 'org1-peer1' });
    await enroll({ isFirst });
    expect(ca.calls.filter((call) => !call.startsWith('register'))).toEqual([
      ...['identity org1-peer1', 'everIssued org1-peer1', 'setSecret org1-peer1', 'enroll org1-peer1'],
    ]);
    expect(ca.identities.get('org1-peer1')).toMatchObject({ type: 'peer', maxEnrollments: 2 });
  });

  test('registers an identity that had certificates where the CA has forgotten it', async () => {
    await enroll({ isFirst: false });
    expect(ca.calls).toEqual(['identity org1-peer1', 'register org1-peer1', 'enroll org1-peer1']);
  });

  test('is by a secret of its own, which the CA takes once', async () => {
    const secrets: string[] = [];
    for (const isFirst of [true, false, false]) await enroll({ isFirst, at: noting(secrets) });
    expect(new Set(secrets).size).toBe(3);
    for (const secret of secrets) {
      await expect(ca.enroll({ id: 'org1-peer1', secret, csr: '' })).rejects.toMatchObject({
        kind: 'authenticationFailed',
      });
    }
  });

  test('may be tried again where another attempt has set its secret meanwhile', async () => {
    const interrupted = answering({
      enroll: async (enrollment) => {
        await ca.setSecret(registrar, 'org1-peer1', { secret: newEnrollmentSecret() });
        return ca.enroll(enrollment);
      },
    });
    await expect(enroll({ isFirst: true, at: interrupted })).rejects.toMatchObject({
      type: 'ObjectConflict',
      nonRetryable: false,
    });
    expect(await enroll({ isFirst: true })).toContain('BEGIN CERTIFICATE');
  });

  test('is let in at the second time where all that was issued is revoked, and another attempt has set its secret', async () => {
    const { certificate } = await ca.issue({ commonName: 'org1-peer1' });
    ca.identities.set('org1-peer1', { type: 'peer', secret: 'old' });
    ca.revokedCertificates.add(certificate);
    let others = 1;
    const interrupted = answering({
      enroll: async (enrollment) => {
        if (others-- > 0) await ca.setSecret(registrar, 'org1-peer1', { secret: newEnrollmentSecret() });
        return ca.enroll(enrollment);
      },
    });
    expect(await enroll({ isFirst: true, at: interrupted })).toContain('BEGIN CERTIFICATE');
  });

  test('of a name that is revoked is refused for good', async () => {
    await ca.issue({ commonName: 'org1-peer1' });
    ca.identities.set('org1-peer1', { type: 'peer', secret: 'old' });
    ca.revoked.add('org1-peer1');
    await expect(enroll({ isFirst: true })).rejects.toMatchObject({ type: 'IdentityRevoked', nonRetryable: true });
  });

  test.each([true, false])('takes over no identity of another type (first: %s)', async (isFirst) => {
    ca.identities.set('org1-peer1', { type: 'client', secret: 'theirs' });
    await expect(enroll({ isFirst })).rejects.toMatchObject({
      type: 'IdentityConflict',
      message: 'org1-peer1 is registered as client, but the description makes it peer.',
      nonRetryable: true,
    });
    expect(ca.identities.get('org1-peer1')).toEqual({ type: 'client', secret: 'theirs' });
  });

  test('gives attributes to Admins alone, as Fabric’s test network does', async () => {
    const given = new Map<string, readonly Attribute[] | undefined>();
    const at = answering({
      register: (by, registration) => {
        given.set(registration.id, registration.attributes);
        return ca.register(by, registration);
      },
    });
    await enroll({ isFirst: true, at });
    await enroll({ isFirst: true, at }, { name: 'org1-admin', type: 'admin', hosts: [] });
    expect(given.get('org1-peer1')).toBeUndefined();
    expect(given.get('org1-admin')).toEqual(
      expect.arrayContaining([
        { name: 'hf.Registrar.Roles', value: 'client' },
        { name: 'admin', value: 'true', ecert: true },
        { name: 'abac.init', value: 'true', ecert: true },
      ]),
    );
  });

  test('fails where the CA does not answer: an identity is not looked up in its place', async () => {
    const unreachable = { kind: 'unreachable', authority: 'org1-ca', task: 'register', reason: 'timeout' } as const;
    const down = answering({ register: () => Promise.reject(new CertificateAuthorityError(unreachable)) });
    await expect(enroll({ isFirst: true, at: down })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(ca.calls).toEqual([]);
  });
});

describe('a secret that is withdrawn', () => {
  test('is taken no more, and the next enrollment has its own', async () => {
    ca.identities.set('org1-peer1', { type: 'peer', secret: 'kept' });
    await withdrawSecret(ca, registrar, 'org1-peer1');
    await expect(ca.enroll({ id: 'org1-peer1', secret: 'kept', csr: '' })).rejects.toMatchObject({
      kind: 'authenticationFailed',
    });
    expect(ca.identities.get('org1-peer1')?.maxEnrollments).toBe(0);
    expect(await enroll({ isFirst: false })).toContain('BEGIN CERTIFICATE');
  });

  test('is none where the CA does not know the identity', async () => {
    await withdrawSecret(ca, registrar, 'org1-peer1');
    expect(ca.identities.has('org1-peer1')).toBe(false);
  });
});

test.each([undefined, { type: 'peer' }])('an identity that the CA knows as %j is no conflict', (known) => {
  expect(() => {
    requireType(PEER, known);
  }).not.toThrow();
});

test('enrollment secrets are long, differ, and need no quoting', () => {
  expect(newEnrollmentSecret()).toMatch(/^[\w-]{32}$/);
  expect(newEnrollmentSecret()).not.toBe(newEnrollmentSecret());
});

import { describe, expect, test } from 'vitest';

import { registerAt } from '../../../../src/activities/identities/registration.ts';
import { CertificateAuthorityError, type CertificateAuthority } from '../../../../src/fabric/index.ts';

const REGISTRAR = { certificate: 'certificate', key: 'key' };
const PEER = { name: 'org1-peer1', type: 'peer', hosts: [] } as const;
const NEW = { secret: 's3cret', isNew: true, dryRun: false };
const KEPT = { ...NEW, isNew: false };

interface FakeCa {
  readonly ca: CertificateAuthority;
  /** What was asked of it, without the answers. */
  readonly calls: string[];
}

/** A CA that knows the identities of these names as the given types, and nothing else. */
function fakeCa(known: Readonly<Record<string, string>>): FakeCa {
  const identities = new Map(Object.entries(known));
  const calls: string[] = [];
  const refuse = (): Promise<never> => Promise.reject(new Error('nobody asks for this here'));
  const ca: CertificateAuthority = {
    info: refuse,
    enroll: refuse,
    certificates: refuse,
    close: () => Promise.resolve(),
    register: (_, { id, type, secret }) => {
      calls.push(`register ${id} ${secret}`);
      if (identities.has(id)) {
        const reason = `Identity '${id}' is already registered`;
        const details = { kind: 'alreadyRegistered', authority: 'org1-ca', task: `register ${id}`, reason } as const;
        return Promise.reject(new CertificateAuthorityError(details));
      }
      identities.set(id, type);
      return Promise.resolve();
    },
    identity: (_, id) => {
      calls.push(`identity ${id}`);
      const type = identities.get(id);
      return Promise.resolve(
        type === undefined ? undefined : { id, type, affiliation: '', attributes: [], maxEnrollments: -1 },
      );
    },
    setSecret: (_, id, secret) => {
      calls.push(`setSecret ${id} ${secret}`);
      return Promise.resolve();
    },
  };
  return { ca, calls };
}

describe('registering an identity', () => {
  test('takes one call where its secret is new and the CA does not know it', async () => {
    const { ca, calls } = fakeCa({});
    expect(await registerAt(ca, REGISTRAR, PEER, NEW)).toEqual({ outcome: 'created', reason: 'was not registered' });
    expect(calls).toEqual(['register org1-peer1 s3cret']);
  });

  test('gives the CA the new secret of an identity whose old one is lost', async () => {
    const { ca, calls } = fakeCa({ 'org1-peer1': 'peer' });
    expect(await registerAt(ca, REGISTRAR, PEER, NEW)).toMatchObject({ outcome: 'updated' });
    expect(calls.slice(1)).toEqual(['identity org1-peer1', 'setSecret org1-peer1 s3cret']);
  });

  test('is done where a worker died after the call', async () => {
    const { ca, calls } = fakeCa({ 'org1-peer1': 'peer' });
    expect(await registerAt(ca, REGISTRAR, PEER, KEPT)).toEqual({ outcome: 'unchanged', reason: '' });
    expect(calls).toEqual(['identity org1-peer1']);
  });

  test('is made up for where a worker died before the call', async () => {
    const { ca, calls } = fakeCa({});
    expect(await registerAt(ca, REGISTRAR, PEER, KEPT)).toMatchObject({ outcome: 'created' });
    expect(calls).toEqual(['identity org1-peer1', 'register org1-peer1 s3cret']);
  });

  test.each([NEW, KEPT])('takes over no identity of another type (new secret: $isNew)', async (registration) => {
    const { ca, calls } = fakeCa({ 'org1-peer1': 'client' });
    await expect(registerAt(ca, REGISTRAR, PEER, registration)).rejects.toMatchObject({
      type: 'IdentityConflict',
      nonRetryable: true,
    });
    expect(calls).not.toContain('setSecret org1-peer1 s3cret');
  });

  test.each([
    { known: {}, outcome: 'created' },
    { known: { 'org1-peer1': 'peer' }, outcome: 'updated' },
  ])('only looks in a dry run: $outcome', async ({ known, outcome }) => {
    const { ca, calls } = fakeCa(known);
    expect(await registerAt(ca, REGISTRAR, PEER, { ...NEW, dryRun: true })).toMatchObject({ outcome });
    expect(calls).toEqual(['identity org1-peer1']);
  });
});

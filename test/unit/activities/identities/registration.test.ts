import { describe, expect, test } from 'vitest';

import {
  decideRegistration,
  newEnrollmentSecret,
  register,
} from '../../../../src/activities/identities/registration.ts';
import { CertificateAuthorityError, type CertificateAuthority } from '../../../../src/fabric/index.ts';

const REGISTRAR = { certificate: 'certificate', key: 'key' };
const PEER = { name: 'org1-peer1', type: 'peer', hosts: [] } as const;
const NEW = { value: 's3cret', isNew: true };
const KEPT = { ...NEW, isNew: false };

interface FakeCa {
  readonly ca: CertificateAuthority;
  /** What was asked of it, without the answers. */
  readonly calls: string[];
  /** What was registered of each identity. */
  readonly attributes: Record<string, unknown>;
}

/** A CA that knows the identities of these names as the given types, and nothing else. */
function fakeCa(known: Readonly<Record<string, string>>): FakeCa {
  const identities = new Map(Object.entries(known));
  const calls: string[] = [];
  const attributes: Record<string, unknown> = {};
  const refuse = (): Promise<never> => Promise.reject(new Error('nobody asks for this here'));
  const ca: CertificateAuthority = {
    info: refuse,
    enroll: refuse,
    certificates: refuse,
    close: () => Promise.resolve(),
    register: (_, { id, type, secret, attributes: given }) => {
      attributes[id] = given;
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
      return Promise.resolve(type === undefined ? undefined : { id, type, affiliation: '', attributes: [] });
    },
    setSecret: (_, id, secret) => {
      calls.push(`setSecret ${id} ${secret}`);
      return Promise.resolve();
    },
  };
  return { ca, calls, attributes };
}

describe('what a CA has to be told about an identity', () => {
  const known = { type: 'peer' };
  test.each([
    ['that nobody knows', undefined, true, 'register', 'created'],
    ['that nobody knows, though its secret is stored', undefined, false, 'register', 'created'],
    ['that is known, perhaps under another secret than the stored one', known, false, 'setSecret', 'unchanged'],
    ['that is known, but whose secret was lost', known, true, 'setSecret', 'updated'],
  ] as const)('of one %s', (_, registered, isNew, call, outcome) => {
    expect(decideRegistration(PEER, registered, { isNew })).toMatchObject({ call, outcome });
  });

  test.each([true, false])('is nothing where it is of another type: that is a conflict (new secret: %s)', (isNew) => {
    expect(() => decideRegistration(PEER, { type: 'client' }, { isNew })).toThrow(
      'org1-peer1 is registered as client, but the description makes it peer.',
    );
  });
});

describe('registering an identity', () => {
  test('takes one call where its secret is new and the CA does not know it', async () => {
    const { ca, calls } = fakeCa({});
    expect(await register(ca, REGISTRAR, PEER, NEW)).toEqual({ outcome: 'created', reason: 'was not registered' });
    expect(calls).toEqual(['register org1-peer1 s3cret']);
  });

  test('gives the CA the new secret of an identity whose old one is lost', async () => {
    const { ca, calls } = fakeCa({ 'org1-peer1': 'peer' });
    expect(await register(ca, REGISTRAR, PEER, NEW)).toEqual({
      outcome: 'updated',
      reason: 'its enrollment secret was missing and is replaced',
    });
    expect(calls.slice(1)).toEqual(['identity org1-peer1', 'setSecret org1-peer1 s3cret']);
  });

  test('tells the CA the stored secret once more where a worker died, before the call or after it', async () => {
    const { ca, calls } = fakeCa({ 'org1-peer1': 'peer' });
    expect(await register(ca, REGISTRAR, PEER, KEPT)).toEqual({ outcome: 'unchanged', reason: '' });
    expect(calls).toEqual(['identity org1-peer1', 'setSecret org1-peer1 s3cret']);
  });

  test('is made up for where a worker died before the call', async () => {
    const { ca, calls } = fakeCa({});
    expect(await register(ca, REGISTRAR, PEER, KEPT)).toMatchObject({ outcome: 'created' });
    expect(calls).toEqual(['identity org1-peer1', 'register org1-peer1 s3cret']);
  });

  test.each([NEW, KEPT])('takes over no identity of another type (new secret: $isNew)', async (secret) => {
    const { ca, calls } = fakeCa({ 'org1-peer1': 'client' });
    await expect(register(ca, REGISTRAR, PEER, secret)).rejects.toMatchObject({
      type: 'IdentityConflict',
      nonRetryable: true,
    });
    expect(calls).not.toContain('setSecret org1-peer1 s3cret');
  });

  test('gives attributes to Admins alone, as Fabric’s test network does', async () => {
    const { ca, attributes } = fakeCa({});
    await register(ca, REGISTRAR, PEER, NEW);
    await register(ca, REGISTRAR, { name: 'org1-admin', type: 'admin', hosts: [] }, NEW);
    expect(attributes['org1-peer1']).toBeUndefined();
    expect(attributes['org1-admin']).toEqual(
      expect.arrayContaining([
        { name: 'hf.Registrar.Roles', value: 'client' },
        { name: 'admin', value: 'true', ecert: true },
        { name: 'abac.init', value: 'true', ecert: true },
      ]),
    );
  });

  test('fails where the CA does not answer: an identity is not looked up in its place', async () => {
    const { ca, calls } = fakeCa({});
    const unreachable = { kind: 'unreachable', authority: 'org1-ca', task: 'register', reason: 'timeout' } as const;
    const down = { ...ca, register: () => Promise.reject(new CertificateAuthorityError(unreachable)) };
    await expect(register(down, REGISTRAR, PEER, NEW)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(calls).toEqual([]);
  });
});

test('enrollment secrets are long, differ, and need no quoting', () => {
  expect(newEnrollmentSecret()).toMatch(/^[\w-]{32}$/);
  expect(newEnrollmentSecret()).not.toBe(newEnrollmentSecret());
});

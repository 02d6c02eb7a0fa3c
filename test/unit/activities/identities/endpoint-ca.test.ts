import { beforeEach, describe, expect, test } from 'vitest';

import {
  caKeyHash,
  ensureEndpointCa,
  evaluateEndpointCa,
  TO_BE_MADE,
} from '../../../../src/activities/identities/endpoint-ca.ts';
import { newPrivateKey, selfSignedAuthority, type CertifiedKey } from '../../../../src/fabric/index.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret } from '../stored.ts';

const ORG0 = describedNetwork({ certificates: { renewBefore: '2880h' } }).organization('org0');
const LIFETIMES = ORG0.network.certificates;
const YEAR_HOURS = 365 * 24;

function entries({ certificate, key }: Partial<CertifiedKey>): Record<string, string> {
  return {
    ...(certificate === undefined ? {} : { 'cert.pem': certificate }),
    ...(key === undefined ? {} : { 'key.pem': key }),
  };
}

describe.each([
  ['admin', 'org0-admin-ca', 'org0-admin'],
  ['operations', 'org0-operations-ca', 'org0-ca'],
] as const)('the CA for %s endpoints', (endpoint, SECRET, owner) => {
  const newCa = (lifetimeHours = 10 * YEAR_HOURS): Promise<CertifiedKey> =>
    selfSignedAuthority({ commonName: SECRET, lifetimeHours });

  test.each([
    ['is good', () => newCa(), { outcome: 'unchanged' }, true],
    [
      'is absent',
      () => Promise.resolve({}),
      { outcome: 'created', reason: expect.stringContaining(SECRET) as string },
      false,
    ],
    ['has lost its key', async () => ({ certificate: (await newCa()).certificate }), { outcome: 'created' }, false],
    [
      'has the key of another',
      async () => ({ ...(await newCa()), key: newPrivateKey() }),
      { outcome: 'updated' },
      false,
    ],
    [
      'cannot be read',
      () => Promise.resolve({ certificate: 'damaged', key: 'damaged' }),
      { outcome: 'updated' },
      false,
    ],
    ['ends soon, and keeps its key', () => newCa(YEAR_HOURS / 4), { outcome: 'updated' }, true],
    ['has ended, and keeps nothing', () => newCa(-0.01), { outcome: 'updated' }, false],
  ])('is seen for what it is where it %s', async (_, given, decision, isKept) => {
    const stored = { data: entries(await given()) };
    const evaluated = evaluateEndpointCa(endpoint, stored, 'org0', new Date(), LIFETIMES);
    expect(evaluated.decision).toMatchObject(decision);
    expect(evaluated.ca !== undefined).toBe(isKept);
  });

  let store: ObjectStore;

  beforeEach(() => {
    store = objectStore([]);
  });

  function ensure(dryRun = false): ReturnType<typeof ensureEndpointCa> {
    return ensureEndpointCa(dependenciesOf(store), endpoint, { ...ORG0, dryRun }, new AbortController().signal);
  }

  test('is made, belongs to its organization and network, and is found again', async () => {
    const { decision, certificate } = await ensure();
    expect(decision.outcome).toBe('created');
    expect(store.dataOf('Secret', SECRET)).toMatchObject({ 'cert.pem': certificate });
    expect(store.find('Secret', SECRET)?.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'weft',
      'weft.dev/network': 'net',
      'weft.dev/organization': 'org0',
      'weft.dev/node': owner,
    });
    expect(await ensure()).toMatchObject({ decision: { outcome: 'unchanged', reason: '' }, certificate });
    expect(store.writes).toEqual([`Secret ${SECRET}`]);
  });

  test('gets another certificate for its key where it ends soon, so that nodes which have the one before answer', async () => {
    const ending = await newCa(YEAR_HOURS / 4);
    store.put(storedSecret(SECRET, entries(ending)));
    const { decision, certificate } = await ensure();
    expect(decision.outcome).toBe('updated');
    expect(certificate).not.toBe(ending.certificate);
    expect(caKeyHash(certificate)).toBe(caKeyHash(ending.certificate));
    expect(store.dataOf('Secret', SECRET)).toEqual({ 'cert.pem': certificate, 'key.pem': ending.key });
  });

  test('is another one, with another key, where the Secret is gone', async () => {
    const { certificate } = await ensure();
    store.forget('Secret', SECRET);
    const after = await ensure();
    expect(after.decision).toMatchObject({ outcome: 'created' });
    expect(caKeyHash(after.certificate)).not.toBe(caKeyHash(certificate));
  });

  test('is one for nodes that start at the same time', async () => {
    const made = await Promise.all([ensure(), ensure(), ensure()]);
    expect(new Set(made.map(({ certificate }) => certificate)).size).toBe(1);
    expect(store.writes).toEqual([`Secret ${SECRET}`]);
  });

  test('is written nowhere in a dry run, which tells what it would make apart from what there is', async () => {
    expect(await ensure(true)).toMatchObject({ decision: { outcome: 'created' }, certificate: TO_BE_MADE });
    expect(store.writes).toEqual([]);
    const { certificate } = await ensure();
    expect(await ensure(true)).toMatchObject({ decision: { outcome: 'unchanged', reason: '' }, certificate });
    expect(caKeyHash(TO_BE_MADE)).not.toBe(caKeyHash(certificate));
  });
});

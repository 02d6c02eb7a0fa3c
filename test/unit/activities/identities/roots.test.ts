import { beforeAll, describe, expect, test } from 'vitest';

import { findRoots, readRoots, replacedRoots, type Roots } from '../../../../src/activities/identities/roots.ts';
import { newAuthority } from '../../fabric/ca/authority.ts';
import { objectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap } from '../stored.ts';

const { signal } = new AbortController();
const ORG1 = { name: 'org1', namespace: 'net' };

let roots: Roots;
let other: Roots;

beforeAll(async () => {
  const [ca, tlsca, otherCa, otherTlsCa] = await Promise.all([
    newAuthority(),
    newAuthority(),
    newAuthority(),
    newAuthority(),
  ]);
  roots = { ca: ca.chain, tlsca: tlsca.chain };
  other = { ca: otherCa.chain, tlsca: otherTlsCa.chain };
});

describe('published roots that are not those with which the CAs answer', () => {
  test('are none while nothing is published, or what is published cannot be read', () => {
    expect(replacedRoots({}, roots)).toEqual([]);
    expect(replacedRoots({ ca: 'edited by hand', tlsca: '' }, roots)).toEqual([]);
  });

  test('are none while they are the same, whatever white space surrounds them', () => {
    expect(replacedRoots(roots, roots)).toEqual([]);
    expect(replacedRoots({ ca: `\n${roots.ca}\n` }, roots)).toEqual([]);
  });

  test('are named each', () => {
    expect(replacedRoots({ ...roots, ca: other.ca }, roots)).toEqual(['ca.pem']);
    expect(replacedRoots({ ...roots, tlsca: other.tlsca }, roots)).toEqual(['tlsca.pem']);
    expect(replacedRoots(other, roots)).toEqual(['ca.pem', 'tlsca.pem']);
  });
});

describe('reading the published roots', () => {
  const published = (data: Record<string, string>): ReturnType<typeof dependenciesOf> =>
    dependenciesOf(objectStore([storedConfigMap('org1-ca-certificates', data)]));

  test('gives both, by what they are for', async () => {
    const dependencies = published({ 'ca.pem': 'one', 'tlsca.pem': 'two' });
    expect(await readRoots(dependencies, ORG1, signal)).toEqual({ ca: 'one', tlsca: 'two' });
  });

  test.each([{}, { 'ca.pem': 'one' }, { 'tlsca.pem': 'two' }])('finds none where one is missing: %o', async (data) => {
    expect(await findRoots(published(data), ORG1, signal)).toBeUndefined();
    await expect(readRoots(published(data), ORG1, signal)).rejects.toMatchObject({ type: 'MaterialMissing' });
  });
});

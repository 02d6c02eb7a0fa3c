import { describe, expect, test } from 'vitest';

import { clustersOf, selectorOf } from '../../../src/workflows/selection.ts';
import { completeDescription } from '../../../src/spec/index.ts';
import { networkOf } from '../spec/descriptions.ts';

describe('where a described network is', () => {
  test('is in the namespaces of its organizations, on the cluster of the run', () => {
    const selector = selectorOf(described([{ namespace: 'a' }, { namespace: 'b' }, { namespace: 'a' }]));
    expect(selector).toEqual({ network: 'net', namespaces: ['a', 'b'] });
    expect(clustersOf(selector, 'local')).toEqual(['local']);
  });

  test('is on every other cluster that an organization names, too', () => {
    const selector = selectorOf(
      described([{ namespace: 'a' }, { namespace: 'b', cluster: 'eu' }, { namespace: 'c', cluster: 'eu' }]),
    );
    expect(selector).toEqual({
      network: 'net',
      namespaces: ['a'],
      elsewhere: [{ cluster: 'eu', namespaces: ['b', 'c'] }],
    });
    expect(clustersOf(selector, 'local')).toEqual(['local', 'eu']);
  });

  test('is not on the cluster of the run where every organization names another one', () => {
    const selector = selectorOf(described([{ namespace: 'a', cluster: 'eu' }]));
    expect(selector).toMatchObject({ namespaces: [] });
    expect(clustersOf(selector, 'local')).toEqual(['eu']);
  });

  test('is on the cluster of the run where only its name is known', () => {
    expect(clustersOf({ network: 'net' }, 'local')).toEqual(['local']);
  });
});

function described(
  places: readonly { readonly namespace: string; readonly cluster?: string }[],
): ReturnType<typeof networkOf> {
  const organizations = places.map((place, index) => ({ name: `org${String(index)}`, orderers: 1, ...place }));
  return networkOf(completeDescription({ name: 'net', organizations }));
}

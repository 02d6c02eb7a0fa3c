import { describe, expect, test } from 'vitest';

import { textsOf } from '../../../../src/activities/cluster/manifests.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';

function object(kind: 'ConfigMap' | 'Secret', data?: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'one', namespace: 'net' }, ...(data && { data }) };
}

describe('the texts of', () => {
  test.each([
    ['a ConfigMap are its data', object('ConfigMap', { key: 'dGV4dA==' }), { key: 'dGV4dA==' }],
    ['a Secret are its data decoded', object('Secret', { key: 'dGV4dA==' }), { key: 'text' }],
    ['a ConfigMap without data are none', object('ConfigMap'), {}],
    ['a Secret without data are none', object('Secret'), {}],
  ])('%s', (_, given, texts) => {
    expect(textsOf(given)).toEqual(texts);
  });
});

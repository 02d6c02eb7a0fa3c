import { describe, expect, test } from 'vitest';

import { renderManifest, renderManifestFile } from '../../../../src/kubernetes/index.ts';
import { TemplateError } from '../../../../src/templates/index.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

describe('a manifest', () => {
  test('of kube/ is found by its name', async () => {
    await expect(renderManifestFile('namespace.yaml', { NAMESPACE: 'test', NETWORK: 'test-network' })).resolves.toEqual(
      [
        expect.objectContaining({
          kind: 'Namespace',
          metadata: expect.objectContaining({ name: 'test' }) as unknown,
        }),
      ],
    );
  });

  test.each([
    { text: 'just a text', fact: 'it is no mapping' },
    { text: 'a: 1', fact: 'it has no apiVersion and no kind' },
    { text: 'apiVersion: v1\nkind: Secret', fact: 'it has no metadata.name' },
  ])('is refused where a document is no Kubernetes object: $fact', ({ text, fact }) => {
    expect(() => renderManifest(`${CONFIG_MAP}---\n${text}\n`, {}, 'test.yaml')).toThrow(
      new TemplateError([`test.yaml:6: this document is no Kubernetes object: ${fact}.`]),
    );
  });
});

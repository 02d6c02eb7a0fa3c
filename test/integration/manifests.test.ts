import { readdir } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { apply, remove, renderManifest, type Cluster, type KubernetesObject } from '../../src/kubernetes/index.ts';
import { loadTemplate } from '../../src/templates/index.ts';
import { exampleVariables, variablesOf } from '../support/templates.ts';
import { testCluster } from '../support/weft.ts';

const NETWORK = 'it-manifests';

const templates = (await readdir(new URL('../../kube', import.meta.url), { withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map(({ name }) => name);

async function render(name: string): Promise<KubernetesObject[]> {
  const text = await loadTemplate(name);
  return renderManifest(text, variablesOf(text, exampleVariables(NETWORK)), name);
}

describe('the manifests of kube/', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = testCluster();
    for (const namespace of await render('namespace.yaml')) await apply(cluster, namespace, { network: NETWORK });
  });

  afterAll(async () => {
    for (const namespace of await render('namespace.yaml')) await remove(cluster, namespace, { network: NETWORK });
    await cluster.close();
  });

  it.each(templates)('%s is what the cluster accepts, field by field', async (name) => {
    const objects = await render(name);
    expect(objects).not.toHaveLength(0);
    for (const object of objects) {
      const decision = await apply(cluster, object, { network: NETWORK, dryRun: true });
      expect(decision.outcome).toBe(object.kind === 'Namespace' ? 'unchanged' : 'created');
    }
  });

  it('are refused for a field that Kubernetes does not know', async () => {
    const [service] = (await render('peer.yaml')).filter(({ kind }) => kind === 'Service');
    const misspelt = { ...service, spec: { ...(service?.['spec'] as object), selectors: {} } } as KubernetesObject;
    await expect(apply(cluster, misspelt, { network: NETWORK, dryRun: true })).rejects.toThrow(/selectors/);
  });
});

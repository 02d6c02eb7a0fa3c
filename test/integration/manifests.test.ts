import { readdir } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { apply, remove, renderManifest, type Cluster, type KubernetesObject } from '../../src/kubernetes/index.ts';
import { loadTemplate, type TemplateVariables } from '../../src/templates/index.ts';
import { variablesOf } from '../support/templates.ts';
import { testCluster } from '../support/weft.ts';

const NETWORK = 'it-manifests';

/** A value for every placeholder of kube/. */
const VARIABLES: TemplateVariables = {
  NETWORK,
  NAMESPACE: NETWORK,
  ORGANIZATION: 'org1',
  NODE: 'org1-peer1',
  COMPONENT: 'peer',
  NAME: 'org1-peer1-msp',
  IDENTITY: 'app1',
  STORAGE: '1Gi',
  STORAGE_CLASS: null,
  IMAGE: 'ghcr.io/hyperledger/fabric-peer:2.5.9',
  RESOURCES: { requests: { cpu: '50m', memory: '64Mi' } },
  ROLLOUT_TIMEOUT_SECONDS: 600,
  CONFIGURATION_HASH: '0123456789abcdef',
  CERTIFICATES_HASH: '0123456789abcdef',
  ADMIN_CA: '0123456789abcdef',
  ADMIN_CA_SECRET: 'org1-admin-ca',
  ENVIRONMENT: { CORE_PEER_ID: 'peer1' },
  SECRET_VARIABLES: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'secret', key: 'a' } } }],
  POD_USER: 7051,
  IMAGE_PULL_SECRETS: [{ name: 'registry' }],
  DATA: { 'cert.pem': Buffer.from('certificate').toString('base64') },
  CERTIFICATES: { 'ca.pem': 'certificate' },
  CORE_YAML: 'peer: {}\n',
  ORDERER_YAML: 'General: {}\n',
  NODE_OU_CONFIG: 'NodeOUs: {}\n',
  RECORD: { 'network.json': '{}\n', state: 'applied' },
  SERVER: 'org1-ccaas-mychannel-basic',
  JOB: 'org1-peer1-unjoin-1a2b3c4d',
  CHANNEL: 'mychannel',
  REMOVED: null,
  BLOCK: Buffer.from('block').toString('base64'),
};

const templates = (await readdir(new URL('../../kube', import.meta.url), { withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map(({ name }) => name);

async function render(name: string): Promise<KubernetesObject[]> {
  const text = await loadTemplate(name);
  return renderManifest(text, variablesOf(text, VARIABLES), name);
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

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createRecordActivities } from '../../src/activities/cluster/record.ts';
import { applyManifest, type Dependencies } from '../../src/activities/cluster/manifests.ts';
import { createNamespaceActivities } from '../../src/activities/cluster/namespaces.ts';
import { createClusterActivities } from '../../src/activities/cluster/preflight.ts';
import { claimVolume } from '../../src/activities/cluster/volumes.ts';
import { networkSettings } from '../../src/workflows/inputs.ts';
import { createRemovalActivities } from '../../src/activities/prune/removal.ts';
import { createInspectionActivities } from '../../src/activities/status/nodes.ts';
import { fabricNodes, fabricPrograms } from '../../src/fabric/index.ts';
import { awaitGone, connectCluster, observe, type Cluster } from '../../src/kubernetes/index.ts';
import { completeDescription } from '../../src/spec/index.ts';
import { mockActivity } from '../unit/activities/mock-activity.ts';
import { makeWorkerAccount, serviceAccountToken } from '../support/service-account.ts';
import { testCluster } from '../support/weft.ts';
import { applyNamespace } from './faults/apply.ts';
import { writeKubeconfig } from './faults/kubeconfigs.ts';

/*
 * A worker that has the Role of kube/weft/worker-role.yaml in one namespace, and nothing else.
 */

const NAME = `it-role-${String(process.pid)}`;
const NAMESPACE = NAME;
const WORKER = { name: 'weft-worker', namespace: NAMESPACE };

const network = (() => {
  const completed = completeDescription({
    name: NAME,
    organizations: [{ name: 'org1', namespace: NAMESPACE, orderers: 1, peers: 1 }],
  });
  if (!completed.ok) throw new Error(JSON.stringify(completed));
  return completed.network;
})();
const common = { network: networkSettings(network), dryRun: false };
const storage = { classes: [], usesDefault: true };
const described = [{ name: 'org1', namespace: NAMESPACE, nodes: ['org1-orderer1', 'org1-peer1'] }];

let admin: Cluster;
let worker: Cluster;
let dependencies: Dependencies;

beforeAll(async () => {
  admin = testCluster();
  await applyNamespace(admin, NAMESPACE);
  await makeWorkerAccount(admin, WORKER);
  worker = await connectAsWorker();
  const connector = { connect: () => Promise.reject(new Error('No Service is connected to here.')) };
  dependencies = { cluster: worker, connector, nodes: fabricNodes, programs: fabricPrograms() };
});

afterAll(async () => {
  await worker.close();
  await admin.request({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}`, purpose: 'remove the namespace' });
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await awaitGone(admin, namespace, AbortSignal.timeout(120_000));
  await admin.close();
});

describe('a worker with the Role of one namespace', () => {
  test('has every right that a run asks for there, and lacks them in any other', async () => {
    const { checkCluster } = createClusterActivities(dependencies);
    await expect(run(checkCluster, { ...common, namespaces: [NAMESPACE], storage })).resolves.toMatchObject({
      outcome: 'unchanged',
    });
    await expect(run(checkCluster, { ...common, namespaces: ['default'], storage })).rejects.toMatchObject({
      type: 'ClusterForbidden',
      message: expect.stringContaining('get secrets in namespace default') as unknown,
    });
  });

  test('uses the namespace as it is', async () => {
    const { applyNamespace } = createNamespaceActivities(dependencies);
    await expect(run(applyNamespace, { ...common, namespace: NAMESPACE })).resolves.toMatchObject({
      outcome: 'unchanged',
    });
  });

  test('makes what a network is made of, tells its state, and finds and removes all of it', async () => {
    const { inspectNodes } = createInspectionActivities(dependencies);
    const removal = createRemovalActivities(dependencies);
    await makeNetwork();

    const status = await run(inspectNodes, { network: NAME, namespaces: [NAMESPACE] });
    expect(status.nodes).toMatchObject([{ name: 'org1-peer2', ready: false }]);
    const removals = await run(removal.findRemovals, { network: NAME, described, pruneData: false });
    expect(removals.map(({ target }) => target)).toEqual(['org1/peer2']);
    for (const group of removals) {
      await expect(
        run(removal.removeNode, { ...group, network: NAME, keepData: false, dryRun: false }),
      ).resolves.toMatchObject({ outcome: 'removed' });
    }

    const owned = await run(removal.findOwned, { network: NAME, namespaces: [NAMESPACE] });
    expect(owned.namespaces).toEqual([NAMESPACE]);
    const rest = { network: NAME, namespace: NAMESPACE, keepData: false, dryRun: false };
    await expect(run(removal.removeNetworkObjects, rest)).resolves.toMatchObject({ outcome: 'removed' });
    await expect(
      run(removal.verifyRemoved, { network: NAME, searched: [NAMESPACE], keepData: false }),
    ).resolves.toMatchObject({ outcome: 'unchanged' });
  });

  test('leaves a namespace that Weft made: it may neither change nor remove it', async () => {
    await admin.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/${NAMESPACE}`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels: { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': NAME } } },
      purpose: 'label the namespace as one of Weft',
    });
    const { applyNamespace } = createNamespaceActivities(dependencies);
    await expect(run(applyNamespace, { ...common, namespace: NAMESPACE })).resolves.toMatchObject({
      outcome: 'unchanged',
    });

    const { removeNetworkObjects } = createRemovalActivities(dependencies);
    const rest = { network: NAME, namespace: NAMESPACE, keepData: false, dryRun: false };
    await expect(run(removeNetworkObjects, rest)).resolves.toMatchObject({
      outcome: 'unchanged',
      reason: expect.stringContaining('the namespace stays') as unknown,
    });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
    expect((await observe(admin, namespace))?.metadata.deletionTimestamp).toBeUndefined();
  });
});

/** A peer that no description names, with a volume and the network's record: one object at least of each kind. */
async function makeNetwork(): Promise<void> {
  const options = { ...common, signal: AbortSignal.timeout(60_000) };
  const { recordNetwork } = createRecordActivities(dependencies);
  await run(recordNetwork, {
    ...common,
    namespaces: [NAMESPACE],
    description: network,
    identity: { cluster: NAME, clusters: {} },
  });
  const [organization] = network.organizations;
  if (organization === undefined) throw new Error('The network has no organization.');
  const owner = { NETWORK: NAME, NAMESPACE, ORGANIZATION: 'org1', NODE: 'org1-peer2' };
  await claimVolume(dependencies, { organization }, { name: 'org1-peer2', storage: '1Gi', isInUse: false }, options);
  await applyManifest(
    dependencies,
    'secret.yaml',
    { ...owner, IDENTITY: null, NAME: 'org1-peer2-msp', DATA: {} },
    options,
  );
  const node = {
    ...owner,
    ENVIRONMENT: {},
    SECRET_VARIABLES: null,
    POD_USER: 7051,
    IMAGE_PULL_SECRETS: null,
    ROLLOUT_TIMEOUT_SECONDS: 600,
    CONFIGURATION_HASH: '0',
    CERTIFICATES_HASH: '0',
    OPERATIONS_CA: '0',
    OPERATIONS_CA_SECRET: 'org1-operations-ca',
    IMAGE: 'ghcr.io/hyperledger/fabric-peer:2.5.9',
    RESOURCES: {},
  };
  await applyManifest(dependencies, 'peer.yaml', node, options);
}

function run<Input, Result>(activity: (input: Input) => Promise<Result>, input: Input): Promise<Result> {
  return mockActivity().run(activity, input);
}

/** Connects with a token of the worker's account, as a worker outside of the cluster does. */
async function connectAsWorker(): Promise<Cluster> {
  const config = await writeKubeconfig(NAME, { token: await serviceAccountToken(admin, WORKER) });
  try {
    return connectCluster({ kubeconfig: config.forCommands['WEFT_KUBECONFIG'], context: NAME });
  } finally {
    await config.remove();
  }
}

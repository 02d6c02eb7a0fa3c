import { beforeEach, describe, expect, test } from 'vitest';

import {
  createNodeActivities,
  type AwaitRolloutInput,
  type DeploymentResult,
  type RolloutResult,
} from '../../../../src/activities/nodes/nodes.ts';
import type { NodeInput } from '../../../../src/activities/inputs.ts';
import { selfSignedAuthority } from '../../../../src/fabric/index.ts';
import { KubernetesError } from '../../../../src/kubernetes/index.ts';
import { nodeHosts, nodeName } from '../../../../src/spec/index.ts';
import { newAuthority, type TestAuthority } from '../../fabric/ca/authority.ts';
import { newContainer, newDeployment, newPod, newReplicaSet } from '../../kubernetes/fixtures.ts';
import { configurationOf, rollOut } from '../deployments.ts';
import { CURRENT, EXPIRED } from '../identities/fake-authorities.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap, storedSecret } from '../stored.ts';

const PEER = describedNetwork().node('org1', 'peer1');
const ORDERER = describedNetwork().node('org0', 'orderer1');
const PLANNED_PEER = describedNetwork({}, true).node('org1', 'peer1');

let ca: TestAuthority;
let store: ObjectStore;

beforeEach(async () => {
  ca = await newAuthority('org1-ca', CURRENT);
  store = objectStore([storedConfigMap('org1-ca-certificates', { 'ca.pem': ca.chain, 'tlsca.pem': ca.chain })]);
});

/** Stores certificates of org1-peer1 in place of those that were there. */
async function certify(
  validity = CURRENT,
  hosts = nodeHosts(PEER.network, PEER.organization, PEER.node),
): Promise<void> {
  for (const kind of ['msp', 'tls']) {
    const { certificate, key } = await ca.issue({ units: ['peer'], hosts, validity });
    store.put(storedSecret(`org1-peer1-${kind}`, { 'cert.pem': certificate, 'key.pem': key, 'ca.pem': ca.chain }));
  }
}

interface PodSpec {
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly emptyDir?: object;
  }[];
  readonly containers: readonly [
    {
      readonly env: unknown;
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    },
  ];
}

/** The pod of a node's Deployment. */
function podOf(name: string): PodSpec {
  const { template } = store.find('Deployment', name)?.['spec'] as { readonly template: { readonly spec: PodSpec } };
  return template.spec;
}

/** What the builder of org1-peer1 fills in. */
function builderConfiguration(): unknown {
  return JSON.parse(store.dataOf('Secret', 'org1-peer1-chaincode-builder')?.['config.json'] ?? '{}');
}

function apply(input: NodeInput = PEER): Promise<DeploymentResult> {
  return mockActivity().run(createNodeActivities(dependenciesOf(store)).applyDeployment, input);
}

describe('deploying a node', () => {
  test('writes its environment, what its builder fills in, and its Service before its Deployment', async () => {
    await certify();
    expect(await apply()).toMatchObject({ outcome: 'created', rolledOut: false });
    expect(store.writes.toSorted()).toEqual([
      'ConfigMap org1-peer1-config',
      'Deployment org1-peer1',
      'Secret org1-operations-ca',
      'Secret org1-peer1-chaincode-builder',
      'Service org1-peer1',
    ]);
    expect(store.writes.at(-1)).toBe('Deployment org1-peer1');
  });

  test('deploys orderers by their own manifest, when there are the CAs that their closed endpoints trust', async () => {
    expect(await apply(ORDERER)).toMatchObject({
      outcome: 'created',
      reason: expect.stringContaining('org0-admin-ca') as string,
    });
    expect(store.dataOf('ConfigMap', 'org0-orderer1-config')).toHaveProperty('ORDERER_GENERAL_LISTENPORT');
    expect(store.writes.slice(0, 2).toSorted()).toEqual(['Secret org0-admin-ca', 'Secret org0-operations-ca']);
    expect(store.writes.at(-1)).toBe('Deployment org0-orderer1');
    expect(await apply(ORDERER)).toMatchObject({ outcome: 'unchanged' });
  });

  describe.each([
    ['an orderer', ORDERER, 'admin'],
    ['an orderer', ORDERER, 'operations'],
    ['a peer', PEER, 'operations'],
  ] as const)('%s whose %3$s endpoint is closed', (_, node, endpoint) => {
    const { organization } = node;
    const name = nodeName(organization, node.node);
    const secret = `${organization.name}-${endpoint}-ca`;

    test('has the certificate of the CA for it in its pod, and not the key', async () => {
      await apply(node);
      const { volumes } = podOf(name);
      expect(volumes.filter((volume) => volume.secret?.secretName === secret)).toEqual([
        {
          name: `${endpoint}-ca`,
          secret: { secretName: secret, defaultMode: 0o440, items: [{ key: 'cert.pem', path: 'cert.pem' }] },
        },
      ]);
    });

    test.each([
      [
        'is gone',
        () => {
          store.forget('Secret', secret);
          return Promise.resolve();
        },
        `${secret} holds no CA`,
      ],
      [
        'has ended',
        async () => {
          const { certificate, key } = await selfSignedAuthority({ commonName: secret, lifetimeHours: -0.01 });
          store.put(storedSecret(secret, { 'cert.pem': certificate, 'key.pem': key }));
        },
        'the certificate expired',
      ],
    ])('restarts with another CA where the one %s, which the plan says', async (__, given, reason) => {
      await apply(node);
      const before = configurationOf(store, name);
      await given();
      const planned = describedNetwork({}, true).node(organization.name, node.node.name);
      const updated = { outcome: 'updated', reason: expect.stringContaining(reason) as string };
      expect(await apply(planned)).toMatchObject(updated);
      expect(configurationOf(store, name)).toBe(before);
      expect(await apply(node)).toMatchObject(updated);
      expect(configurationOf(store, name)).not.toBe(before);
      expect(await apply(node)).toMatchObject({ outcome: 'unchanged' });
    });
  });

  test('has a peer know chaincode servers, and them it, by its own TLS pair, which stands in Secrets alone', async () => {
    await certify();
    await apply();
    const tls = store.dataOf('Secret', 'org1-peer1-tls');
    expect(builderConfiguration()).toEqual({
      ...{ organization: 'org1', node: 'org1-peer1', peername: 'org1peer1' },
      ...{ root_cert: ca.chain, client_cert: tls?.['cert.pem'], client_key: tls?.['key.pem'] },
    });
    expect(podOf('org1-peer1').containers[0].env).toEqual([
      {
        name: 'CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG',
        valueFrom: { secretKeyRef: { name: 'org1-peer1-chaincode-builder', key: 'config.json' } },
      },
    ]);
    const readable = [store.find('ConfigMap', 'org1-peer1-config'), store.find('Deployment', 'org1-peer1')];
    expect(JSON.stringify(readable)).not.toMatch(/PRIVATE KEY|client_key/);
  });

  test('has a peer keep what its builder has made for no longer than its pod', async () => {
    await certify();
    await apply();
    const { volumes, containers } = podOf('org1-peer1');
    const { volumeMounts } = containers[0];
    // internal/peer/node/start.go, serve(): below peer.fileSystemPath, which is on the volume.
    const mount = volumeMounts.find(({ mountPath }) => mountPath === '/var/hyperledger/fabric/data/externalbuilder');
    expect(volumes.find(({ name }) => name === mount?.name)?.emptyDir).toEqual({ medium: 'Memory', sizeLimit: '64Mi' });
  });

  test('leaves the variable of the builder to a description that gives it a value', async () => {
    await certify();
    const environment = { CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG: '{}' };
    await apply({ ...PEER, node: { ...PEER.node, environment } });
    expect(podOf('org1-peer1').containers[0].env).toBeUndefined();
    expect(store.dataOf('ConfigMap', 'org1-peer1-config')).toMatchObject(environment);
  });

  test('restarts a peer when its TLS CA has another root, with which it looks at chaincode servers from then on', async () => {
    await certify();
    await apply();
    const before = configurationOf(store, 'org1-peer1');
    const tls = store.dataOf('Secret', 'org1-peer1-tls');
    store.put(storedSecret('org1-peer1-tls', { ...tls, 'ca.pem': 'renewed' }));
    expect(await apply()).toMatchObject({ outcome: 'updated' });
    expect(builderConfiguration()).toHaveProperty('root_cert', 'renewed');
    expect(configurationOf(store, 'org1-peer1')).not.toBe(before);
    expect(await apply()).toMatchObject({ outcome: 'unchanged' });
  });

  test('restarts its pod when its certificates are new, and only then', async () => {
    await certify();
    await apply();
    const before = configurationOf(store, 'org1-peer1');
    expect(await apply()).toMatchObject({ outcome: 'unchanged' });
    expect(configurationOf(store, 'org1-peer1')).toBe(before);
    await certify();
    expect(await apply()).toMatchObject({ outcome: 'updated' });
    expect(configurationOf(store, 'org1-peer1')).not.toBe(before);
  });

  test('has a rollout to be awaited, unless nothing has changed and its pod answers', async () => {
    await certify();
    await apply();
    expect(await apply()).toMatchObject({ outcome: 'unchanged', rolledOut: false });
    rollOut(store, 'org1-peer1');
    expect(await apply()).toMatchObject({ outcome: 'unchanged', rolledOut: true });
    await certify();
    expect(await apply()).toMatchObject({ outcome: 'updated', rolledOut: false });
  });
});

describe('a dry run of deploying a node', () => {
  beforeEach(async () => {
    await certify();
    await apply();
  });

  test('finds nothing to do while its certificates are good', async () => {
    expect(await apply(PLANNED_PEER)).toMatchObject({ outcome: 'unchanged' });
  });

  test.each([
    ['have expired', () => certify(EXPIRED)],
    ['lack a host name', () => certify(CURRENT, ['org1-peer1'])],
    [
      'are of another CA',
      async () => {
        const { chain } = await newAuthority('org1-ca', CURRENT);
        store.put(storedConfigMap('org1-ca-certificates', { 'ca.pem': chain, 'tlsca.pem': chain }));
      },
    ],
    [
      'cannot be checked, because the CA is not there yet',
      () => {
        store.put(storedConfigMap('org1-ca-certificates', {}));
        return Promise.resolve();
      },
    ],
  ])('says that its pod would restart when its certificates %s, and writes nothing', async (_, given) => {
    await given();
    // What is stored is what the pod runs with; only the enrollment of the run itself would change that.
    expect(await apply()).toBeDefined();
    const { writes } = store;
    const written = [...writes];
    expect(await apply(PLANNED_PEER)).toMatchObject({ outcome: 'updated', rolledOut: false });
    expect(writes).toEqual(written);
  });
});

describe('claiming the volumes of an organization', () => {
  test('claims each, of its size and class', async () => {
    const { claimVolumes } = createNodeActivities(dependenciesOf(store));
    const { network, organization } = PEER;
    const volumes = [
      { name: 'org1-peer1', storage: '5Gi', storageClass: 'fast', isInUse: false },
      { name: 'org1-peer2', storage: '1Gi', isInUse: false },
    ];
    const input = { network, organization, dryRun: false, volumes };
    expect(await mockActivity().run(claimVolumes, input)).toMatchObject({ outcome: 'created' });
    expect(store.find('PersistentVolumeClaim', 'org1-peer1')).toMatchObject({
      spec: { storageClassName: 'fast', resources: { requests: { storage: '5Gi' } } },
    });
    expect(store.find('PersistentVolumeClaim', 'org1-peer2')).toMatchObject({
      spec: { resources: { requests: { storage: '1Gi' } } },
    });
    expect(await mockActivity().run(claimVolumes, input)).toMatchObject({ outcome: 'unchanged' });
  });

  test.each([false, true])('does not claim one anew that is in use and is gone (dry run: %s)', async (dryRun) => {
    const { claimVolumes } = createNodeActivities(dependenciesOf(store));
    const { network, organization } = PEER;
    const volumes = [{ name: 'org1-peer1', storage: '1Gi', isInUse: true }];
    await expect(mockActivity().run(claimVolumes, { network, organization, dryRun, volumes })).rejects.toMatchObject({
      type: 'StateLost',
      message: expect.stringMatching(
        /^PersistentVolumeClaim org1-peer1 in namespace net is gone, although org1-peer1 has run with it\./,
      ) as string,
    });
    expect(store.find('PersistentVolumeClaim', 'org1-peer1')).toBeUndefined();
  });
});

describe('awaiting the rollout of a node', () => {
  const DONE = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const UNREADY = { replicas: 1, updatedReplicas: 1 };
  const ROLLOUT: AwaitRolloutInput = { namespace: 'test', name: 'org1-peer1', timeoutSeconds: 0, after: 'updated' };

  const awaitRollout = (input: AwaitRolloutInput = ROLLOUT): Promise<RolloutResult> =>
    mockActivity().run(createNodeActivities(dependenciesOf(store)).awaitRollout, input);

  /** Becomes ready at the second look. */
  const becomeReady = (): void => {
    store = objectStore([newDeployment(UNREADY)]);
    let looks = 0;
    store.onRequest = ({ path }) => {
      looks += path.includes('/deployments/') ? 1 : 0;
      if (looks > 1) store.put(newDeployment(DONE));
    };
  };

  test('changes nothing where it is ready already', async () => {
    store = objectStore([newDeployment(DONE)]);
    expect(await awaitRollout()).toMatchObject({ outcome: 'unchanged', ready: true });
  });

  test.each([
    ['created', 'rolled out'],
    ['updated', 'rolled out'],
    ['unchanged', 'was not ready, is now'],
  ] as const)('did what the step before did: %s', async (after, reason) => {
    becomeReady();
    const rollout = { ...ROLLOUT, timeoutSeconds: 60, after };
    expect(await awaitRollout(rollout)).toMatchObject({ outcome: after, reason, ready: true });
  });

  test('fails when the node is not ready in time', async () => {
    store = objectStore([newDeployment(UNREADY)]);
    await expect(awaitRollout()).rejects.toMatchObject({ type: 'RolloutFailed', nonRetryable: true });
  });

  test('fails as what it is where the cluster cannot be asked, whether or not the network can do without the node', async () => {
    store = objectStore([newDeployment(UNREADY)]);
    store.onRequest = () => {
      throw new KubernetesError('unreachable', 'nothing listens there');
    };
    for (const rollout of [ROLLOUT, { ...ROLLOUT, dispensableAfterSeconds: 0 }]) {
      await expect(awaitRollout(rollout)).rejects.toMatchObject({ type: 'ClusterUnreachable' });
    }
  });

  test('says so, and does not fail, where the network can do without the node', async () => {
    store = objectStore([newDeployment(UNREADY)]);
    const rollout = { ...ROLLOUT, timeoutSeconds: 60, dispensableAfterSeconds: 0, after: 'unchanged' } as const;
    const result = await awaitRollout(rollout);
    expect(result).toMatchObject({ outcome: 'unchanged', ready: false });
    expect(result.reason).toMatch(/^org1-peer1: /);
  });

  test('repeats the last lines of the log of a pod that crashes', async () => {
    const crashed = newContainer({ restartCount: 4, lastState: { terminated: { exitCode: 2, reason: 'Error' } } });
    const labels = { 'weft.dev/node': 'org1-peer1' };
    const replicaSet = newReplicaSet('new', '2');
    store = objectStore([
      newDeployment(UNREADY),
      { ...replicaSet, metadata: { ...replicaSet.metadata, labels } },
      newPod({ containerStatuses: [crashed] }, { labels }),
    ]);
    store.logs.set('org1-peer1-abc', 'starting\npanic: cannot open the ledger\n');
    await expect(awaitRollout()).rejects.toMatchObject({
      type: 'CrashLoop',
      message: expect.stringMatching(/Its last log lines:\nstarting\npanic: cannot open the ledger$/) as string,
    });
  });
});

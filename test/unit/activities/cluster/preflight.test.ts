import { describe, expect, test } from 'vitest';

import { createNamespaceActivities } from '../../../../src/activities/cluster/namespaces.ts';
import { clockDifference, createClusterActivities } from '../../../../src/activities/cluster/preflight.ts';
import { createRecordActivities } from '../../../../src/activities/cluster/record.ts';
import type { StepResult } from '../../../../src/activities/activity.ts';
import { workerRole, type Cluster, type KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { completeDescription, type Network } from '../../../../src/spec/index.ts';
import { networkSettings } from '../../../../src/workflows/inputs.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const network = described();
const base = { network: networkSettings(network), dryRun: false };
const OURS = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' };

function described(): Network {
  const result = completeDescription({ name: 'net', organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
  return result.network;
}

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

describe('checkCluster', () => {
  /** The rules of the Role in kube/weft/, without those for some resources. */
  async function rulesOfWorker(without: readonly string[] = []): Promise<unknown[]> {
    const role = (await workerRole({ name: 'weft-worker', namespace: 'net' })).find(({ kind }) => kind === 'Role');
    const rules = role?.['rules'] as readonly { readonly resources: readonly string[] }[];
    return rules.map((rule) => ({ ...rule, resources: rule.resources.filter((name) => !without.includes(name)) }));
  }

  /** Checks on a cluster that grants these rules, and nothing beyond them. */
  async function check(
    store: ObjectStore,
    rules: readonly unknown[],
    asksForStorage = false,
    clockLead?: number,
  ): Promise<StepResult> {
    const request: Cluster['request'] = async (given) => {
      if (given.path.endsWith('selfsubjectrulesreviews'))
        return { status: { incomplete: false, resourceRules: rules } };
      if (given.path.endsWith('selfsubjectaccessreviews')) return { status: { allowed: false } };
      return store.cluster.request(given);
    };
    const { checkCluster } = createClusterActivities({
      ...dependenciesOf(store),
      cluster: { ...store.cluster, request, clockLead: () => clockLead },
    });
    const storage = { classes: [], usesDefault: asksForStorage };
    return mockActivity().run(checkCluster, { ...base, namespaces: ['net'], storage });
  }

  test('is content with the Role that Weft prints, and touches nothing', async () => {
    const store = objectStore([namespace('net')]);
    await expect(check(store, await rulesOfWorker())).resolves.toMatchObject({ outcome: 'unchanged' });
    expect(store.writes).toEqual([]);
  });

  test.each(['secrets', 'deployments', 'pods/portforward', 'events', 'namespaces'])(
    'names what is missing where the Role does not allow %s',
    async (resource) => {
      await expect(check(objectStore([namespace('net')]), await rulesOfWorker([resource]))).rejects.toMatchObject({
        type: 'ClusterForbidden',
        nonRetryable: true,
        message: expect.stringMatching(new RegExp(`${resource}\\S* in namespace net`)) as unknown,
      });
    },
  );

  test('asks for the right to make a namespace only where it is known that there is none', async () => {
    await expect(check(objectStore([]), await rulesOfWorker())).rejects.toMatchObject({
      message: expect.stringContaining('create namespaces') as unknown,
    });
    const hidden = objectStore([]);
    hidden.forbidden.add('/api/v1/namespaces/net');
    await expect(check(hidden, await rulesOfWorker())).resolves.toMatchObject({ outcome: 'unchanged' });
  });

  test('refuses a cluster without the storage that is asked for, but not one that does not show its storage', async () => {
    const rules = await rulesOfWorker();
    await expect(check(objectStore([namespace('net')]), rules, true)).rejects.toMatchObject({
      type: 'StorageClassMissing',
    });
    const hidden = objectStore([namespace('net')]);
    hidden.forbidden.add('/apis/storage.k8s.io/v1/storageclasses');
    await expect(check(hidden, rules, true)).resolves.toMatchObject({ outcome: 'unchanged' });
  });

  test.each([
    [2 * HOUR, 'is 2 h ahead of'],
    [-2 * HOUR, 'is 2 h behind'],
  ])("refuses to work by a clock that is %d ms ahead of the cluster's, in words", async (lead, words) => {
    const rules = await rulesOfWorker();
    await expect(check(objectStore([namespace('net')]), rules, false, lead)).rejects.toMatchObject({
      type: 'ClockDiffers',
      nonRetryable: false,
      message: expect.stringContaining(`The clock of the worker ${words} that of the API server of fake`) as unknown,
    });
  });
});

test.each([
  [undefined, undefined],
  [0, undefined],
  [4 * MINUTE, undefined],
  [-4 * MINUTE, undefined],
  [5 * MINUTE, 'is 5 min ahead of'],
  [-5 * MINUTE, 'is 5 min behind'],
  [125 * MINUTE, 'is 2 h 5 min ahead of'],
  [-25 * HOUR, 'is 25 h behind'],
])('a clock that is %s ms ahead is said to differ as: %s', (lead, words) => {
  expect(clockDifference(lead)).toBe(words);
});

describe('applyNamespace', () => {
  function applied(store: ObjectStore): Promise<StepResult> {
    const { applyNamespace } = createNamespaceActivities(dependenciesOf(store));
    return mockActivity().run(applyNamespace, { ...base, namespace: 'net' });
  }

  test('makes a namespace that is not there', async () => {
    const store = objectStore([]);
    await expect(applied(store)).resolves.toMatchObject({ outcome: 'created' });
    expect(store.find('Namespace', 'net')?.metadata.labels).toMatchObject({ ...OURS });
  });

  test("leaves somebody else's namespace as it is", async () => {
    const store = objectStore([namespace('net', { team: 'blue' })]);
    await expect(applied(store)).resolves.toMatchObject({ outcome: 'unchanged' });
    expect(store.writes).toEqual([]);
  });

  test('brings its own namespace to what the manifest says', async () => {
    const store = objectStore([namespace('net', OURS)]);
    await expect(applied(store)).resolves.toMatchObject({ outcome: 'updated' });
  });
});

test('the record is written in each namespace, and not again while it is the same', async () => {
  const store = objectStore([]);
  const { recordNetwork } = createRecordActivities(dependenciesOf(store));
  const input = {
    ...base,
    namespaces: ['one', 'two'],
    description: network,
    identity: { cluster: 'fake', clusters: {} },
  };
  await expect(mockActivity().run(recordNetwork, input)).resolves.toMatchObject({ outcome: 'created' });
  // Each once more, when it is known which UID it has.
  expect(store.writes).toEqual(Array<string>(4).fill('ConfigMap net-network'));
  expect(
    store
      .all()
      .map(({ metadata }) => metadata.namespace)
      .sort(),
  ).toEqual(['one', 'two']);

  await expect(mockActivity().run(recordNetwork, input)).resolves.toMatchObject({ outcome: 'unchanged' });
  expect(store.writes).toHaveLength(4);
});

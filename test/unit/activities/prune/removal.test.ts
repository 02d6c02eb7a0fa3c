import { describe, expect, test } from 'vitest';

import { createRemovalActivities, type RemovalActivities } from '../../../../src/activities/prune/removal.ts';
import { fabricNodes, fabricPrograms } from '../../../../src/fabric/index.ts';
import { KubernetesError, type KubernetesObject, type ServiceConnector } from '../../../../src/kubernetes/index.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';

const described = [{ name: 'org1', namespace: 'test', nodes: ['org1-peer1'] }];
const peer2 = {
  ...{ target: 'org1/peer2', namespace: 'test', selector: 'weft.dev/node=org1-peer2' },
  owner: { organization: 'org1', node: 'org1-peer2' },
};

describe('what would be removed', () => {
  test('is nothing while every owner is in the description, its CA and Admin included', async () => {
    const { ask } = removalOn([
      ...node('peer1'),
      ...node('ca'),
      secret('org1-admin-msp', 'org1-admin'),
      shared('org1'),
    ]);
    await expect(ask((it) => it.findRemovals, { network: 'net', described, pruneData: true })).resolves.toEqual([]);
  });

  test('are nodes that the description no longer names', async () => {
    const { ask } = removalOn([...node('peer1'), ...node('peer2'), ...node('ca')]);
    await expect(ask((it) => it.findRemovals, { network: 'net', described, pruneData: false })).resolves.toEqual([
      peer2,
    ]);
  });

  test('is a volume that was kept only if volumes are to go', async () => {
    const { ask } = removalOn([...node('peer1'), volume('peer2')]);
    const input = { network: 'net', described };
    await expect(ask((it) => it.findRemovals, { ...input, pruneData: false })).resolves.toEqual([]);
    await expect(ask((it) => it.findRemovals, { ...input, pruneData: true })).resolves.toEqual([peer2]);
  });

  test('is the volume of a node that goes with it, although others stay: a removal may have come no further', async () => {
    const { ask } = removalOn([...node('peer1'), volume('peer2'), secret('org1-peer2', 'org1-peer2'), volume('peer3')]);
    const input = { network: 'net', described, pruneData: false, volumesOf: ['org1-peer2'] };
    await expect(ask((it) => it.findRemovals, input)).resolves.toEqual([peer2]);
    const keys = removalOn([...node('peer1'), secret('org1-peer2', 'org1-peer2')]);
    await expect(keys.ask((it) => it.findRemovals, input)).resolves.toEqual([]);
  });

  test('is looked for where an organization was that is not described any more', async () => {
    const { ask, store } = removalOn([...node('peer1'), ...node('peer1', 'org2', 'elsewhere')]);
    store.forbidden.add('/apis/apps/v1/deployments');
    const input = { network: 'net', described, pruneData: false, alsoIn: ['elsewhere'] };
    const removals = await ask((it) => it.findRemovals, input);
    expect(removals.map(({ target }) => target)).toEqual(['org2/peer1']);
  });

  test('are a whole organization and what its nodes shared, in whatever namespace it stands', async () => {
    const { ask } = removalOn([...node('peer1'), ...node('peer1', 'org2', 'elsewhere'), shared('org2', 'elsewhere')]);
    const removals = await ask((it) => it.findRemovals, { network: 'net', described, pruneData: false });
    expect(removals.map(({ target, namespace }) => `${target} ${namespace}`)).toEqual([
      'org2 elsewhere',
      'org2/peer1 elsewhere',
    ]);
  });

  test('is looked for in the described namespaces only where the credentials reach no further', async () => {
    const { ask, store } = removalOn([...node('peer1'), ...node('peer2'), ...node('peer3', 'org1', 'elsewhere')]);
    store.forbidden.add('/apis/apps/v1/deployments');
    await expect(ask((it) => it.findRemovals, { network: 'net', described, pruneData: false })).resolves.toEqual([
      peer2,
    ]);
  });

  test('is never what belongs to another network or to nobody', async () => {
    const { ask } = removalOn([
      ...node('peer2').map((object) => relabelled(object, { 'weft.dev/network': 'other' })),
      ...node('peer3').map((object) => relabelled(object, { 'app.kubernetes.io/managed-by': 'helm' })),
    ]);
    await expect(ask((it) => it.findRemovals, { network: 'net', described, pruneData: true })).resolves.toEqual([]);
  });
});

describe('what a network owns', () => {
  test('are the groups and the namespaces of everything with its labels, and namespaces that Weft made', async () => {
    const { ask } = removalOn([namespace('made', true), namespace('test', false), ...node('peer1'), shared('org1')]);
    const owned = await ask((it) => it.findOwned, { network: 'net' });
    expect(owned.groups.map(({ target }) => target)).toEqual(['org1', 'org1/peer1']);
    expect(owned.namespaces).toEqual(['made', 'test']);
  });

  test('names the namespace of a node that stands in two, and can be removed from each', async () => {
    const { ask } = removalOn([...node('peer1'), ...node('peer1', 'org1', 'elsewhere')]);
    const owned = await ask((it) => it.findOwned, { network: 'net' });
    const itself = {
      selector: 'weft.dev/node=org1-peer1',
      owner: { organization: 'org1', node: 'org1-peer1' },
    };
    expect(owned.groups).toEqual([
      { target: 'org1/peer1 in elsewhere', namespace: 'elsewhere', ...itself },
      { target: 'org1/peer1 in test', namespace: 'test', ...itself },
    ]);
  });

  test('is looked for only where it is asked for', async () => {
    const { ask } = removalOn([...node('peer1'), ...node('peer2', 'org1', 'elsewhere'), namespace('made', true)]);
    const owned = await ask((it) => it.findOwned, { network: 'net', namespaces: ['elsewhere'] });
    expect(owned.groups.map(({ target }) => target)).toEqual(['org1/peer2']);
    expect(owned.namespaces).toEqual(['elsewhere']);
  });
});

describe('removing a node', () => {
  const input = { ...peer2, network: 'net', keepData: false, dryRun: false };

  test('takes everything of it and nothing else', async () => {
    const { ask, store } = removalOn([...node('peer1'), ...node('peer2'), foreign('notes')]);
    await expect(ask((it) => it.removeNode, input)).resolves.toMatchObject({ outcome: 'removed' });
    expect(store.left()).toEqual(['ConfigMap notes', ...kinds('peer1')].sort());
  });

  test('keeps its volume, and the keys without which nobody would know it again, when it is told to', async () => {
    const { ask, store } = removalOn(node('peer2'));
    await ask((it) => it.removeNode, { ...input, keepData: true });
    expect(store.left()).toEqual(['PersistentVolumeClaim org1-peer2', 'Secret org1-peer2']);
  });

  test('keeps its keys alone, when its volume goes with it', async () => {
    const { ask, store } = removalOn(node('peer2'));
    await expect(ask((it) => it.removeNode, { ...input, keepData: true, volumeGoes: true })).resolves.toMatchObject({
      outcome: 'removed',
      reason: 'its keys stay, its volume goes: the others have its blocks',
    });
    expect(store.left()).toEqual(['Secret org1-peer2']);
  });

  test('only decides in a dry run', async () => {
    const { ask, store } = removalOn(node('peer2'));
    await expect(ask((it) => it.removeNode, { ...input, dryRun: true })).resolves.toMatchObject({ outcome: 'removed' });
    expect(store.left()).toEqual(kinds('peer2'));
  });

  test('that is gone already changes nothing', async () => {
    const { ask } = removalOn(node('peer1'));
    await expect(ask((it) => it.removeNode, input)).resolves.toMatchObject({ outcome: 'unchanged' });
  });
});

describe('removing what is left of a network in a namespace', () => {
  const input = { network: 'net', namespace: 'test', keepData: false, dryRun: false };

  test('takes the namespace too, if Weft made it and nobody keeps anything in it', async () => {
    const { ask, store } = removalOn([namespace('test', true), shared('org1'), rootCertificates()]);
    await expect(ask((it) => it.removeNetworkObjects, input)).resolves.toMatchObject({ outcome: 'removed' });
    expect(store.left()).toEqual([]);
  });

  test('ends when the namespace is gone, not when it is told to go', async () => {
    const { ask, store } = removalOn([namespace('test', true)]);
    let looks: number | undefined;
    store.onRequest = ({ method, path }) => {
      if (path !== '/api/v1/namespaces/test') return;
      if (method === 'DELETE') {
        looks = 0;
        // What is in a namespace goes first: until then it is Terminating.
        queueMicrotask(() => {
          store.put(namespace('test', true));
        });
      } else if (looks !== undefined) {
        looks += 1;
        if (looks === 2) store.forget('Namespace', 'test');
      }
    };
    await expect(ask((it) => it.removeNetworkObjects, input)).resolves.toMatchObject({ outcome: 'removed' });
    expect(store.left()).toEqual([]);
  });

  test('leaves the namespace and what others keep in it', async () => {
    const { ask, store } = removalOn([namespace('test', true), shared('org1'), foreign('notes')]);
    await ask((it) => it.removeNetworkObjects, input);
    expect(store.left()).toEqual(['ConfigMap notes', 'Namespace test']);
  });

  test("leaves a namespace that may not be looked at as a whole: what is not seen may be somebody's", async () => {
    const { ask, store } = removalOn([namespace('test', true), shared('org1')]);
    store.forbidden.add('/api/v1/namespaces/test/serviceaccounts');
    await expect(ask((it) => it.removeNetworkObjects, input)).resolves.toMatchObject({
      outcome: 'removed',
      reason: expect.stringMatching(/^the namespace stays: not everything in it may be looked at/) as unknown,
    });
    expect(store.left()).toEqual(['Namespace test']);
  });

  test('leaves its own namespace when that may not be removed, and says so', async () => {
    const { ask, store } = removalOn([namespace('test', true)]);
    store.onRequest = ({ method, path }) => {
      if (method === 'DELETE' && path === '/api/v1/namespaces/test') {
        throw new KubernetesError('forbidden', 'Cannot remove Namespace test: not allowed.');
      }
    };
    await expect(ask((it) => it.removeNetworkObjects, input)).resolves.toMatchObject({
      outcome: 'unchanged',
      reason: 'the namespace stays: Cannot remove Namespace test: not allowed.',
    });
  });

  test('keeps the namespace with the volumes and keys that are to be kept', async () => {
    const { ask, store } = removalOn([namespace('test', true), volume('peer1'), shared('org1')]);
    await ask((it) => it.removeNetworkObjects, { ...input, keepData: true });
    expect(store.left()).toEqual(['Namespace test', 'PersistentVolumeClaim org1-peer1']);
  });

  test("leaves somebody else's namespace", async () => {
    const { ask, store } = removalOn([namespace('test', false), shared('org1')]);
    await ask((it) => it.removeNetworkObjects, input);
    expect(store.left()).toEqual(['Namespace test']);
  });
});

describe('the proof that nothing is left', () => {
  const input = { network: 'net', searched: ['test'], keepData: false };

  test('names what is still there', async () => {
    const { ask } = removalOn(node('peer1'));
    await expect(ask((it) => it.verifyRemoved, input)).rejects.toMatchObject({
      type: 'NotRemoved',
      message: expect.stringContaining('Deployment org1-peer1') as unknown,
    });
  });

  test('counts volumes that were to be kept as no left-over, and those that were not', async () => {
    const { ask } = removalOn([volume('peer1')]);
    await expect(ask((it) => it.verifyRemoved, { ...input, keepData: true })).resolves.toMatchObject({
      outcome: 'unchanged',
    });
    await expect(ask((it) => it.verifyRemoved, input)).rejects.toMatchObject({ type: 'NotRemoved' });
  });
});

interface RemovalOn {
  readonly store: ObjectStore;
  readonly ask: <Input, Result>(
    which: (activities: RemovalActivities) => (input: Input) => Promise<Result>,
    input: Input,
  ) => Promise<Result>;
}

function removalOn(objects: readonly KubernetesObject[]): RemovalOn {
  const store = objectStore(objects);
  const connector: ServiceConnector = { connect: () => Promise.reject(new Error('No Service is connected to here.')) };
  const activities = createRemovalActivities({
    cluster: store.cluster,
    connector,
    nodes: fabricNodes,
    programs: fabricPrograms(),
  });
  return { store, ask: (which, input) => mockActivity().run(which(activities), input) };
}

const PARTS = [
  ['apps/v1', 'Deployment'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Pod'],
] as const;

/** Everything that belongs to one node. */
function node(name: string, organization = 'org1', place = 'test'): KubernetesObject[] {
  return PARTS.map(([apiVersion, kind]) => owned({ apiVersion, kind }, `${organization}-${name}`, organization, place));
}

function kinds(name: string): string[] {
  return PARTS.map(([, kind]) => `${kind} org1-${name}`).sort();
}

function volume(name: string): KubernetesObject {
  return owned({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, `org1-${name}`, 'org1', 'test');
}

function secret(name: string, owner: string): KubernetesObject {
  const object = owned({ apiVersion: 'v1', kind: 'Secret' }, owner, 'org1', 'test');
  return { ...object, metadata: { ...object.metadata, name } };
}

/** What the nodes of an organization share. */
function shared(organization: string, place = 'test'): KubernetesObject {
  const labels = { ...OURS, 'weft.dev/organization': organization };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${organization}-config`, namespace: place, labels },
  };
}

const OURS = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' };

function owned(
  kind: Pick<KubernetesObject, 'apiVersion' | 'kind'>,
  name: string,
  organization: string,
  place: string,
): KubernetesObject {
  const labels = { ...OURS, 'weft.dev/organization': organization, 'weft.dev/node': name };
  return { ...kind, metadata: { name, namespace: place, labels } };
}

function relabelled(object: KubernetesObject, labels: Readonly<Record<string, string>>): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } } };
}

function namespace(name: string, ours: boolean): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: ours ? OURS : {} } };
}

function foreign(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } };
}

/** What Kubernetes itself puts into every namespace. */
function rootCertificates(): KubernetesObject {
  return foreign('kube-root-ca.crt');
}

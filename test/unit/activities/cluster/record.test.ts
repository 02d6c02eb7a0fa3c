import { beforeEach, describe, expect, test } from 'vitest';

import {
  createRecordActivities,
  recordOf,
  type RecordActivities,
  type RecordInput,
} from '../../../../src/activities/cluster/record.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import {
  completeDescription,
  identityEntries,
  recordEntries,
  type Network,
  type NetworkRecord,
} from '../../../../src/spec/index.ts';
import { described, networkOf } from '../../spec/descriptions.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap } from '../stored.ts';
import { keptGenesis, PLAN, UP } from '../steps.ts';

const before = networkOf(completeDescription({ ...described(), name: 'net' }));
const after: Network = { ...before, fabric: { ...before.fabric, version: '2.5.12' } };

describe('the record of a network', () => {
  test('is found among the ConfigMaps of the network, and read', () => {
    const others = [storedConfigMap('net-tls-roots', {}), storedConfigMap('other-network', { 'network.json': '{}' })];
    const kept = recordOf('net', [...others, record(recordEntries({ begun: before, applied: before }))]);
    expect(kept).toEqual({ begun: before, applied: before });
  });

  test('is absent only where there is none', () => {
    expect(recordOf('net', [storedConfigMap('net-tls-roots', {})])).toBeUndefined();
  });

  test('of a run that died before it came to all namespaces is the newer one, with what was applied before', () => {
    const applied = record(recordEntries({ begun: before, applied: before }));
    const begun = record(recordEntries({ begun: after }));
    expect(recordOf('net', [applied, begun])).toEqual({ begun: after, applied: before });
    expect(recordOf('net', [begun, applied])).toEqual({ begun: after, applied: before });
  });

  test.each([
    [
      '{}',
      /network net in ConfigMap net-network in namespace net \(network\.json\) is no description .*name is missing/,
    ],
    ['nonsense', /is not valid JSON/],
    ['', /is not valid JSON/],
  ])('that cannot be read is a permanent failure, not an empty network: %s', (text, message) => {
    const read = (): unknown => recordOf('net', [record({ 'network.json': text })]);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ type: 'RecordUnreadable', nonRetryable: true }));
  });
});

let store: ObjectStore;
let activities: RecordActivities;

beforeEach(() => {
  store = objectStore([]);
  activities = createRecordActivities(dependenciesOf(store));
});

const IDENTITY = { cluster: 'local', clusters: { local: 'uid-of-local' } };

const target = (description: Network, base = UP, identity: RecordInput['identity'] = IDENTITY): RecordInput => ({
  ...{ ...base, namespaces: ['net'], description, identity },
});
const begin = (description: Network): ReturnType<RecordActivities['recordBegun']> =>
  mockActivity().run(activities.recordBegun, target(description));
const end = (description: Network, base = UP): ReturnType<RecordActivities['recordNetwork']> =>
  mockActivity().run(activities.recordNetwork, target(description, base));
const found = (namespaces: readonly string[] = ['net']): ReturnType<RecordActivities['readRecord']> =>
  mockActivity().run(activities.readRecord, { network: 'net', namespaces });
const kept = async (): Promise<NetworkRecord | undefined> => (await found()).record;

describe('a run', () => {
  test('is known from its begin, before it has come to its end', async () => {
    await begin(before);
    expect(await kept()).toEqual({ begun: before });
    expect(await end(before)).toMatchObject({ outcome: 'created' });
    expect(await kept()).toEqual({ begun: before, applied: before });
  });

  test('leaves what was applied before in the record until it has come to its end, however often it begins', async () => {
    await begin(before);
    await end(before);
    await begin(after);
    await begin(after);
    expect(await kept()).toEqual({ begun: after, applied: before });
    expect(await end(after)).toMatchObject({ outcome: 'updated' });
    expect(await kept()).toEqual({ begun: after, applied: after });
    expect(await end(after)).toMatchObject({ outcome: 'unchanged' });
  });

  test('that is a plan says what it would record, and records nothing', async () => {
    expect(await end(before, PLAN)).toMatchObject({ outcome: 'created' });
    expect(store.all()).toEqual([]);
    await begin(before);
    expect(await end(before, PLAN)).toMatchObject({ outcome: 'created' });
    expect(await kept()).toEqual({ begun: before });
  });

  test('with rights in its own namespace only finds the record there', async () => {
    await begin(before);
    store.forbidden.add('/api/v1/configmaps');
    expect(await kept()).toEqual({ begun: before });
  });
});

describe('the identity of a network', () => {
  test('is the UID of its first record, and stays when it is recorded again', async () => {
    const { network } = await begin(before);
    const uid = store.find('ConfigMap', 'net-network')?.metadata.uid;
    expect(network).toBe(uid);
    const identity = { ...IDENTITY, network, record: uid };
    expect((await found()).records).toEqual([{ namespace: 'net', uid, isExpected: true, identity }]);
    await end(before);
    expect((await found()).records).toEqual([{ namespace: 'net', uid, isExpected: true, identity }]);
  });

  test('is the same in the record of another namespace, which has a UID of its own', async () => {
    const second = { ...target(before, UP, { ...IDENTITY, network: 'uid-of-first' }), namespaces: ['second'] };
    expect(await mockActivity().run(activities.recordBegun, second)).toEqual({ network: 'uid-of-first' });
    const [other] = (await found(['second'])).records;
    expect(other).toMatchObject({ namespace: 'second', identity: { network: 'uid-of-first', record: other?.uid } });
  });

  test('is added to a record that was written before networks had one', async () => {
    const { metadata, ...object } = record(recordEntries({ begun: before, applied: before }));
    const managedFields = [{ manager: 'weft', operation: 'Apply' }];
    store.put({ ...object, metadata: { ...metadata, uid: 'earlier', managedFields } });
    expect(await found()).toMatchObject({ records: [{ uid: 'earlier' }], record: { begun: before } });
    expect(await end(before)).toMatchObject({ outcome: 'updated' });
    expect((await found()).records[0]?.identity).toMatchObject({ network: 'earlier', record: 'earlier' });
    expect(await end(before)).toMatchObject({ outcome: 'unchanged' });
  });

  test('comes with the UID of the cluster where that may be read, and without it where not', async () => {
    store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-of-cluster' } });
    expect(await found()).toEqual({ uid: 'uid-of-cluster', records: [] });
    store.forbidden.add('/api/v1/namespaces/kube-system');
    expect(await found()).toEqual({ records: [] });
  });
});

describe('what is found under the name of a network', () => {
  test('in another namespace is told as such, and is no record of this one', async () => {
    await begin(before);
    expect(await found(['elsewhere'])).toEqual({
      records: [expect.objectContaining({ namespace: 'net', isExpected: false })],
    });
    expect(await mockActivity().run(activities.readRecord, { network: 'net' })).toMatchObject({
      records: [{ namespace: 'net', isExpected: true }],
      record: { begun: before },
    });
  });

  test('of the same network in a namespace that is not described any more counts with the others', async () => {
    const { network } = await begin(before);
    await end(before);
    const left = { ...target(after, UP, { ...IDENTITY, network }), namespaces: ['left'] };
    await mockActivity().run(activities.recordBegun, left);
    expect(await kept()).toEqual({ begun: after, applied: before });
  });

  test.each([
    [
      'a copy from another namespace',
      { uid: 'copy' },
      {},
      /^is a copy: it says that its UID is original, and it is copy$/,
    ],
    ['of another network, renamed', {}, { name: 'other' }, /^describes the network other$/],
    ['without labels', { labels: {} }, {}, /^lacks the labels of what Weft makes$/],
  ])('and is %s is none of its records', async (_, metadata, description, reason) => {
    const identity = { ...IDENTITY, network: 'original', record: 'original' };
    const entries = { ...recordEntries({ begun: { ...before, ...description } }), ...identityEntries(identity) };
    const { metadata: own, ...object } = record(entries);
    store.put({ ...object, metadata: { ...own, uid: 'original', ...metadata } });
    const { records, record: read } = await found();
    expect(records).toMatchObject([{ isExpected: true, foreign: expect.stringMatching(reason) as unknown }]);
    expect(read).toBeUndefined();
  });

  test('and was made by hand, without an identity, is none of its records', async () => {
    store.put(record(recordEntries({ begun: before })));
    expect((await found()).records).toMatchObject([{ foreign: 'was not written by Weft' }]);
  });

  test('is told without being read where the network is to be removed', async () => {
    const { metadata, ...object } = record({ 'network.json': 'nonsense' });
    store.put({ ...object, metadata: { ...metadata, managedFields: [{ manager: 'weft', operation: 'Apply' }] } });
    expect(await mockActivity().run(activities.findRecords, { network: 'net' })).toEqual({
      records: [{ namespace: 'net', uid: '', isExpected: true }],
    });
  });
});

describe('a network that stands without its record', () => {
  const labels = {
    ...{ 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' },
    ...{ 'weft.dev/organization': 'org1', 'app.kubernetes.io/component': 'peer' },
  };
  const metadata = { name: 'org1-peer1', namespace: 'net', labels };
  const deployment: KubernetesObject = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    spec: { template: { spec: { containers: [{ image: 'fabric-peer:2.5.0' }] } } },
  };
  const claim: KubernetesObject = {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata },
    spec: { storageClassName: 'fast', resources: { requests: { storage: '2Gi' } } },
  };
  const environment = storedConfigMap('org1-peer1-config', { CORE_PEER_LOCALMSPID: 'Org1MSP' });
  const seen = {
    ...{ organization: 'org1', name: 'org1-peer1', namespace: 'net', image: 'fabric-peer:2.5.0' },
    ...{ mspId: 'Org1MSP', storage: '2Gi', storageClass: 'fast' },
  };

  test('is told by its objects', async () => {
    for (const object of [deployment, claim, environment]) store.put(object);
    store.put({ ...keptGenesis(), metadata: { ...keptGenesis().metadata, namespace: 'net' } });
    expect(await found()).toEqual({ records: [], standing: { nodes: [seen], channels: ['mychannel'] } });
  });

  test('is told with rights in its own namespaces, too', async () => {
    for (const object of [deployment, claim, environment]) store.put(object);
    for (const path of ['/apis/apps/v1/deployments', '/api/v1/configmaps', '/api/v1/persistentvolumeclaims']) {
      store.forbidden.add(path);
    }
    expect((await found()).standing?.nodes).toEqual([seen]);
  });

  test('does not stand where volumes and keys alone were kept', async () => {
    store.put(claim);
    expect(await found()).toEqual({ records: [] });
  });

  test('is what its next run goes on from, also where that ends badly', async () => {
    const standing = { ...target(after), standing: before };
    await mockActivity().run(activities.recordBegun, standing);
    expect(await kept()).toEqual({ begun: after, applied: before });
    await mockActivity().run(activities.recordBegun, target(after));
    expect(await kept()).toEqual({ begun: after, applied: before });
  });

  test('and stands in part is no description to go on from', async () => {
    await mockActivity().run(activities.recordBegun, { ...target(after), standing: { ...before, organizations: [] } });
    expect(await kept()).toEqual({ begun: after });
  });
});

function record(data: Readonly<Record<string, string>>): KubernetesObject {
  return storedConfigMap('net-network', data);
}

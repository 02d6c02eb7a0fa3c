import { beforeEach, describe, expect, test } from 'vitest';

import { createRecordActivities, recordOf, type RecordActivities } from '../../../../src/activities/cluster/record.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { completeDescription, recordEntries, type Network } from '../../../../src/spec/index.ts';
import { described, networkOf } from '../../spec/descriptions.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap } from '../stored.ts';
import { PLAN, UP } from '../steps.ts';

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

describe('a run', () => {
  let store: ObjectStore;
  let activities: RecordActivities;

  beforeEach(() => {
    store = objectStore([]);
    activities = createRecordActivities(dependenciesOf(store));
  });

  const target = (description: Network, base = UP) => ({ ...base, namespaces: ['net'], description });
  const begin = (description: Network): Promise<void> =>
    mockActivity().run(activities.recordBegun, target(description));
  const end = (description: Network, base = UP): ReturnType<RecordActivities['recordNetwork']> =>
    mockActivity().run(activities.recordNetwork, target(description, base));
  const kept = (): ReturnType<RecordActivities['readRecord']> =>
    mockActivity().run(activities.readRecord, { network: 'net', namespaces: ['net'] });

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

  test('finds the record of a network in another namespace than it is described in now', async () => {
    const { metadata, ...object } = record(recordEntries({ begun: before, applied: before }));
    store.put({ ...object, apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, namespace: 'earlier' } });
    expect(await kept()).toEqual({ begun: before, applied: before });
  });

  test('with rights in its own namespace only finds the record there', async () => {
    await begin(before);
    store.forbidden.add('/api/v1/configmaps');
    expect(await kept()).toEqual({ begun: before });
  });
});

function record(data: Readonly<Record<string, string>>): KubernetesObject {
  return storedConfigMap('net-network', data);
}

import { describe, expect, test } from 'vitest';

import { recordedNetwork } from '../../../../src/activities/cluster/description-record.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { completeDescription } from '../../../../src/spec/index.ts';
import { described, networkOf } from '../../spec/descriptions.ts';

const network = networkOf(completeDescription(described()));

describe('the record of a network', () => {
  test('is found among the ConfigMaps of the network, and read', () => {
    const others = [configMap('net-tls-roots', {}), configMap('other-network', { 'network.json': '{}' })];
    expect(recordedNetwork('net', [...others, record(JSON.stringify(network))])).toEqual(network);
  });

  test('is absent only where there is none', () => {
    expect(recordedNetwork('net', [configMap('net-tls-roots', {})])).toBeUndefined();
  });

  test.each([
    [
      '{}',
      /network net \(network\.json of ConfigMap net-network in namespace ns\) is no description .*name is missing/,
    ],
    ['nonsense', /is not valid JSON/],
    [undefined, /is not valid JSON/],
  ])('that cannot be read is a permanent failure, not an empty network: %s', (text, message) => {
    const read = (): unknown => recordedNetwork('net', [record(text)]);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ type: 'RecordUnreadable', nonRetryable: true }));
  });
});

function record(text: string | undefined): KubernetesObject {
  return configMap('net-network', text === undefined ? {} : { 'network.json': text });
}

function configMap(name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ns' }, data };
}

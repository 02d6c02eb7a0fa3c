import { describe, expect, test } from 'vitest';

import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { decideVolume, differenceOf } from '../../../../src/operations/backup/comparison.ts';
import type { ArchiveFile } from '../../../../src/operations/backup/archive.ts';

function secret(data: Readonly<Record<string, string>>, metadata: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'org1-admin-msp', namespace: 'net', ...metadata },
    data,
  };
}

describe('an object that stands', () => {
  test.each([
    [
      'the same, whatever the cluster noted beside it',
      secret({ key: 'a' }, { uid: '1', resourceVersion: '7' }),
      undefined,
    ],
    ['another value', secret({ key: 'b' }), 'differs in key'],
    ['a value more and another', secret({ key: 'b', more: 'c' }), 'differs in key, more'],
    ['nothing', secret({}), 'differs in key'],
    [
      'the same, on its way out',
      secret({ key: 'a' }, { deletionTimestamp: '2026-11-26T10:00:00Z' }),
      'is being deleted',
    ],
  ])('holds %s', (_, live, difference) => {
    expect(differenceOf(live, secret({ key: 'a' }))).toBe(difference);
  });

  test('and is a namespace may have any labels', () => {
    const namespace = (labels: object): KubernetesObject =>
      ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'net', labels } }) as KubernetesObject;
    expect(differenceOf(namespace({ team: 'blue' }), namespace({}))).toBeUndefined();
  });
});

describe('a volume that stands', () => {
  const file = (path: string, content: string): ArchiveFile => ({ path, content: Buffer.from(content) });
  const KEPT = [
    file('ca-cert.pem', 'root'),
    file('fabric-ca-server.db', 'rows'),
    file('fabric-ca-server-config.yaml', ''),
  ];

  test.each([
    ['nothing is filled', [], 'fill'],
    ['only what the kubelet mounts over is filled', [file('fabric-ca-server-config.yaml', '')], 'fill'],
    [
      'the beginning of what the backup has is filled',
      [file('ca-cert.pem', 'root'), file('fabric-ca-server.db', 'ro')],
      'fill',
    ],
    ['all that the backup has is kept', KEPT, 'keep'],
    [
      'the same CA, which has gone on, is kept',
      [file('ca-cert.pem', 'root'), file('fabric-ca-server.db', 'more')],
      'keep',
    ],
    ['another CA is refused', [file('ca-cert.pem', 'other'), file('fabric-ca-server.db', 'rows')], 'differs'],
    ['a file of somebody else is refused', [file('ledger', 'blocks')], 'differs'],
    ['a database without its CA is refused', [file('fabric-ca-server.db', 'other')], 'differs'],
  ] as const)('with %s', (_, present, decision) => {
    expect(decideVolume(present, KEPT)).toBe(decision);
  });
});

import { createServer } from 'node:net';
import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { CommandFailure } from '../../../../src/cli/command-failure.ts';
import { clusterFailure } from '../../../../src/cli/standing/cluster-failure.ts';
import { openCluster, standingCluster } from '../../../../src/cli/standing/open-cluster.ts';
import { transactionFailure } from '../../../../src/cli/standing/transaction-failure.ts';
import { TransactionError } from '../../../../src/fabric/gateway/error.ts';
import { KubernetesError } from '../../../../src/kubernetes/index.ts';
import { objectStore } from '../../activities/object-store.ts';

const labels = { 'weft.dev/network': 'net' };
const store = objectStore([
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'net-network', namespace: 'net', labels },
    data: { 'network.json': '{}' },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'other-network', namespace: 'other', labels: { 'weft.dev/network': 'other' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'org1-admin-msp', namespace: 'net', labels },
    data: { 'key.pem': Buffer.from('a key').toString('base64') },
  },
]);
const cluster = standingCluster(store.cluster);

describe('A cluster as the clients of its networks see it', () => {
  it('gives the texts of ConfigMaps and Secrets', async () => {
    expect(await cluster.read('ConfigMap', 'net', 'net-network')).toEqual({ 'network.json': '{}' });
    expect(await cluster.read('ConfigMap', 'other', 'other-network')).toEqual({});
    expect(await cluster.read('Secret', 'net', 'org1-admin-msp')).toEqual({ 'key.pem': 'a key' });
    expect(await cluster.read('Secret', 'net', 'org2-admin-msp')).toBeUndefined();
  });

  it('lists the ConfigMaps of one network', async () => {
    expect(await cluster.configMaps('net')).toEqual([
      { network: 'net', name: 'net-network', data: { 'network.json': '{}' } },
    ]);
  });

  it('says what it may not read', async () => {
    store.forbidden.add('/api/v1/namespaces/net/secrets/org1-admin-msp');
    const error = await cluster.read('Secret', 'net', 'org1-admin-msp').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailure);
    expect(error).toMatchObject({
      report: { exitCode: 3, message: expect.stringMatching(/^Cannot read Secret org1-admin-msp/) as string },
    });
  });

  it('says that there is no such kubeconfig', async () => {
    const error = await openCluster({ kubeconfig: '/nowhere' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ report: { exitCode: 2 } });
  });
});

describe('A failure of the cluster', () => {
  it.each([
    [new KubernetesError('unreachable', 'x'), 4],
    [new KubernetesError('unavailable', 'x'), 1],
    [new KubernetesError('unauthorized', 'x'), 3],
  ])('has the exit code of its kind: %o', (error, exitCode) => {
    expect(clusterFailure(error)?.report).toMatchObject({ exitCode, message: 'x' });
  });

  it('says which port is taken', async () => {
    const [first, second] = [createServer(), createServer()];
    first.listen(0, '127.0.0.1');
    await once(first, 'listening');
    const address = first.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    second.listen(port, '127.0.0.1');
    const [error] = (await once(second, 'error')) as [unknown];
    first.close();
    expect(clusterFailure(error)?.report.message).toBe(`port ${port} of this machine is taken.`);
  });

  it('is none if it is of something else', () => {
    expect(clusterFailure(new Error('x'))).toBeUndefined();
    expect(transactionFailure(new Error('x'))).toBeUndefined();
  });
});

describe('A failed transaction', () => {
  const failed = (kind: TransactionError['kind'], stage: TransactionError['stage']): CommandFailure | undefined =>
    transactionFailure(new TransactionError(kind, 'x', { channel: 'mychannel', stage, transactionId: 'tx1' }));

  it.each([
    ['timeout', 9],
    ['unreachable', 4],
    ['notAuthorized', 3],
    ['chaincodeAnswered', 1],
    ['conflict', 1],
  ] as const)('of kind %s has exit code %i', (kind, exitCode) => {
    expect(failed(kind, 'endorse')?.report.exitCode).toBe(exitCode);
  });

  it('that may be committed is to be looked up before it is submitted again', () => {
    const look = 'weft chaincode query qscc GetTransactionByID mychannel tx1 --channel mychannel';
    expect(failed('timeout', 'commit')?.report.hints).toContain(look);
    expect(failed('unreachable', 'order')?.report.hints).toContain(look);
    expect(failed('timeout', 'endorse')?.report.hints).not.toContain(look);
  });

  it('has its place in the JSON document', () => {
    const error = new TransactionError('conflict', 'x', {
      ...{ channel: 'mychannel', stage: 'commit', transactionId: 'tx1' },
      ...{ status: 'MVCC_READ_CONFLICT', block: 7 },
    });
    expect(transactionFailure(error)?.report.document).toEqual({
      ...{ stage: 'commit', transactionId: 'tx1' },
      ...{ status: 'MVCC_READ_CONFLICT', block: 7 },
    });
  });
});

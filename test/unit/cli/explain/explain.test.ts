import { createServer } from 'node:net';
import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import type { FailureReport } from '../../../../src/cli/command-failure.ts';
import { clusterReport } from '../../../../src/cli/explain/cluster.ts';
import { explain } from '../../../../src/cli/explain/index.ts';
import { transactionReport } from '../../../../src/cli/explain/transaction.ts';
import { TransactionError } from '../../../../src/fabric/gateway/error.ts';
import { KubernetesError } from '../../../../src/kubernetes/index.ts';
import { OperationFailure } from '../../../../src/operations/index.ts';

describe('explain', () => {
  it('finds the words of whatever part of Weft an error comes from', async () => {
    const inTransaction = new TransactionError('notAuthorized', 'no', { channel: 'mychannel', stage: 'endorse' });
    expect(await explain(new OperationFailure({ code: 'NoNetworks', cluster: 'local' }))).toMatchObject({
      exitCode: 1,
    });
    expect(await explain(new KubernetesError('forbidden', 'no'))).toMatchObject({ exitCode: 3, message: 'no' });
    expect(await explain(inTransaction)).toMatchObject({ exitCode: 3, message: 'no' });
  });

  it('calls what nobody foresaw a defect, and asks for a report', async () => {
    const report = await explain(new TypeError('x is undefined'));
    expect(report).toMatchObject({ exitCode: 255, message: expect.stringContaining('x is undefined') as string });
    expect(report.hints?.[0]).toContain('report');
  });
});

describe('an error of the cluster', () => {
  it.each([
    [new KubernetesError('unreachable', 'x'), 4],
    [new KubernetesError('unavailable', 'x'), 1],
    [new KubernetesError('unauthorized', 'x'), 3],
  ])('has the exit code of its kind: %o', (error, exitCode) => {
    expect(clusterReport(error)).toMatchObject({ exitCode, message: 'x' });
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
    expect(clusterReport(error)?.message).toBe(`port ${port} of this machine is taken.`);
  });

  it('is left to others if it is of something else', () => {
    expect(clusterReport(new Error('x'))).toBeUndefined();
    expect(transactionReport(new Error('x'))).toBeUndefined();
  });
});

describe('a failed transaction', () => {
  const failed = (kind: TransactionError['kind'], stage: TransactionError['stage']): FailureReport | undefined =>
    transactionReport(new TransactionError(kind, 'x', { channel: 'mychannel', stage, transactionId: 'tx1' }));

  it.each([
    ['timeout', 9],
    ['unreachable', 4],
    ['notAuthorized', 3],
    ['chaincodeAnswered', 1],
    ['conflict', 1],
  ] as const)('of kind %s has exit code %i', (kind, exitCode) => {
    expect(failed(kind, 'endorse')?.exitCode).toBe(exitCode);
  });

  it('that may be committed is to be looked up before it is submitted again', () => {
    const look = 'weft chaincode query qscc GetTransactionByID mychannel tx1 --channel mychannel';
    expect(failed('timeout', 'commit')?.hints).toContain(look);
    expect(failed('unreachable', 'order')?.hints).toContain(look);
    expect(failed('timeout', 'endorse')?.hints).not.toContain(look);
  });

  it('has its place in the JSON document', () => {
    const error = new TransactionError('conflict', 'x', {
      ...{ channel: 'mychannel', stage: 'commit', transactionId: 'tx1' },
      ...{ status: 'MVCC_READ_CONFLICT', block: 7 },
    });
    expect(transactionReport(error)?.document).toEqual({
      ...{ stage: 'commit', transactionId: 'tx1' },
      ...{ status: 'MVCC_READ_CONFLICT', block: 7 },
    });
  });
});

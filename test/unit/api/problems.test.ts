import { readFile } from 'node:fs/promises';

import { NamespaceNotFoundError } from '@temporalio/common';
import { describe, expect, it } from 'vitest';

import { RunUnreadable, TemporalForbidden } from '../../../src/client/index.ts';
import { OperationFailure } from '../../../src/operations/index.ts';
import { problemOf } from '../../../src/api/problems/problem-of.ts';
import { ApiProblem, problemDocument, REASONS } from '../../../src/api/problems/problem.ts';
import { remedyInWords } from '../../../src/api/problems/remedy.ts';
import type { Remedy } from '../../../src/spec/index.ts';

describe('a problem', () => {
  it('is in the documentation beside its status, whichever it is', async () => {
    const text = await readFile(new URL('../../../docs/api.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    for (const [reason, { status }] of Object.entries(REASONS)) {
      const row = rows.find((line) => line.includes(`\`${reason}\``));
      expect(row?.split('|')[1], reason).toContain(String(status));
    }
  });

  it.each([
    ['a database that is away', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'DATABASE_UNAVAILABLE'],
    ['a worker that is missing', new OperationFailure({ code: 'NoWorker', queues: ['weft'] }), 'NO_WORKER'],
    [
      'a network that is not there',
      new OperationFailure({ code: 'NetworkNotFound', network: 'net', cluster: 'local' }),
      'NETWORK_NOT_FOUND',
    ],
    [
      'Temporal, which refuses this server',
      new TemporalForbidden('t:7233', new Error('denied')),
      'TEMPORAL_UNAVAILABLE',
    ],
    ['a namespace of Temporal that is missing', new NamespaceNotFoundError('fabric'), 'TEMPORAL_UNAVAILABLE'],
    [
      'a run that cannot be read',
      new RunUnreadable('network/local/net', new Error('no codec')),
      'TEMPORAL_UNAVAILABLE',
    ],
    ['a problem of a use case that no route offers', new OperationFailure({ code: 'KeyInvalid' }), 'INTERNAL'],
    [
      'a request whose sender went away before its body had come',
      Object.assign(new Error('aborted'), { code: 'ECONNRESET' }),
      'INVALID_REQUEST',
    ],
    [
      'whatever else is refused of a request',
      Object.assign(new Error('too long'), { statusCode: 414 }),
      'INVALID_REQUEST',
    ],
    ['an error of the program', new TypeError('x is undefined'), 'INTERNAL'],
    ['what is no error', 'thrown', 'INTERNAL'],
  ])('is made of %s', (_, error, reason) => {
    expect(problemOf(error).reason).toBe(reason);
  });

  it('is the one that was thrown where it was one', () => {
    const problem = new ApiProblem('RUN_NOT_FOUND', { detail: 'there is no run up-1.' });
    expect(problemOf(problem)).toBe(problem);
  });

  it('names its kind by an address that is the same for all of its kind', () => {
    const document = problemDocument(new ApiProblem('RUN_NOT_FOUND', { detail: 'there is no run up-1.' }), 'id');
    expect(document).toEqual({
      type: 'https://weft.dev/problems/run-not-found',
      title: 'There is no such run',
      status: 404,
      detail: 'there is no run up-1.',
      reason: 'RUN_NOT_FOUND',
      requestId: 'id',
    });
  });
});

describe('a remedy', () => {
  it.each<[Remedy, string | undefined]>([
    [{ kind: 'runAgain' }, undefined],
    [
      { kind: 'approveRemoval', targets: ['org1/peer2'] },
      'To remove what is no longer described, put the same description with ?approveRemoval=true.',
    ],
    [
      { kind: 'undoChanges', fields: ['organizations[1].mspId'] },
      'Undo the change of organizations[1].mspId in the description; or delete the network with all that it holds, and put it anew.',
    ],
    [
      { kind: 'changeDescription', field: 'kubernetes.storageClass', allowed: ['fast', 'slow'] },
      'Change kubernetes.storageClass in the description to one of: fast, slow.',
    ],
    [
      { kind: 'collectSignatures', channel: 'trade', missing: ['Org2MSP'] },
      'Undo the change of trade in the description, or have it signed by the others: Org2MSP.',
    ],
  ])('%j is told to who sends requests', (remedy, words) => {
    expect(remedyInWords(remedy)).toBe(words);
  });
});

import { describe, expect, it } from 'vitest';

import { requestOf } from '../../../src/client/index.ts';
import { labelsOf } from '../../../src/client/request.ts';
import { completeDescription } from '../../../src/spec/index.ts';

const short = {
  name: 'net',
  organizations: [
    { name: 'org0', mspId: 'OrdererMSP', orderers: 1 },
    { name: 'org1', mspId: 'Org1MSP', peers: 2 },
  ],
};

describe('what a run is asked to do', () => {
  it('is said in the words of the command line, with the options that change what is done', () => {
    const operation = (type: string, options?: object): string => requestOf(type, [{}, options]).operation;
    expect(operation('applyNetwork')).toBe('up');
    expect(operation('applyNetwork', { approveRemoval: true, pruneData: true, removeChannels: true })).toBe(
      'up --prune-data --remove-channels',
    );
    expect(operation('applyNetwork', { dryRun: true, pruneData: false })).toBe('up --dry-run');
    expect(operation('removeNetwork', { keepData: true })).toBe('down --keep-data');
    expect(operation('inspectNetwork')).toBe('status');
    expect(operation('somethingElse', { keepData: true })).toBe('somethingElse');
  });

  it('is the same for a description in short and in completed form, whatever the order of its keys', () => {
    const completed = completeDescription(short);
    if (!completed.ok) throw new Error('The description has issues.');
    const { name, ...rest } = completed.network;
    const expected = requestOf('applyNetwork', [short]);
    expect(requestOf('applyNetwork', [completed.network, {}])).toEqual(expected);
    expect(requestOf('applyNetwork', [{ ...rest, name }, { approveRemoval: true }])).toEqual(expected);
  });

  it('is another thing for another description, another order of a list, another option, another command', () => {
    const prints = [
      requestOf('applyNetwork', [short]),
      requestOf('applyNetwork', [{ ...short, name: 'other' }]),
      requestOf('applyNetwork', [{ ...short, organizations: short.organizations.toReversed() }]),
      requestOf('applyNetwork', [short, { pruneData: true }]),
      requestOf('applyNetwork', [short, { removeChannels: true }]),
      requestOf('removeNetwork', [{ network: 'net' }]),
      requestOf('removeNetwork', [{ network: 'net' }, { keepData: true }]),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('is the same removal with and without the namespaces to look in', () => {
    const expected = requestOf('removeNetwork', [{ network: 'net' }]);
    expect(requestOf('removeNetwork', [{ network: 'net', namespaces: ['net'] }, { keepData: false }])).toEqual(
      expected,
    );
  });

  it('can be told of arguments that no workflow takes', () => {
    const prints = [[], ['net'], [{ name: 1 }]].map((args) => requestOf('applyNetwork', args).fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe('what a run is found by', () => {
  it('is its network, cluster, command and organizations', () => {
    expect(labelsOf('network/prod-eu/net', 'applyNetwork', [short, { pruneData: true }])).toEqual({
      network: 'net',
      cluster: 'prod-eu',
      operation: 'up',
      organizations: ['org0', 'org1'],
    });
  });

  it('names no organizations where none are said, or the description cannot be read', () => {
    expect(labelsOf('network/local/net', 'removeNetwork', [{ network: 'net' }])).toMatchObject({ organizations: [] });
    expect(labelsOf('network/local/net', 'applyNetwork', ['?'])).toMatchObject({ organizations: [] });
  });

  it('is nothing for a run that holds no network', () => {
    expect(labelsOf('status/local/net', 'inspectNetwork', [])).toBeUndefined();
    expect(labelsOf('network/local/net/org1', 'applyNetwork', [short])).toBeUndefined();
  });
});

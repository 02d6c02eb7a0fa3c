import { describe, expect, test } from 'vitest';

import { listNetworks, readRecordedNetwork, type NetworkConfigMap } from '../../../../src/operations/index.ts';
import { identityEntries, recordEntries } from '../../../../src/spec/index.ts';
import { fakeAccess, NETWORK } from '../fake-access.ts';

function record(namespace: string, network: string, foreign?: string): NetworkConfigMap {
  const identity = { network, record: `record-in-${namespace}`, cluster: 'local', clusters: {} };
  const data = { ...recordEntries({ begun: NETWORK }), ...identityEntries(identity) };
  return { ...{ network: 'net', name: 'net-network', namespace, data }, ...(foreign === undefined ? {} : { foreign }) };
}

const accessTo = (...records: NetworkConfigMap[]) => ({ ...fakeAccess(), configMaps: () => Promise.resolve(records) });

describe('a network that is known by its name alone', () => {
  test.each([
    ['by name', { network: 'net' }],
    ['as the only one', undefined],
  ])('is found, %s, whoever has copied its record', async (_, selector) => {
    const access = accessTo(record('copied', 'net-1', 'is a copy'), record('a', 'net-1'), record('b', 'net-1'));
    expect(await readRecordedNetwork(access, { cluster: 'local', selector })).toEqual(NETWORK);
    expect(await listNetworks(access)).toEqual(['net']);
  });

  test.each([
    ['by name', { network: 'net' }],
    ['as the only one', undefined],
  ])('is not guessed, %s, where two have it', async (_, selector) => {
    const access = accessTo(record('b', 'net-2'), record('a', 'net-1'));
    await expect(readRecordedNetwork(access, { cluster: 'local', selector })).rejects.toMatchObject({
      problem: { code: 'NetworkAmbiguous', network: 'net', namespaces: ['a', 'b'] },
      message: 'which net? There is one in each of a, b.',
    });
  });

  test('is not read from what somebody has put there', async () => {
    const access = accessTo(record('copied', 'net-1', 'is a copy'));
    await expect(readRecordedNetwork(access, { cluster: 'local', selector: { network: 'net' } })).rejects.toMatchObject(
      { problem: { code: 'RecordUnreadable', reason: 'is a copy' } },
    );
  });
});

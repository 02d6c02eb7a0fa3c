import { readdir, readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

import { describe, expect, test } from 'vitest';

import { parseDescription } from '../../../src/description/yaml.ts';
import { temporalSettings } from '../../../src/client/index.ts';
import { ccaasPackage } from '../../../src/fabric/index.ts';
import { packageLabel, type Network } from '../../../src/spec/index.ts';
import { networkOf, warningsOf } from './descriptions.ts';

const FOLDER = new URL('../../../examples/', import.meta.url);

const descriptions = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml'));

describe('the examples', () => {
  test.each(descriptions)('%s is a valid description, without a warning', async (name) => {
    expect(warningsOf(parseDescription(await textOf(name), name))).toEqual([]);
  });

  test.each(descriptions)('%s says how it is brought up', async (name) => {
    expect(await textOf(name)).toContain(`-f examples/${name}`);
  });

  test('have names of their own, so that all can be up on one cluster', async () => {
    const names = await Promise.all(descriptions.map(async (name) => (await networkIn(name)).name));
    expect(new Set(names).size).toBe(descriptions.length);
  });
});

describe('the example with a namespace for each organization', () => {
  test('puts no two organizations into one namespace', async () => {
    const { organizations } = await networkIn('namespace-per-organization.yaml');
    expect(new Set(organizations.map(({ namespace }) => namespace)).size).toBe(organizations.length);
  });
});

describe('the example with private data', () => {
  test('has a collection of all members and one of a single organization', async () => {
    const [chaincode] = (await networkIn('private-data.yaml')).chaincodes;
    expect(chaincode?.collections.map(({ name, policy }) => [name, policy])).toEqual([
      ['assets', "OR('Org1MSP.member', 'Org2MSP.member')"],
      ['org1-prices', "OR('Org1MSP.member')"],
    ]);
  });
});

describe('the example with a chaincode at an address', () => {
  test('names the package ID under which the chaincode must answer', async () => {
    const [chaincode] = (await networkIn('chaincode-at-an-address.yaml')).chaincodes;
    if (chaincode === undefined || !('address' in chaincode))
      throw new Error('the example has a chaincode at an address');
    expect(chaincode.tls).toBe(false);
    const connection = { address: chaincode.address, dialTimeout: '10s' };
    const { packageId } = await ccaasPackage({ label: packageLabel(chaincode), connection });
    expect(await textOf('chaincode-at-an-address.yaml')).toContain(`CHAINCODE_ID=${packageId} `);
  });
});

describe('the example of BFT', () => {
  test('spreads four consenters over as many organizations, on a channel of Fabric 3', async () => {
    const network = await networkIn('bft.yaml');
    const [channel] = network.channels;
    expect(channel?.orderers.map(({ orderers }) => orderers.length)).toEqual([1, 1, 1, 1]);
    expect(channel).toMatchObject({ consensus: { type: 'bft' }, capabilities: { channel: 'V3_0' } });
  });
});

describe('the example of an external Temporal', () => {
  test('sets variables that Weft reads', async () => {
    const variables = parseEnv(await textOf('external-temporal/temporal.env'));
    const settings = temporalSettings({ ...variables, TEMPORAL_CONFIG_FILE: '/nonexistent' });
    expect(settings).toMatchObject({
      address: variables['TEMPORAL_ADDRESS'],
      namespace: variables['TEMPORAL_NAMESPACE'],
      connection: { apiKey: variables['TEMPORAL_API_KEY'], tls: true },
    });
  });
});

function textOf(name: string): Promise<string> {
  return readFile(new URL(name, FOLDER), 'utf8');
}

async function networkIn(name: string): Promise<Network> {
  return networkOf(parseDescription(await textOf(name), name));
}

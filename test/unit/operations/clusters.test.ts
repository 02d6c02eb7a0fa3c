import { describe, expect, it } from 'vitest';

import { connectionOf } from '../../../src/operations/connection.ts';
import { routeOf, type CallChoice } from '../../../src/operations/chaincode/choice.ts';
import { completed } from '../cli/harness.ts';
import { fakeAccess } from './fake-access.ts';

/** Two members, each on a cluster of its own, and the orderers on a third. */
const APART = completed({
  name: 'apart',
  organizations: [
    { name: 'org0', orderers: [{ name: 'orderer1', address: 'orderer1.org0.example.com:443' }], cluster: 'north' },
    { name: 'org1', peers: [{ name: 'peer1', address: 'peer1.org1.example.com:443' }], cluster: 'east' },
    { name: 'org2', peers: [{ name: 'peer1', address: 'peer1.org2.example.com:443' }], cluster: 'west' },
  ],
  channels: [{ name: 'mychannel', orderers: ['org0'], peers: ['org1', 'org2'] }],
  chaincodes: [{ name: 'basic', version: '1.0', image: 'registry.example.com/basic:1.0' }],
});

describe('a client of a network on several clusters', () => {
  it.each([
    ['east', 'org1'],
    ['west', 'org2'],
  ])('works on %s in the name of the organization that is there', async (cluster, organization) => {
    expect(route(cluster).organization.name).toBe(organization);
    const { profile } = await connection(cluster);
    expect(profile).toMatchObject({ organization, tlsRoots: `TLS root of ${organization}` });
  });

  it('is told the cluster of an organization that is not on the one that it asks, and reads nothing there', async () => {
    const elsewhere = {
      problem: { code: 'OrganizationElsewhere', organization: 'org2', elsewhere: 'west', cluster: 'east' },
      message: 'org2 is on the cluster west, not on east.',
    };
    expect(() => route('east', { organization: 'org2' })).toThrow(expect.objectContaining(elsewhere));
    const access = fakeAccess({ networks: [APART] });
    await expect(connection('east', 'org2', access)).rejects.toMatchObject(elsewhere);
    expect(access.secrets).toEqual([]);
  });

  it('is told one of the clusters where no organization with peers is on the one that it asks', async () => {
    const elsewhere = { problem: { code: 'OrganizationElsewhere', organization: 'org1', elsewhere: 'east' } };
    expect(() => route('north')).toThrow(
      expect.objectContaining({ message: 'org1 is on the cluster east, not on north.' }),
    );
    await expect(connection('north')).rejects.toMatchObject(elsewhere);
  });
});

function route(cluster: string, choice: CallChoice = {}): ReturnType<typeof routeOf> {
  return routeOf(APART, { cluster, chaincode: 'basic' }, choice);
}

function connection(
  cluster: string,
  organization?: string,
  access = fakeAccess({ networks: [APART] }),
): ReturnType<typeof connectionOf> {
  return connectionOf(access, { cluster, selector: { network: 'apart' }, organization, identity: 'admin' });
}

import { describe, expect, it } from 'vitest';

import { nodeOuConfigYaml, nodeOuRole, type IdentityType } from '../../../../src/fabric/index.ts';
import { newAuthority } from '../ca/authority.ts';

describe("an organization's NodeOU configuration", () => {
  it('is what the test network writes, with the CA certificate of the organization', () => {
    expect(nodeOuConfigYaml('org0')).toBe(`NodeOUs:
  Enable: true
  ClientOUIdentifier:
    Certificate: cacerts/org0-ca.pem
    OrganizationalUnitIdentifier: client
  PeerOUIdentifier:
    Certificate: cacerts/org0-ca.pem
    OrganizationalUnitIdentifier: peer
  AdminOUIdentifier:
    Certificate: cacerts/org0-ca.pem
    OrganizationalUnitIdentifier: admin
  OrdererOUIdentifier:
    Certificate: cacerts/org0-ca.pem
    OrganizationalUnitIdentifier: orderer
`);
  });
});

describe('the role that a certificate gives', () => {
  it.each<IdentityType>(['client', 'peer', 'admin', 'orderer'])('is %s by the unit of that name', async (role) => {
    const ca = await newAuthority();
    expect(nodeOuRole((await ca.issue({ units: ['department1', role] })).certificate)).toBe(role);
  });

  it('is none without such a unit, and none with two', async () => {
    const ca = await newAuthority();
    expect(nodeOuRole((await ca.issue({ units: ['department1'] })).certificate)).toBeUndefined();
    expect(nodeOuRole((await ca.issue({ units: ['peer', 'orderer'] })).certificate)).toBeUndefined();
  });
});

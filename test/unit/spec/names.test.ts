import { describe, expect, test } from 'vitest';

import {
  adminIdentityName,
  caName,
  certificateAuthorityObjects,
  chaincodeServerName,
  endpointsOf,
  genesisBlockConfigMap,
  identitySecrets,
  networkConfigMaps,
  nodeConfigMap,
  completeDescription,
  nodeName,
  nodeTargetName,
  onNode,
  organizationConfigMaps,
  packageLabel,
} from '../../../src/spec/index.ts';
import { described, networkOf } from './descriptions.ts';

const ORG1 = { name: 'org1' };
const PEER1 = { name: 'peer1' };

// Names are kept in clusters: another one means that what was made before is not found again.
describe('the names of a network in a cluster', () => {
  test('keeps the names of a node and its Secrets', () => {
    expect(nodeName(ORG1, PEER1)).toBe('org1-peer1');
    expect(nodeTargetName(ORG1, PEER1)).toBe('org1/peer1');
    expect(nodeConfigMap('org1-peer1')).toBe('org1-peer1-config');
    expect(identitySecrets('org1-peer1')).toEqual({
      msp: 'org1-peer1-msp',
      tls: 'org1-peer1-tls',
    });
  });

  test('keeps the names of an organization, its CA and its Admin', () => {
    expect(caName(ORG1)).toBe('org1-ca');
    expect(adminIdentityName(ORG1)).toBe('org1-admin');
    expect(organizationConfigMaps(ORG1)).toEqual({ config: 'org1-config', mspConfig: 'org1-msp-config' });
    expect(certificateAuthorityObjects(ORG1)).toEqual({
      environment: 'org1-ca-env',
      config: 'org1-ca-config',
      tls: 'org1-ca-tls',
      registrar: 'org1-ca-registrar',
      certificates: 'org1-ca-certificates',
    });
  });

  test('keeps the names of the network', () => {
    expect(networkConfigMaps({ name: 'test-network' })).toEqual({
      tlsRoots: 'test-network-tls-roots',
      description: 'test-network-network',
    });
  });

  test('keeps the names of a channel', () => {
    expect(genesisBlockConfigMap({ name: 'mychannel' })).toBe('mychannel-genesis-block');
    expect(onNode({ name: 'mychannel' }, 'org1-peer1')).toBe('mychannel@org1-peer1');
  });

  test('keeps the names of a chaincode and its servers', () => {
    const chaincode = { name: 'Asset_Transfer', channel: 'my.channel', version: '1.0' };
    expect(chaincodeServerName(chaincode, 'org1')).toBe('org1-ccaas-my-channel-asset-transfer');
    expect(chaincodeServerName(chaincode, 'org1-peer1')).toBe('org1-peer1-ccaas-my-channel-asset-transfer');
    expect(packageLabel(chaincode)).toBe('Asset_Transfer_1.0');
  });
});

test('gives nodes with names of their own endpoints of these names', () => {
  const network = networkOf(
    completeDescription(described({}, { orderers: [{ name: 'east' }], peers: [{ name: 'anchor' }] })),
  );
  expect(endpointsOf(network).map(({ title, url }) => `${title} : ${url}`)).toEqual([
    'ECert Certificate Authority : https://org0-ca',
    'Orderer east : grpcs://org0-east',
    'Peer Node anchor : grpcs://org0-anchor',
  ]);
});

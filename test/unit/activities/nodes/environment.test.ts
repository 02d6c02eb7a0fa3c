import { describe, expect, test } from 'vitest';

import { certificateAuthorityEnvironment, environmentOf } from '../../../../src/activities/nodes/environment.ts';
import type { NodeInput } from '../../../../src/activities/inputs.ts';
import { completeDescription, type Network } from '../../../../src/spec/index.ts';
import { networkSettings, nodesOf, nodeInput, organizationInput } from '../../../../src/workflows/inputs.ts';

const network: Network = completed({
  name: 'net',
  organizations: [
    { name: 'org0', mspId: 'OrdererMSP', orderers: 1 },
    { name: 'org1', peers: 2 },
  ],
});
const base = { network: networkSettings(network), dryRun: false };

describe('the environment of an orderer', () => {
  const environment = environmentOf(targetOf('org0', 'orderer1'));

  test("names its organization's MSP and joins channels by the participation API only", () => {
    expect(environment).toMatchObject({
      ORDERER_GENERAL_LOCALMSPID: 'OrdererMSP',
      ORDERER_GENERAL_BOOTSTRAPMETHOD: 'none',
      ORDERER_CHANNELPARTICIPATION_ENABLED: 'true',
    });
  });

  test('has TLS everywhere, and lets only holders of a certificate of its organization administer it', () => {
    expect(environment).toMatchObject({
      ORDERER_GENERAL_TLS_ENABLED: 'true',
      ORDERER_ADMIN_TLS_ENABLED: 'true',
      ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED: 'true',
      ORDERER_ADMIN_TLS_CLIENTROOTCAS: '[/var/hyperledger/fabric/tls/ca.pem]',
    });
  });

  test('writes to its volume alone, since all else is read-only', () => {
    const written = Object.entries(environment).filter(([name]) => /LOCATION|WALDIR|SNAPDIR/.test(name));
    expect(written).toHaveLength(3);
    for (const [, folder] of written) expect(folder).toMatch(/^\/var\/hyperledger\/fabric\/data\//);
  });

  test('listens where the probe and the Service look for it', () => {
    expect(environment).toMatchObject({
      ORDERER_GENERAL_LISTENPORT: '6050',
      ORDERER_ADMIN_LISTENADDRESS: '0.0.0.0:9443',
      ORDERER_OPERATIONS_LISTENADDRESS: '0.0.0.0:8443',
    });
  });
});

describe('the environment of a peer', () => {
  const environment = environmentOf(targetOf('org1', 'peer2'));

  test('names its organization, itself and where others find it', () => {
    expect(environment).toMatchObject({
      CORE_PEER_LOCALMSPID: 'Org1MSP',
      CORE_PEER_ID: 'peer2.org1.example.com',
      CORE_PEER_ADDRESS: 'org1-peer2:7051',
      CORE_PEER_GOSSIP_EXTERNALENDPOINT: 'org1-peer2.net.svc.cluster.local:7051',
    });
  });

  test('tells peers of other organizations the address that the description gives', () => {
    const target = targetOf('org1', 'peer1');
    const addressed = environmentOf({ ...target, node: { ...target.node, address: 'peer1.example.com:443' } });
    expect(addressed).toMatchObject({
      CORE_PEER_ADDRESS: 'org1-peer1:7051',
      CORE_PEER_GOSSIP_EXTERNALENDPOINT: 'peer1.example.com:443',
    });
  });

  test("begins to gossip with its organization's first peer, so that one more peer changes none of the others", () => {
    expect(environment['CORE_PEER_GOSSIP_BOOTSTRAP']).toBe('org1-peer1:7051');
    expect(environmentOf(targetOf('org1', 'peer1'))['CORE_PEER_GOSSIP_BOOTSTRAP']).toBe('org1-peer1:7051');
  });

  test('tells the ccaas builder its name without a dash, as the test network has it', () => {
    const configuration: unknown = JSON.parse(environment['CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG'] ?? '');
    expect(configuration).toEqual({ organization: 'org1', node: 'org1-peer2', peername: 'org1peer2' });
  });

  test('writes to its volume alone', () => {
    for (const name of ['CORE_PEER_FILESYSTEMPATH', 'CORE_LEDGER_SNAPSHOTS_ROOTDIR']) {
      expect(environment[name]).toMatch(/^\/var\/hyperledger\/fabric\/data/);
    }
  });
});

describe('what the description says of the environment', () => {
  test('wins over what Weft sets, and adds to it', () => {
    const target = targetOf('org1', 'peer1');
    const environment = environmentOf({
      ...target,
      node: { ...target.node, environment: { FABRIC_LOGGING_SPEC: 'DEBUG', CORE_PEER_PROFILE_ENABLED: 'true' } },
    });
    expect(environment).toMatchObject({ FABRIC_LOGGING_SPEC: 'DEBUG', CORE_PEER_PROFILE_ENABLED: 'true' });
  });

  test('holds for a CA too', () => {
    const [organization] = network.organizations;
    if (organization === undefined) throw new Error('the network has an organization');
    const { certificateAuthority } = organization;
    const environment = certificateAuthorityEnvironment(
      organizationInput(base, {
        ...organization,
        certificateAuthority: { ...certificateAuthority, environment: { FABRIC_CA_SERVER_DEBUG: 'true' } },
      }),
    );
    expect(environment).toMatchObject({ FABRIC_CA_SERVER_DEBUG: 'true' });
  });
});

test('nothing in an environment is a secret: it stands in a ConfigMap', () => {
  const targets = network.organizations.flatMap(nodesOf).map((placed) => nodeInput(base, placed));
  const names = targets.flatMap((target) => Object.keys(environmentOf(target)));
  expect(names.filter((name) => /PASS|SECRET|TOKEN/.test(name))).toEqual([]);
});

function completed(description: unknown): Network {
  const result = completeDescription(description);
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
  return result.network;
}

function targetOf(organization: string, node: string): NodeInput {
  const placed = network.organizations
    .flatMap(nodesOf)
    .find((candidate) => candidate.organization.name === organization && candidate.node.name === node);
  if (placed === undefined) throw new Error(`there is no ${organization}/${node}`);
  return nodeInput(base, placed);
}

import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { certificateAuthorityEnvironment, environmentOf } from '../../../../src/activities/nodes/environment.ts';
import { describedNetwork } from '../network.ts';

const network = describedNetwork();

describe('the environment of an orderer', () => {
  const environment = environmentOf(network.node('org0', 'orderer1'));

  test("names its organization's MSP and joins channels by the participation API only", () => {
    expect(environment).toMatchObject({
      ORDERER_GENERAL_LOCALMSPID: 'OrdererMSP',
      ORDERER_GENERAL_BOOTSTRAPMETHOD: 'none',
      ORDERER_CHANNELPARTICIPATION_ENABLED: 'true',
    });
  });

  test('has TLS everywhere, and lets only holders of a certificate of the CA for administrators administer it', () => {
    expect(environment).toMatchObject({
      ORDERER_GENERAL_TLS_ENABLED: 'true',
      ORDERER_ADMIN_TLS_ENABLED: 'true',
      ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED: 'true',
      ORDERER_ADMIN_TLS_CLIENTROOTCAS: '[/var/hyperledger/fabric/admin-ca/cert.pem]',
    });
  });

  test('asks nobody at its operations endpoint for a certificate, since probes have none, and takes those of the CA for it', () => {
    expect(environment).toMatchObject({
      ORDERER_OPERATIONS_TLS_ENABLED: 'true',
      ORDERER_OPERATIONS_TLS_CLIENTAUTHREQUIRED: 'false',
      ORDERER_OPERATIONS_TLS_CLIENTROOTCAS: '[/var/hyperledger/fabric/operations-ca/cert.pem]',
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
  const environment = environmentOf(network.node('org1', 'peer2'));

  test('names its organization, itself and where others find it', () => {
    expect(environment).toMatchObject({
      CORE_PEER_LOCALMSPID: 'Org1MSP',
      CORE_PEER_ID: 'peer2.org1.example.com',
      CORE_PEER_ADDRESS: 'org1-peer2:7051',
      CORE_PEER_GOSSIP_EXTERNALENDPOINT: 'org1-peer2.net.svc.cluster.local:7051',
    });
  });

  test('tells peers of other organizations the address that the description gives', () => {
    const target = network.node('org1', 'peer1');
    const addressed = environmentOf({ ...target, node: { ...target.node, address: 'peer1.example.com:443' } });
    expect(addressed).toMatchObject({
      CORE_PEER_ADDRESS: 'org1-peer1:7051',
      CORE_PEER_GOSSIP_EXTERNALENDPOINT: 'peer1.example.com:443',
    });
  });

  test("begins to gossip with its organization's first peer, so that one more peer changes none of the others", () => {
    expect(environment['CORE_PEER_GOSSIP_BOOTSTRAP']).toBe('org1-peer1:7051');
    expect(environmentOf(network.node('org1', 'peer1'))['CORE_PEER_GOSSIP_BOOTSTRAP']).toBe('org1-peer1:7051');
  });

  test('leaves the configuration of the ccaas builder to its Secret, for there is a key in it', () => {
    expect(environment).not.toHaveProperty('CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG');
  });

  test('asks nobody at its operations endpoint for a certificate, since probes have none, and takes those of the CA for it', () => {
    expect(environment).toMatchObject({
      CORE_OPERATIONS_TLS_ENABLED: 'true',
      CORE_OPERATIONS_TLS_CLIENTAUTHREQUIRED: 'false',
      CORE_OPERATIONS_TLS_CLIENTROOTCAS_FILES: '/var/hyperledger/fabric/operations-ca/cert.pem',
    });
  });

  test('writes to its volume alone', () => {
    for (const name of ['CORE_PEER_FILESYSTEMPATH', 'CORE_LEDGER_SNAPSHOTS_ROOTDIR']) {
      expect(environment[name]).toMatch(/^\/var\/hyperledger\/fabric\/data/);
    }
  });
});

describe('what the description says of the environment', () => {
  test('wins over what Weft sets, and adds to it', () => {
    const target = network.node('org1', 'peer1');
    const environment = environmentOf({
      ...target,
      node: { ...target.node, environment: { FABRIC_LOGGING_SPEC: 'DEBUG', CORE_PEER_PROFILE_ENABLED: 'true' } },
    });
    expect(environment).toMatchObject({ FABRIC_LOGGING_SPEC: 'DEBUG', CORE_PEER_PROFILE_ENABLED: 'true' });
  });

  test('holds for a CA too', () => {
    const ca = network.organization('org1');
    const { certificateAuthority } = ca.organization;
    const environment = certificateAuthorityEnvironment({
      ...ca,
      organization: {
        ...ca.organization,
        certificateAuthority: { ...certificateAuthority, environment: { FABRIC_CA_SERVER_DEBUG: 'true' } },
      },
    });
    expect(environment).toEqual({
      FABRIC_CA_SERVER_HOME: '/var/hyperledger/fabric-ca-server',
      FABRIC_CA_SERVER_DEBUG: 'true',
    });
  });
});

describe.each([
  ['org0', 'orderer1', 'orderer.yaml'],
  ['org1', 'peer1', 'peer.yaml'],
] as const)('the environment of %s/%s and kube/%s', (organization, node, file) => {
  const environment = environmentOf(network.node(organization, node));
  const values = Object.entries(environment);

  test('agree on the folders: the node finds everything where the manifest mounts it', async () => {
    const manifest = await readFile(new URL(`../../../../kube/${file}`, import.meta.url), 'utf8');
    const mounted = [...manifest.matchAll(/mountPath: ([^\s,}]+)/g)].map(([, path]) => path ?? '');
    const paths = values.map(([, value]) => value.replace(/^\[|\]$/g, '')).filter((value) => value.startsWith('/'));
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) expect(mounted.some((folder) => `${path}/`.startsWith(`${folder}/`))).toBe(true);
  });

  test('agree on the ports: the node listens on those of the manifest and no other', async () => {
    const manifest = await readFile(new URL(`../../../../kube/${file}`, import.meta.url), 'utf8');
    const ports = [...manifest.matchAll(/containerPort: (\d+)/g)].map(([, port]) => port).sort();
    const listening = values
      .filter(([name]) => /LISTEN(ADDRESS|PORT)$/.test(name))
      .flatMap(([, value]) => /(\d+)$/.exec(value.replace('0.0.0.0', '').replace(':', ''))?.[1] ?? [])
      .filter((port) => port !== '');
    expect(listening.sort()).toEqual(ports);
  });

  test('leave no endpoint without TLS', () => {
    const switches = values.filter(([name]) => /TLS_ENABLED$/.test(name));
    expect(switches.map(([name]) => name)).toContainEqual(expect.stringMatching(/_OPERATIONS_TLS_ENABLED$/));
    for (const [, value] of switches) expect(value).toBe('true');
  });

  test('name certificate, key and root of the TLS Secret', () => {
    const named = values
      .filter(([name]) => /_TLS_/.test(name))
      .map(([, value]) => value.replace(/^.*\/tls\/|\]$/g, ''));
    expect(named).toEqual(expect.arrayContaining(['cert.pem', 'key.pem', 'ca.pem']));
  });
});

test('nothing in an environment is a secret: it stands in a ConfigMap', () => {
  const names = network.nodes().flatMap((node) => Object.keys(environmentOf(node)));
  expect(names.filter((name) => /PASS|SECRET|TOKEN/.test(name))).toEqual([]);
});

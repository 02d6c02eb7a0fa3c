import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { completeDescription, endpointsOf, nodeName } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import { networkOf } from './descriptions.ts';

const SMALLEST = { name: 'small', organizations: [{ name: 'org0', orderers: 1 }] };

describe('the example of the test network', () => {
  test('completes the test network without a warning', async () => {
    expect(await example()).toMatchObject({ ok: true, warnings: [] });
  });

  test('gives the test network three orderers in org0 and two peers each in org1 and org2', async () => {
    const network = networkOf(await example());
    const nodes = network.organizations.flatMap((organization) =>
      [...organization.orderers, ...organization.peers].map((node) => nodeName(organization, node)),
    );
    expect(nodes).toEqual([
      'org0-orderer1',
      'org0-orderer2',
      'org0-orderer3',
      'org1-peer1',
      'org1-peer2',
      'org2-peer1',
      'org2-peer2',
    ]);
    expect(network.organizations.map(({ mspId }) => mspId)).toEqual(['OrdererMSP', 'Org1MSP', 'Org2MSP']);
  });

  test("gives the test network the endpoints of Fabric's own", async () => {
    const endpoints = endpointsOf(networkOf(await example())).map(
      ({ organization, title, url }) => `${organization}: ${title} : ${url}`,
    );
    expect(endpoints).toEqual([
      'org0: ECert Certificate Authority : https://org0-ca',
      'org0: Orderer1 : grpcs://org0-orderer1',
      'org0: Orderer2 : grpcs://org0-orderer2',
      'org0: Orderer3 : grpcs://org0-orderer3',
      'org1: ECert Certificate Authority : https://org1-ca',
      'org1: Peer Node 1 : grpcs://org1-peer1',
      'org1: Peer Node 2 : grpcs://org1-peer2',
      'org2: ECert Certificate Authority : https://org2-ca',
      'org2: Peer Node 1 : grpcs://org2-peer1',
      'org2: Peer Node 2 : grpcs://org2-peer2',
    ]);
  });
});

describe('completion', () => {
  test('fills in every default', () => {
    expect(networkOf(completeDescription(SMALLEST))).toEqual({
      apiVersion: 'weft.dev/v1alpha1',
      name: 'small',
      fabric: { version: '2.5.9', caVersion: '1.5.21', registry: 'ghcr.io/hyperledger' },
      kubernetes: { namespace: 'small', rolloutTimeoutSeconds: 600, clusterDomain: 'cluster.local' },
      certificates: { ca: '131400h', identity: '8760h', tls: '8760h' },
      organizations: [
        {
          name: 'org0',
          mspId: 'Org0MSP',
          domain: 'org0.example.com',
          namespace: 'small',
          certificateAuthority: {
            storage: '1Gi',
            resources: { requests: { cpu: '20m', memory: '64Mi' } },
            environment: {},
          },
          orderers: [
            {
              name: 'orderer1',
              storage: '1Gi',
              resources: { requests: { cpu: '50m', memory: '64Mi' } },
              environment: {},
            },
          ],
          peers: [],
        },
      ],
      channels: [],
      chaincodes: [],
    });
  });

  test('keeps what the description says', () => {
    const node = {
      name: 'anchor',
      address: 'anchor.bank.org:443',
      storage: '20Gi',
      storageClass: 'fast',
      image: 'localhost:5000/my/peer@sha256:' + 'a'.repeat(64),
      resources: { limits: { memory: '1Gi' } },
      environment: { FABRIC_LOGGING_SPEC: 'debug' },
      environmentFrom: { CORE_PEER_PASSWORD: { secret: 'couchdb', key: 'password' } },
    };
    const organization = {
      name: 'bank',
      mspId: 'Bank.MSP-1',
      domain: 'bank.org',
      cluster: 'prod-eu',
      namespace: 'bank',
      certificateAuthority: { storage: '2Gi', resources: {}, environment: { FABRIC_CA_SERVER_DEBUG: 'true' } },
      orderers: [{ ...node, name: 'orderer1', address: 'orderer1.bank.org:443' }],
      peers: [node],
    };
    const description = {
      apiVersion: 'weft.dev/v1alpha1',
      name: 'net',
      fabric: { version: '3.1.5', caVersion: '1.5.22', registry: 'registry.example.com:5000/fabric' },
      kubernetes: {
        namespace: 'fabric',
        rolloutTimeoutSeconds: 60,
        clusterDomain: 'k8s.bank.org',
        imagePullSecrets: ['registry'],
        podUser: 'assigned',
        networkPolicies: {
          workers: [{ namespace: 'weft', labels: { 'app.kubernetes.io/name': 'weft-worker' } }],
          metrics: [{ namespace: 'monitoring' }],
          externalPorts: [443],
        },
      },
      certificates: { ca: '87600h', identity: '720h', tls: '24h' },
      organizations: [organization],
      channels: [],
      chaincodes: [],
    };
    expect(networkOf(completeDescription(description))).toEqual(description);
  });

  test('gives nodes the storage class of the network, unless they have their own', () => {
    const network = networkOf(
      completeDescription({
        name: 'net',
        kubernetes: { storageClass: 'slow' },
        organizations: [
          { name: 'org0', orderers: [{ name: 'a', storageClass: 'fast' }, { name: 'b' }, { name: 'c' }] },
        ],
      }),
    );
    const [organization] = network.organizations;
    expect(organization?.orderers.map(({ storageClass }) => storageClass)).toEqual(['fast', 'slow', 'slow']);
    expect(organization?.certificateAuthority.storageClass).toBe('slow');
  });

  test('takes resources as they are written, so that a low limit does not meet a default request', () => {
    const resources = { limits: { memory: '32Mi' } };
    const network = networkOf(
      completeDescription({ name: 'net', organizations: [{ name: 'org0', orderers: [{ name: 'o', resources }] }] }),
    );
    expect(network.organizations[0]?.orderers[0]?.resources).toEqual(resources);
  });

  test.each([
    ['org1', 'Org1MSP'],
    ['my-bank', 'MyBankMSP'],
  ])('names the MSP of the organization %s by default %s', (name, mspId) => {
    const network = networkOf(completeDescription({ name: 'net', organizations: [{ name, orderers: 1 }] }));
    expect(network.organizations[0]?.mspId).toBe(mspId);
  });

  test('reads YAML and JSON alike', () => {
    expect(networkOf(parseDescription(JSON.stringify(SMALLEST)))).toEqual(networkOf(completeDescription(SMALLEST)));
  });

  test("understands YAML's anchors and merge keys, as configtx.yaml uses them", () => {
    const text = [
      'name: net',
      'organizations:',
      '  - name: org0',
      '    orderers:',
      '      - &orderer { name: a, storage: 5Gi }',
      '      - { <<: *orderer, name: b }',
      '      - { <<: *orderer, name: c, storage: 6Gi }',
    ].join('\n');
    const [organization] = networkOf(parseDescription(text)).organizations;
    expect(organization?.orderers.map(({ name, storage }) => [name, storage])).toEqual([
      ['a', '5Gi'],
      ['b', '5Gi'],
      ['c', '6Gi'],
    ]);
  });
});

async function example(): Promise<ReturnType<typeof parseDescription>> {
  return parseDescription(await readFile(new URL('../../../examples/test-network.yaml', import.meta.url), 'utf8'));
}

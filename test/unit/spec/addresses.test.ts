import { describe, expect, test } from 'vitest';

import {
  addressOf,
  caHosts,
  completeDescription,
  hostAndPort,
  nodeHosts,
  parseAddress,
  serviceHosts,
} from '../../../src/spec/index.ts';
import { described, issuesOf, networkOf } from './descriptions.ts';

const SETTINGS = { kubernetes: { clusterDomain: 'cluster.local' } };
const ORG1 = { name: 'org1', namespace: 'test-network', domain: 'org1.example.com' };
const PEER1 = { name: 'peer1' };

describe('the address of a node', () => {
  test.each([
    ['peer', 'org1-peer1.test-network.svc.cluster.local:7051'],
    ['orderer', 'org1-peer1.test-network.svc.cluster.local:6050'],
  ] as const)('is the full name of its Service with the port of an %s', (kind, address) => {
    expect(hostAndPort(addressOf(SETTINGS, ORG1, PEER1, kind))).toBe(address);
  });

  test('follows the domain of the cluster', () => {
    const settings = { kubernetes: { clusterDomain: 'k8s.bank.internal' } };
    expect(addressOf(settings, ORG1, PEER1, 'peer').host).toBe('org1-peer1.test-network.svc.k8s.bank.internal');
  });

  test('is what the description says where it says one', () => {
    const node = { ...PEER1, address: 'peer1.example.com:443' };
    expect(addressOf(SETTINGS, ORG1, node, 'peer')).toEqual({ host: 'peer1.example.com', port: 443 });
  });

  test.each(['peer1.example.com:443', '10.0.0.5:7051'])('is read and written as the same text: %s', (text) => {
    expect(hostAndPort(parseAddress(text))).toBe(text);
  });
});

describe('the hosts of a TLS certificate', () => {
  test("are the node's Service in all its forms, its own domain and localhost", () => {
    expect(nodeHosts(SETTINGS, ORG1, PEER1)).toEqual([
      'org1-peer1',
      'org1-peer1.test-network',
      'org1-peer1.test-network.svc',
      'org1-peer1.test-network.svc.cluster.local',
      'org1-peer1.org1.example.com',
      'localhost',
      '127.0.0.1',
    ]);
  });

  test('hold the host of the address that the description gives, once', () => {
    const hosts = nodeHosts(SETTINGS, ORG1, { ...PEER1, address: 'peer1.example.com:443' });
    expect(hosts).toEqual([
      ...nodeHosts(SETTINGS, ORG1, PEER1).slice(0, 5),
      'peer1.example.com',
      'localhost',
      '127.0.0.1',
    ]);
    expect(nodeHosts(SETTINGS, ORG1, { ...PEER1, address: 'localhost:7051' })).toEqual(
      nodeHosts(SETTINGS, ORG1, PEER1),
    );
  });

  test('follow the domain of the cluster', () => {
    const hosts = serviceHosts({ kubernetes: { clusterDomain: 'k8s.internal' } }, ORG1, 'org1-ccaas-mychannel-basic');
    expect(hosts).toContain('org1-ccaas-mychannel-basic.test-network.svc.k8s.internal');
  });

  test('are formed alike for the CA', () => {
    expect(caHosts(SETTINGS, ORG1)).toContain('org1-ca.test-network.svc.cluster.local');
  });
});

describe('addresses in a description', () => {
  const peers = (...addresses: string[]): Record<string, unknown> => ({
    peers: addresses.map((address, at) => ({ name: `peer${at}`, address })),
  });

  test('are kept by completion, and absent where none is given', () => {
    const network = networkOf(
      completeDescription(described({}, { peers: [{ name: 'a', address: 'a.example.com:443' }, { name: 'b' }] })),
    );
    const [a, b] = network.organizations[0]?.peers ?? [];
    expect(a).toHaveProperty('address', 'a.example.com:443');
    expect(b).not.toHaveProperty('address');
  });

  test.each(['peer1.example.com', 'grpcs://peer1:443', 'Peer1:443', 'peer1:0', 'peer1:65536', '[::1]:443', ':443'])(
    'are refused where no other node could dial them: %s',
    (address) => {
      expect(issuesOf(completeDescription(described({}, peers(address))))).toEqual([
        `organizations[0].peers[0].address: must be a host in lower case and a port, such as peer1.example.com:443 (found ${JSON.stringify(address)})`,
      ]);
    },
  );

  test('are refused where two nodes have the same one', () => {
    expect(issuesOf(completeDescription(described({}, peers('gate.example.com:443', 'gate.example.com:443'))))).toEqual(
      [
        'organizations[0].peers[1].address: "gate.example.com:443" is already the address of organizations[0].peers[0]: others would reach only one of the two nodes',
      ],
    );
    expect(
      networkOf(completeDescription(described({}, peers('gate.example.com:443', 'gate.example.com:444')))),
    ).toBeDefined();
  });
});

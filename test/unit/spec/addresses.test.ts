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
  ] as const)('is by default the full name of the Service, with the port of an %s', (kind, address) => {
    expect(hostAndPort(addressOf(SETTINGS, ORG1, PEER1, kind))).toBe(address);
  });

  test('follows the domain of the cluster in the address of a node', () => {
    const settings = { kubernetes: { clusterDomain: 'k8s.bank.internal' } };
    expect(addressOf(settings, ORG1, PEER1, 'peer').host).toBe('org1-peer1.test-network.svc.k8s.bank.internal');
  });

  test('is the one that the description gives, where it gives one', () => {
    const node = { ...PEER1, address: 'peer1.example.com:443' };
    expect(addressOf(SETTINGS, ORG1, node, 'peer')).toEqual({ host: 'peer1.example.com', port: 443 });
  });

  test.each(['peer1.example.com:443', '10.0.0.5:7051'])('reads and writes an address as the same text: %s', (text) => {
    expect(hostAndPort(parseAddress(text))).toBe(text);
  });
});

describe('the hosts of a TLS certificate', () => {
  test("names the node's Service in all its forms, its own domain and localhost", () => {
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

  test('names the host of the address that the description gives, once', () => {
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

  test('follows the domain of the cluster in the names of a Service', () => {
    const hosts = serviceHosts({ kubernetes: { clusterDomain: 'k8s.internal' } }, ORG1, 'org1-ccaas-mychannel-basic');
    expect(hosts).toContain('org1-ccaas-mychannel-basic.test-network.svc.k8s.internal');
  });

  test('names the Service of a CA alike', () => {
    expect(caHosts(SETTINGS, ORG1)).toContain('org1-ca.test-network.svc.cluster.local');
  });
});

describe('addresses in a description', () => {
  const peers = (...addresses: string[]): Record<string, unknown> => ({
    peers: addresses.map((address, at) => ({ name: `peer${at}`, address })),
  });

  test('keeps the address of a node, and invents none', () => {
    const network = networkOf(
      completeDescription(described({}, { peers: [{ name: 'a', address: 'a.example.com:443' }, { name: 'b' }] })),
    );
    const [a, b] = network.organizations[0]?.peers ?? [];
    expect(a).toHaveProperty('address', 'a.example.com:443');
    expect(b).not.toHaveProperty('address');
  });

  test.each(['peer1.example.com', 'grpcs://peer1:443', 'Peer1:443', 'peer1:0', 'peer1:65536', '[::1]:443', ':443'])(
    'refuses an address that no other node could dial: %s',
    (address) => {
      expect(issuesOf(completeDescription(described({}, peers(address))))).toEqual([
        `organizations[0].peers[0].address: must be a host in lower case and a port, such as peer1.example.com:443 (found ${JSON.stringify(address)})`,
      ]);
    },
  );

  test('refuses the same address for two nodes', () => {
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

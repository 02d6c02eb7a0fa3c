import { describe, expect, test } from 'vitest';

import { completeDescription, outgoingPorts, portsNamedIn, type Network } from '../../../src/spec/index.ts';
import { described, describedChaincodes, issuesOf, networkOf } from './descriptions.ts';

function withPolicies(networkPolicies: unknown): unknown {
  return described({ kubernetes: { networkPolicies } });
}

describe('kubernetes.networkPolicies', () => {
  test.each([
    ['left out, is left out', undefined, undefined],
    ['true, says no more than that', true, undefined],
    ['false, stays so', false, false],
    ['a mapping, keeps what it says alone', { externalPorts: [443] }, { externalPorts: [443] }],
  ])('%s', (_, given, expected) => {
    expect(networkOf(completeDescription(withPolicies(given))).kubernetes.networkPolicies).toEqual(expected);
  });

  test.each([
    ['a word', 'off', ': must be true or false, or a mapping that says who is let in (found "off")'],
    [
      'nobody, which a policy reads as everybody',
      { metrics: [] },
      '.metrics: must name at least one group of pods (found an empty list)',
    ],
    [
      'every pod of the cluster',
      { workers: [{}] },
      '.workers[0]: must name a namespace, labels or both (found a mapping)',
    ],
    [
      'every pod of the cluster, by no label',
      { workers: [{ labels: {} }] },
      '.workers[0]: must name a namespace, labels or both (found a mapping)',
    ],
    [
      'a port that is none',
      { externalPorts: [0] },
      '.externalPorts[0]: must be a whole number from 1 to 65535 (found 0)',
    ],
    ['a field that is none', { metric: [] }, '.metric: is not a known field; did you mean "metrics"?'],
  ])('refuses %s', (_, given, issue) => {
    expect(issuesOf(completeDescription(withPolicies(given)))).toEqual([`kubernetes.networkPolicies${issue}`]);
  });
});

describe('the ports that a text names', () => {
  test.each([
    ['couchdb:5984', [5984]],
    ['http://couchdb.members.svc:5984/', [5984]],
    ['postgres://ca:1234@db.example:5432/ca', [5432]],
    ['ca:secret@tcp(db:3306)/fabric_ca?parseTime=true', [3306]],
    ['host=db.example port=5432 user=ca', [5432]],
    ['a:9092,b:9093', [9092, 9093]],
    ['[2001:db8::1]:443', [443]],
    ['https://rates.example/today', [443]],
    ['http://rates.example', [80]],
    ['ldap://user:secret@ldap.example/dc=example', [389]],
    ['ldaps://ldap.example', [636]],
  ])('%s', (text, ports) => {
    expect(portsNamedIn(text)).toEqual(ports);
  });

  test.each([
    'gossip=debug:info',
    '0.0.0.0:9443',
    'localhost:5984',
    ':9999',
    'localhost:5000/basic:1.0',
    '2026-11-27T12:30:00Z',
    'host:0',
    'host:70000',
    '60s',
  ])('are none in %s', (text) => {
    expect(portsNamedIn(text)).toEqual([]);
  });
});

describe('the ports at which an organization calls beyond its network', () => {
  const at = (address: string): Network =>
    networkOf(completeDescription(describedChaincodes({ address, environment: undefined }, { name: 'other' })));

  function portsOf(network: Network, name: string, applied?: Network): ReturnType<typeof outgoingPorts> {
    const organization = network.organizations.find((one) => one.name === name);
    if (organization === undefined) throw new Error(`There is no ${name}.`);
    return outgoingPorts(network, organization, applied);
  }

  test('are those of chaincode at an address for members of its channel alone', () => {
    const network = at('laptop.example:9876');
    expect(portsOf(network, 'org1').chaincodeAddresses).toEqual([9876]);
    expect(portsOf(network, 'org0').chaincodeAddresses).toEqual([]);
  });

  test('are still those of the description by which it stands, until that is over', () => {
    const [before, wanted] = [at('laptop.example:9876'), at('laptop.example:1234')];
    expect(portsOf(wanted, 'org1', before).chaincodeAddresses).toEqual([1234, 9876]);
    expect(portsOf(wanted, 'org1', wanted)).toEqual(portsOf(wanted, 'org1'));
  });

  test('are as the description wants them where it says so itself, whatever the one before said', () => {
    const [before, wanted] = [[443, 7051], []].map((externalPorts) =>
      networkOf(completeDescription(withPolicies({ externalPorts }))),
    );
    if (before === undefined || wanted === undefined) throw new Error('Two descriptions were made.');
    expect(portsOf(wanted, 'org0', before).nodes).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';

import {
  completeDescription,
  issueInWords,
  refusedChanges,
  standingNetwork,
  type StandingNode,
  type StandingObjects,
} from '../../../src/spec/index.ts';
import { networkOf } from './descriptions.ts';

const DESCRIPTION = {
  name: 'net',
  organizations: [
    { name: 'org0', mspId: 'OrdererMSP', orderers: 3 },
    { name: 'org1', peers: 2 },
  ],
  channels: [{ name: 'one' }, { name: 'two' }],
};

function wanted(fields: object = {}): ReturnType<typeof networkOf> {
  return networkOf(completeDescription({ ...DESCRIPTION, ...fields }));
}

function node(name: string, part: Partial<StandingNode> = {}): StandingNode {
  const organization = name.slice(0, 4);
  const mspId = organization === 'org0' ? 'OrdererMSP' : 'Org1MSP';
  return { ...{ organization, name, namespace: 'net', image: 'fabric:2.5.0', mspId, storage: '1Gi' }, ...part };
}

const ALL: StandingObjects = {
  nodes: [
    ...['org0-orderer1', 'org0-orderer2', 'org0-orderer3', 'org1-peer1', 'org1-peer2'].map((name) => node(name)),
    ...['org0-ca', 'org1-ca'].map((name) => node(name, { image: 'fabric-ca:1.5.21' })),
  ],
  channels: ['one'],
};

function withNode(name: string, part: Partial<StandingNode>): StandingObjects {
  return { ...ALL, nodes: ALL.nodes.map((other) => (other.name === name ? { ...other, ...part } : other)) };
}

function refused(standing: StandingObjects, fields: object = {}): readonly string[] {
  const network = wanted(fields);
  return refusedChanges(standingNetwork(network, standing), network).map(issueInWords);
}

describe('a network of which the record is gone', () => {
  test('is as it is wanted where its objects are', () => {
    expect(refused(ALL)).toEqual([]);
  });

  test.each([
    ['an MSP ID', withNode('org1-peer1', { mspId: 'OtherMSP' }), 'organizations[1].mspId was "OtherMSP" and'],
    [
      'a namespace',
      { ...ALL, nodes: ALL.nodes.map((other) => ({ ...other, namespace: 'was' })) },
      'organizations[0].namespace was "was" and',
    ],
    [
      'a volume that would shrink',
      withNode('org0-orderer2', { storage: '8Gi' }),
      'organizations[0].orderers[1].storage 1Gi is less than the 8Gi',
    ],
    ['a release', withNode('org0-ca', { image: 'fabric-ca:1.6.0' }), ' is older than 1.6.0'],
  ])('is compared with what its objects say: %s', (_, standing, issue) => {
    expect(refused(standing).join('\n')).toContain(issue);
  });

  test('is compared with the class of its volumes where one is asked for', () => {
    const standing = withNode('org1-peer1', { storageClass: 'slow' });
    expect(refused(standing)).toEqual([]);
    const own = standing.nodes.map((one) => ({ ...one, storageClass: one.name === 'org1-peer1' ? 'slow' : 'fast' }));
    expect(refused({ ...standing, nodes: own }, { kubernetes: { storageClass: 'fast' } })).toEqual([
      'organizations[1].peers[0].storageClass was "slow" and cannot become "fast": a volume stays in the class in which it was made',
    ]);
  });

  test('has the organizations, nodes and channels alone that stand', () => {
    const { organizations, channels } = standingNetwork(wanted(), {
      nodes: [node('org0-orderer2'), node('org0-ca')],
      channels: ['two'],
    });
    expect(organizations.map(({ name, orderers }) => [name, orderers.map((one) => one.name)])).toEqual([
      ['org0', ['orderer2']],
    ]);
    expect(channels).toMatchObject([{ name: 'two', orderers: [{ orderers: ['orderer2'] }], peers: [] }]);
  });

  test('says as much as is left of its objects', () => {
    const nodes = ALL.nodes.map(({ organization, name, namespace, image }) => ({
      organization,
      name,
      namespace,
      image,
    }));
    expect(refused({ nodes, channels: [] })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';

import { changedConditions } from '../../../src/api/networks/conditions.ts';
import { certificatesOf, identitiesOf } from '../../../src/api/networks/state/certificates.ts';
import { chaincodesOf, channelsOf } from '../../../src/api/networks/state/channels.ts';
import { topologyOf, type NetworkFacts } from '../../../src/api/networks/state/topology.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import type { LatestAttempt, StoredLook } from '../../../src/database/index.ts';
import type { Condition, NetworkStatus } from '../../../src/workflows/messages.ts';

const NOON = new Date('2026-11-26T12:00:00Z');

function network(peers = 2): NonNullable<NetworkFacts['described']> {
  const result = parseDescription(`name: net
organizations:
  - { name: org0, mspId: OrdererMSP, domain: org0.example.com, orderers: 1 }
  - { name: org1, mspId: Org1MSP, domain: org1.example.com, peers: ${peers} }
channels:
  - { name: mychannel, orderers: [org0], peers: [org1] }
chaincodes:
  - { name: basic, channel: mychannel, version: "1.0", image: "localhost:5000/basic:1.0" }
`);
  return result.ok ? result.network : expect.fail(JSON.stringify(result.issues));
}

const node = { organization: 'org1', kind: 'peer', version: '2.5.0', certificates: [] } as const;

const status: NetworkStatus = {
  ...{ network: 'net', ready: false, conditions: [] },
  nodes: [
    { ...node, name: 'org1-peer1', ready: true, reason: '', since: '2026-11-26T10:00:00Z' },
    { ...node, name: 'org1-peer2', ready: false, reason: 'ImagePullBackOff' },
    { ...node, name: 'org0-orderer1', organization: 'org0', kind: 'orderer', ready: true, reason: '' },
  ],
  channels: [
    {
      ...{ name: 'mychannel', height: 7, problems: ['org1-peer2 is behind'] },
      orderers: [{ name: 'org0-orderer1', status: 'active', height: 7, leader: true, reason: '' }],
      peers: [
        { name: 'org1-peer1', height: 7, reason: '' },
        { name: 'org1-peer2', height: 4, reason: 'is behind' },
      ],
    },
  ],
  chaincodes: [
    {
      name: 'basic',
      channel: 'mychannel',
      version: '1.0',
      sequence: 1,
      packageId: 'basic:ab',
      ready: true,
      reason: '',
    },
  ],
  certificates: [
    { owner: 'org1/peer1', use: 'identity', issuer: 'CN=org1-ca', serial: '02', notAfter: '2027-11-26T12:00:00Z' },
    { owner: 'org1/peer1', use: 'tls', serial: '03', notAfter: '2026-12-06T12:00:00Z', dueAt: '2026-11-01T00:00:00Z' },
    { owner: 'org1/ca', use: 'registrar', serial: '04', notAfter: '2026-11-25T12:00:00Z' },
    { owner: 'org1/ca', use: 'ca', serial: '05', notAfter: '2027-01-10T12:00:00Z', endsWithCa: true },
  ],
};

const look: StoredLook = { networkId: 'network-1', status, observedAt: NOON, triedAt: NOON };

function known(more: Partial<NetworkFacts> = {}): NetworkFacts {
  const stored = {
    ...{ id: 'network-1', cluster: 'local', name: 'net', generation: 1, etag: 'e', conditions: [] },
    ...{ createdAt: NOON, createdBy: 'ana', lastEvent: 9 },
  };
  return { stored, described: network(), look, run: undefined, ...more };
}

function attempt(step: string, target: string, more: Partial<LatestAttempt> = {}): LatestAttempt {
  return {
    ...{ path: '', step, target, attempt: 1, outcome: 'running', stepOutcome: 'running' },
    ...{ type: '', reason: '', seconds: 0, stepStartedAt: NOON, ...more },
  };
}

describe('the topology of a network', () => {
  it('has every node that is described with the state that was seen last', () => {
    const { organizations, channels, chaincodes, lastEvent, observation } = topologyOf(known());
    expect({ lastEvent, observation }).toEqual({ lastEvent: 9, observation: { observedAt: NOON.toISOString() } });
    const states = organizations.flatMap(({ certificateAuthority, orderers, peers }) =>
      [certificateAuthority, ...orderers, ...peers].map(({ id, state, channels: joined }) => [id, state, ...joined]),
    );
    expect(states).toEqual([
      ['org0/ca', 'missing'],
      ['org0/orderer1', 'ready', 'mychannel'],
      ['org1/ca', 'missing'],
      ['org1/peer1', 'ready', 'mychannel'],
      ['org1/peer2', 'notReady', 'mychannel'],
    ]);
    expect(channels).toMatchObject([
      {
        name: 'mychannel',
        state: 'notReady',
        reason: 'org1-peer2 is behind',
        height: 7,
        members: [{ organization: 'org1' }],
      },
    ]);
    expect(chaincodes).toMatchObject([{ id: 'mychannel/basic', state: 'ready', members: ['org1'] }]);
  });

  it('tells nothing of states before the first look, and says why there is none', () => {
    const failing = { failingSince: NOON, failureType: 'NO_WORKER', failureMessage: 'no worker polls weft' };
    const topology = topologyOf(known({ look: { networkId: 'network-1', triedAt: NOON, ...failing } }));
    expect(topology.organizations[1]?.peers.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(topology.observation).toEqual({
      stale: { since: NOON.toISOString(), reason: 'NO_WORKER', message: 'no worker polls weft' },
    });
  });

  it('shows what a run does to each part, first of all what waits', () => {
    const waiting = {
      type: 'ImagePullFailed',
      reason: 'it is not there',
      outcome: 'failed',
      nextAttemptAt: NOON,
    } as const;
    const steps = [
      attempt('applyDeployment', 'org1/peer2'),
      attempt('awaitRollout', 'org1/peer2', waiting),
      attempt('joinChannel', 'mychannel@org1-peer1'),
      attempt('approveChaincode', 'basic@org1'),
    ];
    const { run, organizations, channels, chaincodes } = topologyOf(known({ run: { id: 'up-1', steps } }));
    expect(run).toBe('up-1');
    expect(organizations[1]?.peers.map(({ step }) => step)).toMatchObject([
      undefined,
      { run: 'up-1', step: 'awaitRollout', attempt: 2, type: 'ImagePullFailed', nextAttemptAt: NOON.toISOString() },
    ]);
    expect(channels[0]?.step).toMatchObject({ step: 'joinChannel' });
    expect(chaincodes[0]?.step).toMatchObject({ step: 'approveChaincode' });
  });

  it('has another structure when a node comes, and the same whatever the states are', () => {
    const { structure } = topologyOf(known());
    expect(topologyOf(known({ look: undefined, run: { id: 'up-1', steps: [] } })).structure).toBe(structure);
    expect(topologyOf(known({ described: network(3) })).structure).not.toBe(structure);
  });
});

describe('the certificates of a network', () => {
  it('are told by their ends, with how long they are good for', () => {
    const { certificates } = certificatesOf(known(), NOON);
    expect(certificates.map(({ serial, daysLeft, severity }) => [serial, daysLeft, severity])).toEqual([
      ['04', -1, 'ended'],
      ['03', 10, 'urgent'],
      ['05', 45, 'soon'],
      ['02', 365, 'ok'],
    ]);
    expect(certificates[1]).toMatchObject({ kind: 'tls', renewedFrom: '2026-11-01T00:00:00Z', endsWithCa: false });
    expect(certificates[3]).toMatchObject({ owner: 'org1/peer1', organization: 'org1', issuer: 'CN=org1-ca' });
  });

  it('say who is who', () => {
    const { identities } = identitiesOf(known(), NOON);
    expect(identities.map(({ owner, mspId, role, certificates }) => [owner, mspId, role, certificates.length])).toEqual(
      [
        ['org1/ca', 'Org1MSP', 'ca', 1],
        ['org1/peer1', 'Org1MSP', 'peer', 2],
        ['org1/registrar', 'Org1MSP', 'registrar', 1],
      ],
    );
  });
});

describe('channels and chaincodes', () => {
  it('are told with how far their nodes are behind', () => {
    const { channels } = channelsOf(known());
    expect(channels).toMatchObject([
      { name: 'mychannel', state: 'notReady', height: 7, peers: [{ behind: 0 }, { behind: 3, reason: 'is behind' }] },
    ]);
    expect(channelsOf(known({ look: undefined })).channels).toMatchObject([{ name: 'mychannel', state: 'unknown' }]);
  });

  it('are told also where nobody describes them any more', () => {
    const { chaincodes } = chaincodesOf(known({ described: undefined }));
    expect(chaincodes).toMatchObject([{ name: 'basic', state: 'ready', version: '1.0', sequence: 1 }]);
    expect(chaincodes[0]?.describedVersion).toBeUndefined();
  });
});

describe('conditions', () => {
  it('have changed where their status or their reason has, not their words', () => {
    const before: Condition[] = [
      { type: 'PeersInStep', status: 'True', reason: 'InStep', message: '4 blocks' },
      { type: 'ChannelsReady', status: 'False', reason: 'NoLeader', message: '' },
    ];
    const after: Condition[] = [
      { type: 'PeersInStep', status: 'True', reason: 'InStep', message: '5 blocks' },
      { type: 'ChannelsReady', status: 'True', reason: 'Ready', message: '' },
      { type: 'OrderersReady', status: 'Unknown', reason: 'Silent', message: '' },
    ];
    expect(changedConditions(before, after).map(({ type }) => type)).toEqual(['ChannelsReady', 'OrderersReady']);
  });
});

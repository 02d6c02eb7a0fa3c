import { describe, expect, test } from 'vitest';

import type { NodeStatus } from '../../../src/activities/status/nodes.ts';
import {
  conditionsOf,
  maySettle,
  sinceEarlier,
  unseenConditions,
  type NetworkSeen,
} from '../../../src/workflows/conditions.ts';
import { withProblems } from '../../../src/workflows/channel-status.ts';
import {
  isReady,
  type ChaincodeStatus,
  type ChannelStatus,
  type Condition,
  type ConditionType,
} from '../../../src/workflows/messages.ts';
import { completed } from '../cli/harness.ts';

const description = {
  name: 'net',
  organizations: [
    { name: 'org0', orderers: 1 },
    { name: 'org1', peers: 1 },
    { name: 'org2', peers: 1 },
  ],
  channels: [{ name: 'mychannel', orderers: ['org0'], peers: ['org1', 'org2'] }],
  chaincodes: [{ name: 'basic', channel: 'mychannel', version: '1.0', address: 'host:9999' }],
};
const network = completed(description);
const withoutAnchors = completed({
  ...description,
  channels: [
    {
      ...{ name: 'mychannel', orderers: ['org0'] },
      peers: [
        { organization: 'org1', anchorPeers: [] },
        { organization: 'org2', anchorPeers: [] },
      ],
    },
  ],
});

const NOW = Date.parse('2026-11-23T10:00:00Z');

function node(name: string, kind: NodeStatus['kind'], more: Partial<NodeStatus> = {}): NodeStatus {
  const [organization = ''] = name.split('-');
  return { name, kind, organization, ready: true, reason: '', version: '2.5.0', certificates: [], ...more };
}

const NODES = [
  node('org0-ca', 'ca'),
  node('org1-ca', 'ca'),
  node('org2-ca', 'ca'),
  node('org0-orderer1', 'orderer', { since: '2026-11-23T09:00:00Z' }),
  node('org1-peer1', 'peer'),
  node('org2-peer1', 'peer'),
];

function channel(more: Partial<ChannelStatus> = {}): ChannelStatus {
  const seen = {
    ...{ name: 'mychannel', height: 5 },
    orderers: [{ name: 'org0-orderer1', status: 'active', height: 5, leader: true, reason: '' }],
    peers: ['org1-peer1', 'org2-peer1'].map((name) => ({ name, height: 5, reason: '' })),
    ...more,
  };
  return withProblems(seen);
}

const BASIC: ChaincodeStatus = {
  ...{ name: 'basic', channel: 'mychannel', version: '1.0', sequence: 1 },
  ...{ packageId: '', ready: true, reason: '' },
};
const UNENDORSED: ChaincodeStatus = {
  ...{ ...BASIC, ready: false, withoutEndorsers: ['org1-peer1'] },
  reason: 'org1-peer1: no known combination of peers satisfies its endorsement policy',
};

function look(more: Partial<NetworkSeen> = {}): readonly Condition[] {
  const whole = {
    network,
    record: { state: 'applied' },
    nodes: NODES,
    channels: [channel()],
    chaincodes: [BASIC],
  } as const;
  return conditionsOf({ ...whole, isSettling: false, now: NOW, ...more });
}

function unmet(conditions: readonly Condition[]): string[] {
  return conditions.filter(({ status }) => status !== 'True').map(({ type, reason }) => `${type} ${reason}`);
}

describe('a network', () => {
  test('is ready when nothing is in the way, and says since when its orderers are', () => {
    const conditions = look();
    expect(unmet(conditions)).toEqual([]);
    expect(isReady(conditions)).toBe(true);
    expect(conditions.find(({ type }) => type === 'OrderersReady')).toEqual({
      ...{ type: 'OrderersReady', status: 'True', since: '2026-11-23T09:00:00Z' },
      ...{ reason: 'Ready', message: 'org0-orderer1' },
    });
  });

  test('names the reasons of the nodes that are not ready, by which it is known what helps', () => {
    const waiting = { ready: false, reason: 'no image', cause: 'ImagePullBackOff' };
    const nodes = NODES.map((one) => (one.kind === 'peer' ? { ...one, ...waiting } : one));
    expect(look({ nodes }).find(({ type }) => type === 'PeersInStep')?.causes).toEqual(['ImagePullBackOff']);
  });

  const down = { ready: false, reason: 'org0-orderer1: has crashed.', since: '2026-11-23T09:59:00Z' };
  test.for<[string, Partial<NetworkSeen>, ConditionType, string, string]>([
    [
      'a CA that is not ready',
      { nodes: NODES.map((one) => (one.name === 'org1-ca' ? { ...one, ready: false, reason: 'no image' } : one)) },
      ...(['CertificateAuthoritiesReady', 'NodesNotReady', 'org1-ca: no image'] as const),
    ],
    [
      'a node whose Deployment is gone',
      { nodes: NODES.filter(({ name }) => name !== 'org2-peer1') },
      ...(['PeersInStep', 'NodeMissing', 'org2-peer1 is described, and has no Deployment'] as const),
    ],
    [
      'an orderer that crashes',
      { nodes: NODES.map((one) => (one.kind === 'orderer' ? { ...one, ...down } : one)) },
      ...(['OrderersReady', 'NodesNotReady', 'org0-orderer1: has crashed'] as const),
    ],
    [
      'an orderer that takes no part',
      {
        channels: [
          channel({
            orderers: [
              { name: 'org0-orderer1', status: 'active', height: 5, leader: true, reason: '' },
              { name: 'org0-orderer2', status: 'onboarding', height: 2, leader: false, reason: '' },
            ],
          }),
        ],
      },
      ...(['OrderersReady', 'OrdererNotActive', 'mychannel: org0-orderer2 is onboarding'] as const),
    ],
    [
      'peers that are further than the orderers',
      { channels: [channel({ height: 1 })] },
      ...([
        'PeersInStep',
        'PeersAhead',
        'mychannel: org1-peer1 has 5 blocks, and no orderer more than 1: the orderers have lost what they ordered; ' +
          'mychannel: org2-peer1 has 5 blocks, and no orderer more than 1: the orderers have lost what they ordered',
      ] as const),
    ],
    [
      'a peer that does not come after',
      { channels: [channel({ peers: [{ name: 'org1-peer1', height: 2, reason: 'has 2 of the 5 blocks' }] })] },
      ...(['PeersInStep', 'PeersBehind', 'mychannel: org1-peer1 has 2 of the 5 blocks'] as const),
    ],
    [
      'a peer outside',
      { channels: [channel({ peers: [{ name: 'org1-peer1', height: 0, reason: 'has not joined' }] })] },
      ...(['PeersInStep', 'NotJoined', 'mychannel: org1-peer1: has not joined'] as const),
    ],
    [
      'a channel that nobody leads',
      {
        channels: [
          channel({ orderers: [{ name: 'org0-orderer1', status: 'active', height: 5, leader: false, reason: '' }] }),
        ],
      },
      ...(['ChannelsReady', 'NoLeader', 'mychannel: no orderer leads it'] as const),
    ],
    [
      'a chaincode that does not answer',
      { chaincodes: [{ ...BASIC, ready: false, reason: 'org1: connection refused' }] },
      ...(['ChaincodesReady', 'NotAnswering', 'basic: org1: connection refused'] as const),
    ],
    [
      'a chaincode without endorsers',
      { chaincodes: [UNENDORSED] },
      ...(['ChaincodesReady', 'NoEndorsers', `basic: ${UNENDORSED.reason}`] as const),
    ],
    [
      'a chaincode of members that can never hear of each other',
      { network: withoutAnchors, chaincodes: [UNENDORSED] },
      ...([
        'ChaincodesReady',
        'NoAnchorPeers',
        `basic: ${UNENDORSED.reason}; no member of mychannel has anchor peers, so that peers never learn of those of other organizations: describe anchorPeers, one peer of each member at least`,
      ] as const),
    ],
    [
      'a run that has not come to its end',
      { record: { state: 'begun' } },
      ...([
        'RecordApplied',
        'RunNotFinished',
        'the newest run has not come to its end; the same run again carries on',
      ] as const),
    ],
    [
      'a record that cannot be read',
      { record: { state: 'unreadable', reason: 'it is no JSON' } },
      ...(['RecordApplied', 'RecordUnreadable', 'it is no JSON'] as const),
    ],
  ])('is not ready with %s', ([, seen, type, reason, message]) => {
    const conditions = look(seen);
    expect(unmet(conditions)).toEqual([`${type} ${reason}`]);
    expect(conditions.find((condition) => condition.type === type)?.message).toBe(message);
  });

  test('says since when an orderer is down', () => {
    const nodes = NODES.map((one) => (one.kind === 'orderer' ? { ...one, ...down } : one));
    expect(look({ nodes }).find(({ type }) => type === 'OrderersReady')?.since).toBe(down.since);
  });

  test('of which there is no record is not known to have the channels and chaincodes that it should', () => {
    const seen = { network: undefined, record: { state: 'missing' }, channels: [], chaincodes: [] } as const;
    expect(unmet(look(seen))).toEqual([
      'ChannelsReady RecordUnknown',
      'ChaincodesReady RecordUnknown',
      'RecordApplied RecordMissing',
    ]);
  });

  test('that could not be looked at is not ready', () => {
    expect(isReady(unseenConditions('the cluster does not answer'))).toBe(false);
  });
});

test('a condition is as it is since the cluster says so, or else since the first look that found it so', () => {
  const now = '2026-11-23T10:00:00.000Z';
  const own = { type: 'OrderersReady', status: 'False', since: 'own', reason: 'x', message: '' } as const;
  const same = { type: 'ChannelsReady', status: 'False', reason: 'NoLeader', message: '' } as const;
  const turned = { type: 'ChaincodesReady', status: 'False', reason: 'y', message: '' } as const;
  const earlier = [
    { ...own, since: 'earlier' },
    { ...same, since: 'earlier' },
    { ...turned, status: 'True', since: 'earlier' } as const,
  ];
  expect(sinceEarlier([own, same, turned], earlier, now).map(({ since }) => since)).toEqual(['own', 'earlier', now]);
  expect(sinceEarlier([same], [], now)).toEqual([{ ...same, since: now }]);
});

describe('peers that have had no time yet to tell each other what they run', () => {
  test('are no reason against being ready where they have a way to each other', () => {
    const conditions = look({ chaincodes: [UNENDORSED], isSettling: true });
    expect(isReady(conditions)).toBe(true);
    expect(conditions.find(({ type }) => type === 'ChaincodesReady')?.reason).toBe('GossipSettling');
  });

  test('are one where they have none, or where the chaincode does not answer either', () => {
    const lonely = look({ network: withoutAnchors, chaincodes: [UNENDORSED], isSettling: true });
    expect(unmet(lonely)).toEqual(['ChaincodesReady NoAnchorPeers']);
    const silent = { ...UNENDORSED, reason: `org1: refused; ${UNENDORSED.reason}` };
    expect(unmet(look({ chaincodes: [silent], isSettling: true }))).toEqual(['ChaincodesReady NotAnswering']);
  });
});

describe('what is not ready', () => {
  const leaderless = channel({
    orderers: [{ name: 'org0-orderer1', status: 'active', height: 5, leader: false, reason: '' }],
  });

  test.for<[string, Partial<NetworkSeen>, number, boolean]>([
    ['may be so in a moment while an election goes on', { channels: [leaderless] }, 5, true],
    ['may be so in a moment while gossip goes on', { chaincodes: [UNENDORSED] }, 5, true],
    [
      'is looked at a few times more where there are no anchor peers',
      { network: withoutAnchors, chaincodes: [UNENDORSED] },
      2,
      true,
    ],
    ['stays so without anchor peers', { network: withoutAnchors, chaincodes: [UNENDORSED] }, 3, false],
    ['stays so where the orderers have lost blocks', { channels: [channel({ height: 1 })] }, 1, false],
    ['stays so where something else stays so', { channels: [leaderless], record: { state: 'begun' } }, 1, false],
    ['is nothing where all is ready', {}, 1, false],
  ])('%s', ([, seen, looks, passes]) => {
    expect(maySettle(look(seen), looks)).toBe(passes);
  });
});

describe('certificates', () => {
  const withCertificate = (notBefore: string, notAfter: string): Partial<NetworkSeen> => ({
    nodes: NODES.map((one) =>
      one.kind === 'orderer' ? { ...one, certificates: [{ use: 'tls', serial: '0a', notBefore, notAfter }] } : one,
    ),
  });
  const certificatesIn = (seen: Partial<NetworkSeen>): Condition | undefined =>
    look(seen).find(({ type }) => type === 'CertificatesValid');

  test('that are good say which is renewed first, in the last third of its lifetime', () => {
    expect(certificatesIn(withCertificate('2026-11-10T00:00:00Z', '2026-12-25T00:00:00Z'))).toMatchObject({
      status: 'True',
      message: 'the first to be renewed is that of org0-orderer1 (tls), from 2026-12-10T00:00:00.000Z on',
      reason: 'Valid',
    });
  });

  test('that are due say so, and since when, and keep nobody from being ready', () => {
    expect(certificatesIn(withCertificate('2026-11-01T00:00:00Z', '2026-11-30T00:00:00Z'))).toMatchObject({
      ...{ status: 'True', reason: 'RenewalDue', since: '2026-11-20T08:00:00.000Z' },
      message: 'the next run renews that of org0-orderer1 (tls)',
    });
  });

  test('that have expired are said to be, and since when', () => {
    expect(certificatesIn(withCertificate('2026-11-01T00:00:00Z', '2026-11-23T09:00:00Z'))).toMatchObject({
      ...{ status: 'False', reason: 'Expired', since: '2026-11-23T09:00:00Z' },
      message: 'org0-orderer1 (tls) expired at 2026-11-23T09:00:00Z',
    });
  });
});

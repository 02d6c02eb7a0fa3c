import { describe, expect, test } from 'vitest';

import { completeDescription, type Channel } from '../../../src/spec/index.ts';
import { describedChannel, issuesOf, networkOf, warningsOf } from './descriptions.ts';

/** A channel as it is completed. */
function completed(channel: Record<string, unknown> = {}, network: Record<string, unknown> = {}): Channel {
  const [found] = networkOf(completeDescription(describedChannel(channel, network))).channels;
  if (found === undefined) throw new Error('no channel');
  return found;
}

function issues(channel: Record<string, unknown>, network: Record<string, unknown> = {}): string[] {
  return issuesOf(completeDescription(describedChannel(channel, network)));
}

const FOUR_ORDERERS = [
  { name: 'org0', orderers: 4 },
  { name: 'org1', peers: 2 },
];

describe('completion of a channel', () => {
  test('lets the only organization with orderers order a channel, and all peers of the others join it, if only a name is given', () => {
    expect(completed()).toMatchObject({
      name: 'mychannel',
      orderers: [{ organization: 'org0', orderers: ['orderer1', 'orderer2', 'orderer3'] }],
      peers: [
        { organization: 'org1', peers: ['peer1', 'peer2'], anchorPeers: ['peer1'] },
        { organization: 'org2', peers: ['peer1', 'peer2'], anchorPeers: ['peer1'] },
      ],
    });
  });

  test("gives a channel the settings of Fabric's sample configuration", () => {
    expect(completed()).toMatchObject({
      consensus: {
        type: 'raft',
        tickInterval: '500ms',
        electionTick: 10,
        heartbeatTick: 1,
        maxInflightBlocks: 5,
        snapshotIntervalSize: '16 MB',
      },
      batch: { timeout: '2s', maxMessageCount: 500, absoluteMaxBytes: '10 MB', preferredMaxBytes: '2 MB' },
      policies: {
        application: {
          readers: 'ANY Readers',
          writers: 'ANY Writers',
          admins: 'MAJORITY Admins',
          lifecycleEndorsement: 'MAJORITY Endorsement',
          endorsement: 'MAJORITY Endorsement',
        },
        orderer: {
          readers: 'ANY Readers',
          writers: 'ANY Writers',
          admins: 'MAJORITY Admins',
          blockValidation: 'ANY Writers',
        },
      },
    });
  });

  test.each([
    ['2.4.9', 'V2_0', 'V2_0'],
    ['2.5.9', 'V2_0', 'V2_5'],
    ['2.5', 'V2_0', 'V2_5'],
    ['3.1.5', 'V3_0', 'V2_5'],
    ['3', 'V3_0', 'V2_5'],
    ['nightly', 'V2_0', 'V2_5'],
  ])('gives a channel the newest capabilities that Fabric %s knows', (version, channel, application) => {
    const { capabilities } = completed({}, { fabric: { version } });
    expect(capabilities).toEqual({ channel, orderer: 'V2_0', application });
  });
});

describe('settings of a channel', () => {
  test('keeps settings of a channel that the description gives, in part or as a whole', () => {
    const channel = completed({
      orderers: [{ organization: 'org0', orderers: ['orderer1', 'orderer3', 'orderer2'] }],
      peers: ['org2', { organization: 'org1', peers: ['peer2'] }],
      consensus: { type: 'raft', electionTick: 20 },
      batch: { timeout: '500ms' },
      policies: { application: { admins: "OR('Org1MSP.admin')" } },
      capabilities: { application: 'V2_0' },
    });
    expect(channel.orderers).toEqual([{ organization: 'org0', orderers: ['orderer1', 'orderer3', 'orderer2'] }]);
    expect(channel.peers).toEqual([
      { organization: 'org2', peers: ['peer1', 'peer2'], anchorPeers: ['peer1'] },
      { organization: 'org1', peers: ['peer2'], anchorPeers: ['peer2'] },
    ]);
    expect(channel.consensus).toMatchObject({ electionTick: 20, heartbeatTick: 1 });
    expect(channel.batch).toMatchObject({ timeout: '500ms', maxMessageCount: 500 });
    expect(channel.policies.application).toMatchObject({ admins: "OR('Org1MSP.admin')", readers: 'ANY Readers' });
    expect(channel.capabilities).toEqual({ channel: 'V2_0', orderer: 'V2_0', application: 'V2_0' });
  });

  test('keeps an empty list of anchor peers', () => {
    const [member] = completed({ peers: [{ organization: 'org1', anchorPeers: [] }] }).peers;
    expect(member).toEqual({ organization: 'org1', peers: ['peer1', 'peer2'], anchorPeers: [] });
  });

  test("gives bft the options of Fabric's sample configuration, with the batch sizes of the channel", () => {
    const { consensus, capabilities } = completed(
      { consensus: 'bft', batch: { maxMessageCount: 100, absoluteMaxBytes: '1 MB', preferredMaxBytes: '1 MB' } },
      { organizations: FOUR_ORDERERS, fabric: { version: '3.1.5' } },
    );
    expect(consensus).toEqual({
      type: 'bft',
      requestBatchMaxCount: 100,
      requestBatchMaxInterval: '200ms',
      requestForwardTimeout: '5s',
      requestComplainTimeout: '20s',
      requestAutoRemoveTimeout: '3m0s',
      viewChangeResendInterval: '5s',
      viewChangeTimeout: '20s',
      leaderHeartbeatTimeout: '1m0s',
      collectTimeout: '1s',
      requestBatchMaxBytes: 1_048_576,
      incomingMessageBufferSize: 200,
      requestPoolSize: 100_000,
      leaderHeartbeatCount: 10,
    });
    expect(capabilities.channel).toBe('V3_0');
  });

  test('gives bft capability V3_0 where the version does not say which Fabric it is', () => {
    const network = { organizations: FOUR_ORDERERS, fabric: { version: 'nightly' } };
    expect(completed({ consensus: 'bft' }, network).capabilities.channel).toBe('V3_0');
  });
});

describe('names of channels', () => {
  const words = 'must be lower-case letters, digits, and dashes or dots between them, beginning with a letter';

  test.each(['MyChannel', 'my_channel', '1channel', 'channel-', 'my..channel', 'my.-channel'])(
    'refuses a channel name that Fabric or Kubernetes would refuse: %s',
    (name) => {
      expect(issues({ name })).toEqual([`channels[0].name: ${words} (found "${name}")`]);
    },
  );

  test.each(['c', 'my-channel', 'my.channel.2', 'c'.repeat(63)])('accepts the channel name %s', (name) => {
    expect(completed({ name }).name).toBe(name);
  });

  test('refuses a channel name of more than 63 characters, as it is the value of a label', () => {
    expect(issues({ name: 'c'.repeat(64) })).toEqual([expect.stringContaining('must have at most 63 characters')]);
  });

  test('refuses a channel name that another channel has', () => {
    expect(issues({}, { channels: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] })).toEqual([
      'channels[2].name: "a" is already the name of channels[0]: a channel needs a name of its own',
    ]);
  });
});

describe('organizations of a channel', () => {
  test.each([
    [{ peers: ['org1', 'og2'] }, 'channels[0].peers[1]: "og2" is no organization; did you mean "org2"?'],
    [{ orderers: ['carrier'] }, 'channels[0].orderers[0]: "carrier" is no organization (there are: org0, org1, org2)'],
    [
      { peers: [{ organization: 'Org2' }] },
      'channels[0].peers[0].organization: "Org2" is no organization; did you mean "org2"?',
    ],
    [{ orderers: ['org0', 'org1'] }, 'channels[0].orderers[1]: "org1" has no orderers'],
    [{ peers: ['org0', 'org1'] }, 'channels[0].peers[0]: "org0" has no peers'],
    [{ peers: ['org1', { organization: 'org1' }] }, 'channels[0].peers[1].organization: "org1" stands here twice'],
    [{ peers: [] }, 'channels[0].peers: must name the organizations that are its members (with peers: org1, org2)'],
    [
      { orderers: [] },
      'channels[0].orderers: must name the organizations that order the channel (with orderers: org0)',
    ],
  ])('refuses organizations that are not there, stand twice, or have no nodes of the kind: %j', (channel, issue) => {
    expect(issues(channel)).toEqual([issue]);
  });

  test('refuses a channel that does not name who orders it where several could', () => {
    const organizations = [
      { name: 'org0', orderers: 3 },
      { name: 'org1', orderers: 1, peers: 1 },
    ];
    expect(issues({}, { organizations })).toEqual([
      'channels[0].orderers: must name the organizations that order the channel (with orderers: org0, org1)',
    ]);
  });

  test('refuses a channel without members where no organization has peers', () => {
    expect(issues({}, { organizations: [{ name: 'org0', orderers: 3 }] })).toEqual([
      'channels[0].peers: has no members: none of the organizations has peers',
    ]);
  });

  test('tells a network without orderers once, and not of each channel', () => {
    expect(issues({}, { organizations: [{ name: 'org1', peers: 1 }] })).toEqual([
      'organizations: have no orderers: a network needs at least one, e.g. "orderers: 3" in one of them',
    ]);
  });

  test('accepts an organization that orders and is a member', () => {
    const channel = completed({}, { organizations: [{ name: 'org0', orderers: 1, peers: 1 }] });
    expect(channel.orderers).toEqual([{ organization: 'org0', orderers: ['orderer1'] }]);
    expect(channel.peers).toEqual([{ organization: 'org0', peers: ['peer1'], anchorPeers: ['peer1'] }]);
  });
});

describe('nodes of a channel', () => {
  test.each([
    [
      { peers: [{ organization: 'org1', peers: ['peer1', 'per2'] }] },
      'channels[0].peers[0].peers[1]: "per2" is no peer of org1; did you mean "peer2"?',
    ],
    [
      { orderers: [{ organization: 'org0', orderers: ['x', 'orderer1', 'orderer2'] }] },
      'channels[0].orderers[0].orderers[0]: "x" is no orderer of org0 (there are: orderer1, orderer2, orderer3)',
    ],
    [
      { peers: [{ organization: 'org1', peers: ['peer1', 'peer1'] }] },
      'channels[0].peers[0].peers[1]: "peer1" stands here twice',
    ],
    [
      { peers: [{ organization: 'org1', peers: ['peer2'], anchorPeers: ['peer1'] }] },
      'channels[0].peers[0].anchorPeers[0]: "peer1" is no peer of org1 that joins the channel; did you mean "peer2"?',
    ],
    [
      { peers: [{ organization: 'org1', peers: [] }] },
      'channels[0].peers[0].peers: must name at least one node (found an empty list)',
    ],
  ])('refuses nodes that are not there or stand twice: %j', (channel, issue) => {
    expect(issues(channel)).toEqual([issue]);
  });
});

describe('consensus of a channel', () => {
  const three = { fabric: { version: '3.1.5' } };

  test.each([
    [
      'bft with fewer than four orderers',
      { consensus: 'bft' },
      three,
      'channels[0].orderers: must be at least 4 nodes for bft, as fewer do not survive the loss of one (found 3)',
    ],
    [
      'bft on Fabric 2.5',
      { consensus: 'bft' },
      { organizations: FOUR_ORDERERS },
      'channels[0].consensus: bft needs Fabric 3.0 or later (fabric.version is 2.5.9)',
    ],
    [
      'bft on Fabric 2.5, with options',
      { consensus: { type: 'bft', requestPoolSize: 10 } },
      { organizations: FOUR_ORDERERS },
      'channels[0].consensus.type: bft needs Fabric 3.0 or later (fabric.version is 2.5.9)',
    ],
    [
      'bft without its capability',
      { consensus: 'bft', capabilities: { channel: 'V2_0' } },
      { ...three, organizations: FOUR_ORDERERS },
      'channels[0].capabilities.channel: must be V3_0 for bft (found "V2_0")',
    ],
    [
      'bft that gives a request up before it complains',
      { consensus: { type: 'bft', requestComplainTimeout: '4m' } },
      { ...three, organizations: FOUR_ORDERERS },
      'channels[0].consensus.requestComplainTimeout: must not be longer than requestAutoRemoveTimeout (found 4m, requestAutoRemoveTimeout is 3m0s)',
    ],
    [
      'bft with tiny batches',
      { consensus: 'bft', batch: { absoluteMaxBytes: '9 KB', preferredMaxBytes: '9 KB' } },
      { ...three, organizations: FOUR_ORDERERS },
      'channels[0].batch.absoluteMaxBytes: is too little for bft: at least 10 KB, and a byte for each of maxMessageCount (found "9 KB")',
    ],
    [
      'raft that elects before a heartbeat',
      { consensus: { type: 'raft', heartbeatTick: 10 } },
      {},
      'channels[0].consensus.electionTick: must be more than heartbeatTick, or followers never wait for a heartbeat (found 10, heartbeatTick is 10)',
    ],
    [
      'raft without time',
      { consensus: { type: 'raft', tickInterval: '0s' } },
      {},
      'channels[0].consensus.tickInterval: must be a duration such as 500ms, 2s or 1m30s (found "0s")',
    ],
    [
      'raft with a size that Fabric cannot count',
      { consensus: { type: 'raft', snapshotIntervalSize: '4 GB' } },
      {},
      'channels[0].consensus.snapshotIntervalSize: must be less than 4 GB (found "4 GB")',
    ],
  ])('refuses a consensus that Fabric would refuse: %s', (_, channel, network, issue) => {
    expect(issues(channel, network)).toEqual([issue]);
  });

  test('tells all issues of bft at once', () => {
    expect(issues({ consensus: 'bft' })).toEqual([
      'channels[0].consensus: bft needs Fabric 3.0 or later (fabric.version is 2.5.9)',
      'channels[0].orderers: must be at least 4 nodes for bft, as fewer do not survive the loss of one (found 3)',
    ]);
  });

  test('warns of an even number of Raft consenters, channel by channel', () => {
    const channels = [
      { name: 'a' },
      { name: 'b', orderers: [{ organization: 'org0', orderers: ['orderer1', 'orderer2'] }] },
    ];
    expect(warningsOf(completeDescription(describedChannel({}, { channels })))).toEqual([
      'channels[1].orderers: have 2 consenters, which survive the loss of 0, as 1 would: Raft wants an odd number',
    ]);
  });

  test('does not warn of an even number of orderers where the channels have an odd number of consenters', () => {
    const network = { organizations: FOUR_ORDERERS, fabric: { version: '3.1.5' } };
    expect(warningsOf(completeDescription(describedChannel({ consensus: 'bft' }, network)))).toEqual([]);
  });
});

describe('batches of a channel', () => {
  test.each([
    [
      { preferredMaxBytes: '11 MB' },
      'preferredMaxBytes: must not be more than absoluteMaxBytes (found "11 MB", absoluteMaxBytes is "10 MB")',
    ],
    [{ absoluteMaxBytes: '5 GB' }, 'absoluteMaxBytes: must be less than 4 GB (found "5 GB")'],
    [
      { absoluteMaxBytes: '10 MiB' },
      'absoluteMaxBytes: must be a size as configtx.yaml writes it, such as 512 KB or 10 MB (found "10 MiB")',
    ],
    [{ timeout: '2 s' }, 'timeout: must be a duration such as 500ms, 2s or 1m30s (found "2 s")'],
    [{ maxMessageCount: 0 }, 'maxMessageCount: must be a whole number from 1 to 4294967295 (found 0)'],
  ])('refuses batches that orderers would refuse: %j', (batch, issue) => {
    expect(issues({ batch })).toEqual([`channels[0].batch.${issue}`]);
  });

  test.each(['512k', '512 KB', '1m', '1 GB'])('accepts sizes as configtx.yaml writes them: %s', (absoluteMaxBytes) => {
    const batch = { absoluteMaxBytes, preferredMaxBytes: '1 KB' };
    expect(completed({ batch }).batch).toMatchObject(batch);
  });
});

describe('capabilities of a channel', () => {
  test.each([
    [{ channel: 'V3_0' }, '2.5.9', 'channel: V3_0 needs Fabric 3.0 or later (fabric.version is 2.5.9)'],
    [{ application: 'V2_5' }, '2.4.9', 'application: V2_5 needs Fabric 2.5 or later (fabric.version is 2.4.9)'],
    [{ application: 'V1_4_2' }, '2.5.9', 'application: must be V2_0 or V2_5 (found "V1_4_2")'],
    [{ orderer: 'V3_0' }, '3.1.5', 'orderer: must be V2_0 (found "V3_0")'],
  ])('refuses capabilities that the Fabric release does not know: %j on %s', (capabilities, version, issue) => {
    expect(issues({ capabilities }, { fabric: { version } })).toEqual([`channels[0].capabilities.${issue}`]);
  });
});

describe('policies of a channel', () => {
  test.each([
    [
      { application: { admins: 'MAJORITY Admin' } },
      'application.admins: counts the policies "Admin" of organizations, which have none of that name; did you mean "Admins"?',
    ],
    [
      { orderer: { writers: 'ANY Endorsement' } },
      'orderer.writers: counts the policies "Endorsement" of organizations, which have none of that name (they have: Readers, Writers, Admins)',
    ],
    [
      { application: { readers: "OR('Org1MSP.member'" } },
      'application.readers: cannot be read: at column 20 there must be "," or ")" (found the end)',
    ],
    [
      { application: { endorsement: '/Channel/Application/Admins' } },
      'application.endorsement: must be an implicit or a signature policy, as a policy of a channel refers to no other (found "/Channel/Application/Admins")',
    ],
    [
      { application: { admins: "AND('Org1MSP.admin', 'Org3MSP.admin')" } },
      'application.admins: names "Org3MSP", but no organization has this MSP ID; did you mean "Org1MSP"?',
    ],
  ])('refuses policies that nobody can fulfil: %j', (policies, issue) => {
    expect(issues({ policies })).toEqual([`channels[0].policies.${issue}`]);
  });

  test('refuses policies that name organizations outside of the channel', () => {
    const policies = { application: { readers: "OR('OrdererMSP.member', 'Org1MSP.member', 'Org2MSP.member')" } };
    expect(issues({ peers: ['org1'], policies })).toEqual([
      'channels[0].policies.application.readers: names "Org2MSP", but org2 has no part in channel mychannel',
    ]);
  });
});

test('warns of nothing in a channel of defaults', () => {
  expect(warningsOf(completeDescription(describedChannel()))).toEqual([]);
});

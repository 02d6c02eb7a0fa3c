import { ApplicationFailure } from '@temporalio/common';
import { describe, expect } from 'vitest';

import { channelNetwork, completed } from './fixtures/descriptions.ts';
import { endsBefore, targetsOf } from './fixtures/order.ts';
import { causeOf, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const [ORG0, ORG1, ORG2] = channelNetwork.organizations;
const [CHANNEL] = channelNetwork.channels;

const standing = completed(channelNetwork);
/** Without org2, which has left a volume and a chaincode's server behind. */
const withoutOrg2 = {
  ...channelNetwork,
  organizations: [ORG0, ORG1],
  channels: [{ ...CHANNEL, peers: ['org1'] }],
};
const org2Peer = { target: 'org2/peer1', namespace: 'channels', selector: 'weft.dev/node=org2-peer1' };
const APPROVED = { approveRemoval: true };

function stands(cluster: ClusterUnderTest, network = standing): void {
  cluster.answers.record = { begun: network, applied: network };
  cluster.answers.keptGenesisBlocks = ['mychannel'];
  cluster.answers.channels = ['mychannel'];
  cluster.answers.decision = { outcome: 'unchanged', reason: '' };
}

describe('a member that the description no longer names', () => {
  test('is asked about before anything is touched, with what counts it', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = [org2Peer];
    const cause = await causeOf(await cluster.apply(withoutOrg2));
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'RemovalNotApproved' });
    expect(cause.message).toMatch(
      /^The description no longer names org2\/peer1\. org2 no longer is a member of mychannel; it is counted by policies\.application\.admins \(MAJORITY Admins: of 2, then of 1\).* Nothing was touched\./,
    );
    const remedy = { kind: 'approveRemoval', targets: ['org2/peer1'], departures: [expect.stringMatching(/^org2 no/)] };
    expect(cause).toMatchObject({ details: [{ remedy }] });
    expect(cluster.callsOf('applyNamespace')).toEqual([]);
  });

  test('leaves the channel first, then its peers, then its nodes go', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = [org2Peer];
    cluster.answers.configUpdates = [update(['Org1MSP', 'Org2MSP'])];
    await (await cluster.apply(withoutOrg2, APPROVED)).result();

    expect(cluster.callsOf('planConfigUpdate')[0]?.input).toMatchObject({
      available: ['Org0MSP', 'Org1MSP', 'Org2MSP'],
      leaving: { members: [{ mspId: 'Org2MSP' }], ordering: [], consenters: [] },
    });
    const order = ['signConfigUpdate', 'submitConfigUpdate', 'unjoinPeer', 'removeNode', 'recordNetwork'] as const;
    for (const [at, step] of order.slice(1).entries()) {
      expect(endsBefore(cluster.callsOf(order[at] ?? step), cluster.callsOf(step)), step).toBe(true);
    }
    expect(targetsOf(cluster.callsOf('signConfigUpdate'))).toEqual(['mychannel@org1', 'mychannel@org2']);
    expect(cluster.callsOf('unjoinPeer').map(({ input }) => input)).toMatchObject([
      {
        organization: { name: 'org2', mspId: 'Org2MSP' },
        node: 'org2-peer1',
        channels: ['mychannel'],
        startsAgain: false,
      },
    ]);
  });

  test('loses the volumes of its peers with all that is on them, where those go, too', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = [org2Peer];
    await (await cluster.apply(withoutOrg2, { ...APPROVED, pruneData: true })).result();
    expect(cluster.callsOf('unjoinPeer')).toEqual([]);
    expect(cluster.callsOf('removeNode').map(({ input }) => input)).toMatchObject([{ keepData: false }]);
  });

  test('is told by a plan, which asks for nothing', async ({ cluster }) => {
    stands(cluster);
    await (await cluster.apply(withoutOrg2, { dryRun: true })).result();
    expect(cluster.callsOf('unjoinPeer').map(({ input }) => input)).toMatchObject([{ dryRun: true }]);
  });

  test('is looked for, and what it shared is removed, in a namespace and on a cluster of its own', async ({
    cluster,
  }) => {
    const apart = { ...channelNetwork, organizations: [ORG0, ORG1, { ...ORG2, namespace: 'theirs' }] };
    stands(cluster, completed(apart));
    await (await cluster.apply(withoutOrg2, APPROVED)).result();
    expect(cluster.callsOf('findRemovals').map(({ input }) => input)).toMatchObject([{ alsoIn: ['theirs'] }]);
    expect(cluster.callsOf('removeNetworkObjects').map(({ input }) => input)).toMatchObject([
      { namespace: 'theirs', keepData: true },
    ]);
    expect(endsBefore(cluster.callsOf('unjoinPeer'), cluster.callsOf('removeNetworkObjects'))).toBe(true);
  });

  test('that came with a run that did not end leaves, too', async ({ cluster }) => {
    const before = completed(withoutOrg2);
    stands(cluster, before);
    cluster.answers.record = { begun: standing, applied: before };
    await (await cluster.apply(withoutOrg2, APPROVED)).result();
    expect(targetsOf(cluster.callsOf('unjoinPeer'))).toEqual(['org2-peer1']);
  });
});

describe('an organization that comes to a channel', () => {
  const before = completed({ ...channelNetwork, channels: [{ ...CHANNEL, peers: ['org1'] }] });
  const more = { ...CHANNEL, name: 'audit', peers: ['org1'] };

  test('brings what its CA has revoked, and the others do not bring theirs again', async ({ cluster }) => {
    stands(cluster, before);
    await (await cluster.apply({ ...channelNetwork, channels: [CHANNEL, more] })).result();
    expect(targetsOf(cluster.callsOf('readRevocationList')).sort()).toEqual(['org0', 'org1', 'org2']);
    const plan = cluster.callsOf('planConfigUpdate', 'mychannel')[0]?.input;
    expect(plan).toMatchObject({
      blueprint: { members: [{ name: 'org1' }, { name: 'org2', revocationList: 'what org2 has revoked' }] },
    });
    expect(plan).not.toHaveProperty('blueprint.members.0.revocationList');
    expect(cluster.callsOf('createGenesisBlock', 'audit')[0]?.input).toMatchObject({
      blueprint: {
        ordering: [{ name: 'org0', revocationList: 'what org0 has revoked' }],
        members: [{ name: 'org1', revocationList: 'what org1 has revoked' }],
      },
    });
  });

  test('is asked nothing by a plan, or where no CA has run before', async ({ cluster }) => {
    await (await cluster.apply(channelNetwork)).result();
    stands(cluster, before);
    await (await cluster.apply({ ...channelNetwork, channels: [CHANNEL, more] }, { dryRun: true })).result();
    expect(cluster.callsOf('readRevocationList')).toEqual([]);
  });
});

describe('nodes that stay, and leave a channel', () => {
  const two = { ...ORG1, peers: 2 };
  const all = completed({ ...channelNetwork, organizations: [ORG0, two, ORG2] });
  const reduced = {
    ...channelNetwork,
    organizations: [ORG0, two, ORG2],
    channels: [
      {
        ...CHANNEL,
        orderers: [{ organization: 'org0', orderers: ['orderer1'] }],
        peers: [{ organization: 'org1', peers: ['peer1'] }, 'org2'],
      },
    ],
  };

  test('are asked about', async ({ cluster }) => {
    stands(cluster, all);
    const cause = await causeOf(await cluster.apply(reduced));
    expect(cause).toMatchObject({ type: 'RemovalNotApproved' });
    expect(cause.message).toMatch(
      /^mychannel@org0-orderer2 leaves the channel\. mychannel@org0-orderer3 leaves the channel\. mychannel@org1-peer2 leaves the channel\. Nothing/,
    );
  });

  test('leave when its configuration does not know them any more: peers stop, orderers do not', async ({ cluster }) => {
    stands(cluster, all);
    cluster.answers.configUpdates = [update(['Org0MSP'])];
    await (await cluster.apply(reduced, APPROVED)).result();
    expect(cluster.callsOf('planConfigUpdate')[0]?.input).toMatchObject({
      leaving: {
        members: [],
        ordering: [],
        consenters: ['org0-orderer2', 'org0-orderer3'].map((name) => `${name}.channels.svc.cluster.local:6050`),
      },
    });
    expect(targetsOf(cluster.callsOf('leaveChannel'))).toEqual(['mychannel@org0-orderer2', 'mychannel@org0-orderer3']);
    expect(cluster.callsOf('unjoinPeer').map(({ input }) => input)).toMatchObject([
      { node: 'org1-peer2', channels: ['mychannel'], startsAgain: true },
    ]);
    for (const step of ['leaveChannel', 'unjoinPeer'] as const)
      expect(endsBefore(cluster.callsOf('awaitConfigSequence'), cluster.callsOf(step))).toBe(true);
  });

  test('leave one after the other, if they are peers of one organization', async ({ cluster }) => {
    const three = { ...channelNetwork, organizations: [ORG0, { ...ORG1, peers: 3 }, ORG2] };
    stands(cluster, completed(three));
    const [kept] = reduced.channels;
    await (await cluster.apply({ ...three, channels: [{ ...CHANNEL, peers: kept?.peers }] }, APPROVED)).result();
    const [first, second] = cluster.callsOf('unjoinPeer');
    expect(first?.target).toBe('org1-peer2');
    expect(second?.began).toBeGreaterThan(first?.ended ?? Infinity);
  });
});

describe('the certificates of nodes that are removed', () => {
  const org1Nodes = ['peer8', 'peer9', 'ca'].map((name) => ({
    ...{ target: `org1/${name}`, namespace: 'channels', selector: `weft.dev/node=org1-${name}` },
    owner: { organization: 'org1', node: `org1-${name}` },
  }));
  const org2Nodes = [{ ...org2Peer, owner: { organization: 'org2', node: 'org2-peer1' } }];
  const revocation = { outcome: 'unchanged', reason: '', unmet: [], signers: ['Org1MSP'] } as const;
  const list = { ...revocation, changes: ['revocation list of Org1MSP'], update: 'dXBkYXRl', sequence: 4, height: 8 };
  const nothing = { ...revocation, changes: [], sequence: 5, height: 9 };

  test('are revoked, and channels told of it, before the objects of the nodes go', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = org1Nodes;
    cluster.answers.revocations = [list, nothing];
    await (await cluster.apply(channelNetwork, APPROVED)).result();
    expect(cluster.callsOf('revokeCertificates').map(({ input }) => input)).toMatchObject([
      { organization: { name: 'org1' }, identity: 'org1-peer8', dryRun: false },
      { organization: { name: 'org1' }, identity: 'org1-peer9', dryRun: false },
    ]);
    expect(cluster.callsOf('planRevocation')[0]?.input).toMatchObject({
      ...{ channel: 'mychannel', mspId: 'Org1MSP', revocationList: 'what org1 has revoked' },
    });
    const order = ['revokeCertificates', 'planRevocation', 'submitConfigUpdate', 'removeNode'] as const;
    for (const [at, step] of order.slice(1).entries()) {
      expect(endsBefore(cluster.callsOf(order[at] ?? step).slice(0, 1), cluster.callsOf(step)), step).toBe(true);
    }
    expect(cluster.callsOf('removeNode')).toHaveLength(3);
  });

  test('are left alone where the organization goes, and its CAs with it', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = org2Nodes;
    await (await cluster.apply(withoutOrg2, APPROVED)).result();
    expect(cluster.callsOf('revokeCertificates')).toEqual([]);
    expect(cluster.callsOf('removeNode')).toHaveLength(1);
  });

  test('are left alone where the organization stands in another namespace, by other CAs', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = org1Nodes.map((group) => ({ ...group, namespace: 'elsewhere' }));
    await (await cluster.apply(channelNetwork, APPROVED)).result();
    expect(cluster.callsOf('revokeCertificates')).toEqual([]);
  });

  test('keep the objects of the nodes where they cannot be revoked: the next run finds them by these', async ({
    cluster,
  }) => {
    stands(cluster);
    cluster.answers.removals = org1Nodes;
    const down = ApplicationFailure.create({ type: 'CertificateAuthorityUnreachable', nonRetryable: true });
    cluster.fail('revokeCertificates', 'org1-peer8', down);
    expect(await causeOf(await cluster.apply(channelNetwork, APPROVED))).toMatchObject({
      type: 'CertificateAuthorityUnreachable',
    });
    expect(cluster.callsOf('removeNode')).toEqual([]);
  });

  test('are told by a plan, which looks at no channel for it', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.removals = org1Nodes;
    await (await cluster.apply(channelNetwork, { dryRun: true })).result();
    expect(cluster.callsOf('revokeCertificates').map(({ input }) => input)).toMatchObject([
      { identity: 'org1-peer8', dryRun: true },
      { identity: 'org1-peer9', dryRun: true },
    ]);
    expect(cluster.callsOf('planRevocation')).toEqual([]);
  });
});

describe('orderers that leave', () => {
  const fewer = { ...channelNetwork, organizations: [{ ...ORG0, orderers: 1 }, ORG1, ORG2] };
  const orderer3 = { target: 'org0/orderer3', namespace: 'channels', selector: 'weft.dev/node=org0-orderer3' };

  test('the network lose their volumes: what one kept of the consensus would stop it when it came back', async ({
    cluster,
  }) => {
    stands(cluster);
    cluster.answers.removals = [orderer3];
    const cause = await causeOf(await cluster.apply(fewer));
    expect(cause).toMatchObject({ details: [{ remedy: { withVolumes: ['org0/orderer3'] } }] });
    await (await cluster.apply(fewer, APPROVED)).result();
    expect(cluster.callsOf('findRemovals').at(-1)?.input).toMatchObject({
      volumesOf: ['org0-orderer2', 'org0-orderer3'],
    });
    expect(cluster.callsOf('removeNode').map(({ input }) => input)).toMatchObject([
      { keepData: true, volumeGoes: true },
    ]);
    expect(cluster.callsOf('leaveChannel')).toEqual([]);
  });

  test('are asked who leads until they have left', async ({ cluster }) => {
    stands(cluster);
    await (await cluster.apply(fewer, APPROVED)).result();
    expect(cluster.callsOf('awaitLeader').map(({ input }) => input)).toMatchObject([
      { orderers: ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'], consenters: 3 },
    ]);
  });

  test('all at once let the first of those in that take their place', async ({ cluster }) => {
    const both = { ...channelNetwork, organizations: [ORG0, { ...ORG1, orderers: 1 }, ORG2] };
    stands(cluster, completed(both));
    cluster.answers.withoutConfigBlock = ['org1-orderer1'];
    cluster.answers.configUpdates = [update(['Org0MSP']), update(['Org0MSP'])];
    const replaced = { ...both, channels: [{ ...CHANNEL, orderers: ['org1'] }] };
    await (await cluster.apply(replaced, APPROVED)).result();
    expect(targetsOf(cluster.callsOf('readConfigBlock'))).toEqual(['mychannel@org0']);
    // The first update is sent to those who order still, the next to those who do then.
    const senders = cluster
      .callsOf('submitConfigUpdate')
      .map(({ input }) => (input as { organization: { name: string } }).organization.name);
    expect(senders).toEqual(['org0', 'org1']);
    expect(targetsOf(cluster.callsOf('leaveChannel'))).toHaveLength(3);
  });
});

/** An update of the channel that these organizations have to sign. */
function update(signers: readonly string[]): ClusterUnderTest['answers']['configUpdates'][number] {
  return {
    ...{ outcome: 'unchanged', reason: '', changes: ['a change'], signers, unmet: [], sequence: 1, height: 3 },
    update: 'an update',
  };
}

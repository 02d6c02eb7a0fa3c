import { describe, expect, test } from 'vitest';

import type { ChaincodeView, ChannelOrdererView, ChannelPeerStatus } from '../../../src/activities/status/channels.ts';
import { chaincodeStatus, channelStatus, isInStep, seenTwice } from '../../../src/workflows/channel-status.ts';
import type { ChannelStatus } from '../../../src/workflows/messages.ts';

describe('the status of a channel', () => {
  test('names as leader who says that it leads', () => {
    expect(leaderOf([orderer(1), orderer(2, { isLeader: true }), silent(3)])).toBe('orderer2');
    expect(leaderOf([orderer(1, bft), orderer(2, { ...bft, isLeader: true })])).toBe('orderer2');
    expect(leaderOf([silent(1), orderer(2, bft)])).toBeUndefined();
  });

  test('does not name a BFT orderer that led at an older block', () => {
    const led = { ...bft, isLeader: true };
    const views = [orderer(1, { ...led, committedBlock: 6 }), orderer(2, { ...led, committedBlock: 7 })];
    expect(leaderOf([...views, orderer(3, { ...bft, committedBlock: 7 })])).toBe('orderer2');
    expect(leaderOf([orderer(1, { ...led, committedBlock: 6 }), orderer(3, { ...bft, committedBlock: 7 })])).toBe(
      undefined,
    );
  });

  test('has the height of the orderer that has most blocks, whoever runs it', () => {
    const views = [orderer(1, { height: 4 }), orderer(2, { height: 7 })].map((view) => ({
      orderers: [view],
      peers: [],
    }));
    expect(channelStatus('mychannel', views).height).toBe(7);
    expect(channelStatus('mychannel', [])).toMatchObject({ height: 0, orderers: [], peers: [] });
  });
});

describe('the problems of a channel', () => {
  const leading = orderer(1, { isLeader: true, height: 5 });
  const problemsOf = (
    orderers: readonly ChannelOrdererView[],
    peers: readonly ChannelPeerStatus[] = [],
  ): readonly string[] => channelStatus('mychannel', [{ orderers, peers }]).problems;

  test.for<[string, readonly ChannelOrdererView[], readonly ChannelPeerStatus[], readonly string[]]>([
    ['are none where all take part', [leading, orderer(2)], [peer(5), peer(4)], []],
    ['are those who do not answer', [leading, silent(2)], [], ['orderer2 is unreachable']],
    [
      'are those who have not caught up yet',
      [leading, orderer(2, { status: 'onboarding' })],
      [],
      ['orderer2 is onboarding'],
    ],
    ['are that nobody leads', [orderer(1), orderer(2)], [], ['no orderer leads it']],
    ['are none where who leads is not to be seen, but known', [orderer(1), orderer(2, { knowsLeader: true })], [], []],
    [
      'are peers outside',
      [leading],
      [{ name: 'peer1', height: 0, reason: 'has not joined' }],
      ['peer1: has not joined'],
    ],
    [
      'are blocks that no orderer has',
      [leading, orderer(2)],
      [peer(6)],
      ['peer1 has 6 blocks, and no orderer more than 5: the orderers have lost what they ordered'],
    ],
  ])('%s', ([, orderers, peers, problems]) => {
    expect(problemsOf(orderers, peers)).toEqual(problems);
  });
});

describe('a channel that was looked at twice, since blocks come meanwhile', () => {
  const seen = (orderers: readonly number[], peers: readonly number[]): ChannelStatus =>
    channelStatus('mychannel', [
      {
        orderers: orderers.map((height, index) => orderer(index + 1, { height, isLeader: index === 0 })),
        peers: peers.map((height, index) => ({ name: `peer${index + 1}`, height, reason: '' })),
      },
    ]);

  test('is in step at once where all nodes have the same blocks, those aside that are not in it', () => {
    expect(isInStep(seen([5, 5, 0], [5, 5, 0]))).toBe(true);
    expect(isInStep(seen([5, 4], [5]))).toBe(false);
    expect(isInStep(seen([5], [6]))).toBe(false);
  });

  test.for<[string, ChannelStatus, ChannelStatus, readonly string[]]>([
    ['is well where a peer was a block behind and has it now', seen([6], [5]), seen([6], [6]), []],
    ['is well where blocks go on coming', seen([6], [5]), seen([8], [7]), []],
    ['is well where a peer seemed to be ahead', seen([5], [6]), seen([6], [6]), []],
    ['is well where the peer has got a block more before it was asked again', seen([5], [6]), seen([6], [7]), []],
    ['has a peer that does not come after', seen([20], [5]), seen([21], [5]), ['peer1 has 5 of the 20 blocks']],
    [
      'has an orderer that does not come after',
      seen([20, 5], [20]),
      seen([20, 5], [20]),
      ['orderer2 has 5 of the 20 blocks'],
    ],
    [
      'has peers with blocks that no orderer has',
      seen([1], [10]),
      seen([1], [10]),
      ['peer1 has 10 blocks, and no orderer more than 1: the orderers have lost what they ordered'],
    ],
  ])('%s', ([, before, now, problems]) => {
    expect(seenTwice(before, now).problems).toEqual(problems);
  });
});

describe('the status of a chaincode', () => {
  const chaincode = { name: 'basic', channel: 'mychannel' };
  const answering: ChaincodeView = { version: '1.0', sequence: 2, packageId: 'basic_1.0:00', reason: '' };

  test('is ready when it answers through every member', () => {
    expect(chaincodeStatus(chaincode, [answering, answering])).toEqual({
      ...{ name: 'basic', channel: 'mychannel', version: '1.0', sequence: 2 },
      ...{ packageId: 'basic_1.0:00', ready: true, reason: '' },
    });
  });

  test('is not ready where a peer knows too few endorsers, once it is committed', () => {
    const peers = [
      { name: 'peer1', height: 5, reason: '', withoutEndorsers: ['basic'] },
      { name: 'peer2', height: 5, reason: '', withoutEndorsers: ['other'] },
    ];
    expect(chaincodeStatus(chaincode, [answering], peers)).toMatchObject({
      ...{ ready: false, withoutEndorsers: ['peer1'] },
      reason: 'peer1: no known combination of peers satisfies its endorsement policy',
    });
    const uncommitted = { version: '', sequence: 0, packageId: '', reason: 'it is not committed' };
    expect(chaincodeStatus(chaincode, [uncommitted], peers).reason).toBe('it is not committed');
  });

  test('says once why it is not ready, and what of it is known', () => {
    const silence = { version: '', sequence: 0, packageId: '', reason: 'nobody answers' };
    expect(chaincodeStatus(chaincode, [silence, silence, answering])).toMatchObject({
      ...{ version: '1.0', sequence: 2, ready: false },
      reason: 'nobody answers',
    });
  });
});

const bft = { consensus: 'bft' } as const;

function peer(height: number): ChannelPeerStatus {
  return { name: 'peer1', height, reason: '' };
}

function leaderOf(orderers: readonly ChannelOrdererView[]): string | undefined {
  const status = channelStatus('mychannel', [{ orderers, peers: [] }]);
  return status.orderers.find(({ leader }) => leader)?.name;
}

function orderer(number: number, view: Partial<ChannelOrdererView> = {}): ChannelOrdererView {
  return {
    ...{ name: `orderer${number}`, status: 'active', height: 1, isLeader: false },
    ...{ consensus: 'raft', committedBlock: 0, reason: '' },
    ...view,
  };
}

function silent(number: number): ChannelOrdererView {
  return orderer(number, { status: 'unreachable', height: 0, consensus: 'unknown', reason: 'has no ready pod' });
}

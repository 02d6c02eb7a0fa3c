import { describe, expect, test } from 'vitest';

import type { OrdererView } from '../../../../src/activities/channels/orderers.ts';
import { leaderOf, orderingTrouble } from '../../../../src/activities/channels/ordering.ts';

describe('a channel with Raft', () => {
  test('orders while one of its orderers leads', () => {
    expect(orderingTrouble('mychannel', 'raft', [raft(1), raft(2, true), down(3)])).toBeUndefined();
  });

  test('has no leader: told with how many answer, and why the others do not', () => {
    expect(orderingTrouble('mychannel', 'raft', [raft(1), down(2), down(3)])).toEqual({
      reason: 'NoRaftLeader',
      message:
        'no Raft leader for mychannel: 1 of 3 orderers answer, 2 are needed. orderer2: has no ready pod. orderer3: has no ready pod.',
    });
  });

  test('has no leader yet although all answer', () => {
    expect(orderingTrouble('mychannel', 'raft', [raft(1)])?.message).toBe(
      'no Raft leader for mychannel: 1 of 1 orderers answer, 1 are needed.',
    );
  });
});

describe('a channel with BFT', () => {
  test('orders while 2f+1 take part, whoever led at the newest block', () => {
    expect(orderingTrouble('mychannel', 'bft', [bft(1, true), bft(2), bft(3), bft(4)])).toBeUndefined();
    expect(orderingTrouble('mychannel', 'bft', [down(1), bft(2), bft(3), bft(4)])).toBeUndefined();
    expect(orderingTrouble('mychannel', 'bft', [down(1), down(2), bft(3), bft(4), bft(5), bft(6), bft(7)])).toBe(
      undefined,
    );
  });

  test('does not order with fewer, also when the leader is among them', () => {
    expect(orderingTrouble('mychannel', 'bft', [bft(1, true), bft(2), down(3), down(4)])).toEqual({
      reason: 'NoBftQuorum',
      message:
        'no BFT quorum for mychannel: 2 of 4 orderers take part, 3 are needed. orderer3: has no ready pod. orderer4: has no ready pod.',
    });
  });

  test('does not count an orderer that answers and does not run its consensus', () => {
    const views = [bft(1, true), bft(2), { node: 'orderer3' }, { node: 'orderer4' }];
    expect(orderingTrouble('mychannel', 'bft', views)?.message).toBe(
      'no BFT quorum for mychannel: 2 of 4 orderers take part, 3 are needed.',
    );
  });
});

describe('the leader of a channel', () => {
  test('is who says so', () => {
    expect(leaderOf([raft(1), raft(2, true), down(3)])).toBe('orderer2');
    expect(leaderOf([bft(1), bft(2), bft(3, true), bft(4)])).toBe('orderer3');
    expect(leaderOf([down(1), bft(2), bft(3), bft(4)])).toBeUndefined();
  });

  test('is not a BFT orderer that led at an older block', () => {
    expect(leaderOf([bft(1, true, 6), bft(2, true, 7), bft(3, false, 7)])).toBe('orderer2');
    expect(leaderOf([bft(1, true, 6), down(2), bft(3, false, 7)])).toBeUndefined();
  });
});

function raft(number: number, isLeader = false): OrdererView {
  return {
    node: `orderer${number}`,
    channel: { status: 'active', consensusRelation: 'consenter', height: 1 },
    consensus: { consensus: 'raft', isLeader, clusterSize: 3, committedBlock: 0 },
  };
}

function bft(number: number, isLeader = false, committedBlock = 0): OrdererView {
  return {
    node: `orderer${number}`,
    channel: { status: 'active', consensusRelation: 'consenter', height: 1 },
    consensus: { consensus: 'bft', isLeader, clusterSize: 4, committedBlock },
  };
}

function down(number: number): OrdererView {
  return { node: `orderer${number}`, trouble: 'has no ready pod.' };
}

import { describe, expect, test } from 'vitest';

import type { Waiting } from '../../../../src/activities/activity.ts';
import type { OrdererView } from '../../../../src/activities/channels/orderers.ts';
import {
  mayBeApart,
  orderingView,
  orderingWait,
  type OrderingOf,
} from '../../../../src/activities/channels/ordering.ts';
import { unheardIn } from '../../../../src/activities/channels/unheard-orderers.ts';

describe('a channel with Raft', () => {
  test('orders while one of its orderers leads', () => {
    expect(
      orderingView(channelWith('raft', [raft(1), raft(2, true), down(3)]), [raft(1), raft(2, true), down(3)])
        .isOrdering,
    ).toBe(true);
  });

  test('orders while one of its orderers knows who leads, whose metrics are not to be read', () => {
    const views = [raft(1), { ...raft(2), knowsLeader: true as const }, down(3)];
    expect(orderingView(channelWith('raft', views), views).isOrdering).toBe(true);
  });

  test('has no leader: told with how many answer, and why the others do not', () => {
    expect(conditionOf('raft', [raft(1), down(2), down(3)])).toEqual({
      reason: 'NoRaftLeader',
      message:
        'no Raft leader for mychannel: 1 of 3 orderers answer, 2 are needed. orderer2: has no ready pod. orderer3: has no ready pod.',
    });
  });

  test('has no leader yet although all answer', () => {
    expect(conditionOf('raft', [raft(1)])?.message).toBe(
      'no Raft leader for mychannel: 1 of 1 orderers answer, 1 are needed.',
    );
  });
});

describe('orderers of a channel with Raft', () => {
  const three = { channel: 'mychannel', consensus: 'raft', consenters: 3 } as const;

  test('may not reach each other where enough of them answer', () => {
    expect(mayBeApart(three, [raft(1), raft(2), down(3)])).toBe(true);
    expect(mayBeApart(three, [raft(1), down(2), down(3)])).toBe(false);
    expect(mayBeApart({ ...three, consenters: 1 }, [raft(1)])).toBe(false);
  });

  test('say why they do not reach each other, the newest reason last', () => {
    const log = [
      '[31mERRO[0m [orderer.consensus.etcdraft] logSendFailure -> Failed to send StepRequest to 2, because: rpc error: code = Unavailable desc = connection refused channel=mychannel node=1',
      'INFO starting a new election channel=mychannel node=1',
      'Failed to send StepRequest to 3, because: rpc error: code = Unavailable desc = no such host channel=mychannel node=1',
      'Failed to send StepRequest to 2, because: other channel=other node=1',
    ].join('\n');
    expect(unheardIn(log, 'mychannel')).toBe('does not reach orderer 3 of mychannel: no such host');
    expect(unheardIn('', 'mychannel')).toBeUndefined();
  });
});

describe('a channel that organizations order together', () => {
  test('is not said to have no quorum by one that sees only its own orderers', () => {
    const shared = { channel: 'mychannel', consensus: 'bft', consenters: 4 } as const;
    expect(orderingView(shared, [bft(1, true), bft(2)])).toEqual({
      isOrdering: false,
      active: 2,
      quorum: 3,
      height: 1,
    });
  });

  test('counts nobody as taking part with Raft, where that elects no leader', () => {
    const shared = { channel: 'mychannel', consensus: 'raft', consenters: 3 } as const;
    expect(orderingView(shared, [raft(1), raft(2)])).toMatchObject({ isOrdering: false, active: 0 });
  });
});

describe('a channel with BFT', () => {
  test('orders while 2f+1 take part, whoever led at the newest block', () => {
    expect(
      orderingView(channelWith('bft', [bft(1, true), bft(2), bft(3), bft(4)]), [bft(1, true), bft(2), bft(3), bft(4)])
        .isOrdering,
    ).toBe(true);
    expect(
      orderingView(channelWith('bft', [down(1), bft(2), bft(3), bft(4)]), [down(1), bft(2), bft(3), bft(4)]).isOrdering,
    ).toBe(true);
    expect(
      orderingView(channelWith('bft', [down(1), down(2), bft(3), bft(4), bft(5), bft(6), bft(7)]), [
        down(1),
        down(2),
        bft(3),
        bft(4),
        bft(5),
        bft(6),
        bft(7),
      ]).isOrdering,
    ).toBe(true);
  });

  test('does not order with fewer, also when the leader is among them', () => {
    expect(conditionOf('bft', [bft(1, true), bft(2), down(3), down(4)])).toEqual({
      reason: 'NoBftQuorum',
      message:
        'no BFT quorum for mychannel: 2 of 4 orderers take part, 3 are needed. orderer3: has no ready pod. orderer4: has no ready pod.',
    });
  });

  test('does not count an orderer that answers and does not run its consensus', () => {
    const views = [bft(1, true), bft(2), { node: 'orderer3' }, { node: 'orderer4' }];
    expect(conditionOf('bft', views)?.message).toBe(
      'no BFT quorum for mychannel: 2 of 4 orderers take part, 3 are needed.',
    );
  });
});

/** A channel whose orderers are all seen. */
function channelWith(consensus: OrderingOf['consensus'], views: readonly OrdererView[]): OrderingOf {
  return { channel: 'mychannel', consensus, consenters: views.length };
}

/** Why it cannot order; undefined if it can. */
function conditionOf(consensus: OrderingOf['consensus'], views: readonly OrdererView[]): Waiting | undefined {
  const channel = channelWith(consensus, views);
  return orderingView(channel, views).isOrdering ? undefined : orderingWait(channel, views);
}

function raft(number: number, isLeader = false): OrdererView {
  return {
    node: `orderer${number}`,
    channel: { status: 'active', consensusRelation: 'consenter', height: 1 },
    consensus: { consensus: 'raft', isLeader, clusterSize: 3, committedBlock: 0, streams: 0 },
  };
}

function bft(number: number, isLeader = false, committedBlock = 0): OrdererView {
  return {
    node: `orderer${number}`,
    channel: { status: 'active', consensusRelation: 'consenter', height: 1 },
    consensus: { consensus: 'bft', isLeader, clusterSize: 4, committedBlock, streams: 0 },
  };
}

function down(number: number): OrdererView {
  return { node: `orderer${number}`, silence: 'has no ready pod.' };
}

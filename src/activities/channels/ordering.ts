import { bftQuorum } from '../../fabric/index.ts';
import type { Consensus } from '../../spec/index.ts';
import type { Waiting } from '../activity.ts';
import type { OrdererView } from './orderers.ts';

/** What one organization's orderers say of a channel's consensus. */
export interface OrderingView {
  /** They alone are enough: one of them leads with Raft, or a quorum of all consenters is among them with BFT. */
  readonly isOrdering: boolean;
  /** How many of them take part in BFT; 0 with Raft, where taking part does not elect a leader. */
  readonly active: number;
  /** How many consenters have to take part in BFT. */
  readonly quorum: number;
  /** Number of blocks of the one that has most. */
  readonly height: number;
}

export interface OrderingOf {
  /** Name of the channel. */
  readonly channel: string;
  readonly consensus: Consensus['type'];
  /** Number of all orderers of the channel, those of other organizations included. */
  readonly consenters: number;
}

/**
 * Whether a channel can order: with Raft it needs a leader, with BFT a quorum of consenters. The metrics of BFT say who led at
 * the newest block: a leader that was lost since is replaced without a word in them until the next block, and one that has
 * lost the others still counts itself as one.
 */
export function orderingView({ consensus, consenters }: OrderingOf, views: readonly OrdererView[]): OrderingView {
  // Those that have metrics of it run its consensus; one that still fetches the channel's older blocks does not.
  const active = consensus === 'bft' ? views.filter((view) => view.consensus?.consensus === 'bft').length : 0;
  const quorum = bftQuorum(consenters);
  const isLed = views.some((view) => view.consensus?.isLeader === true || view.knowsLeader === true);
  return {
    isOrdering: consensus === 'bft' ? active >= quorum : isLed,
    active,
    quorum,
    height: Math.max(0, ...views.map((view) => view.channel?.height ?? 0)),
  };
}

/**
 * Why a channel cannot order yet, as people are told who wait for it.
 *
 * @param unheard what orderers say of others that they do not reach
 */
export function orderingWait(
  { channel, consensus, consenters }: OrderingOf,
  views: readonly OrdererView[],
  unheard: readonly string[] = [],
): Waiting {
  const silent = views.flatMap(({ node, silence }) => (silence === undefined ? [] : [`${node}: ${silence}`]));
  const { active, quorum } = orderingView({ channel, consensus, consenters }, views);
  const fact =
    consensus === 'bft'
      ? `no BFT quorum for ${channel}: ${active} of ${consenters} orderers take part, ${quorum} are needed`
      : `no Raft leader for ${channel}: ${views.length - silent.length} of ${consenters} orderers answer, ${majority(consenters)} are needed`;
  return {
    reason: consensus === 'bft' ? 'NoBftQuorum' : 'NoRaftLeader',
    message: [`${fact}.`, ...silent, ...unheard].join(' '),
  };
}

/** As many answer as are needed, and elect nobody: they may not reach each other. */
export function mayBeApart({ consensus, consenters }: OrderingOf, views: readonly OrdererView[]): boolean {
  return (
    consensus === 'raft' &&
    consenters > 1 &&
    views.filter(({ silence }) => silence === undefined).length >= majority(consenters)
  );
}

function majority(consenters: number): number {
  return Math.floor(consenters / 2) + 1;
}

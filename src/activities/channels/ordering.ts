import { bftQuorum } from '../../fabric/index.ts';
import type { Consensus } from '../../spec/index.ts';
import type { OrdererView } from './orderers.ts';
import type { Waiting } from '../activity.ts';

/**
 * Why a channel cannot order, or undefined if it can: with Raft it needs a leader, with BFT a quorum of consenters. The metrics
 * of BFT say who led at the newest block: a leader that was lost since is replaced without a word in them until the next block,
 * and one that has lost the others still counts itself as one.
 *
 * @param views of all the channel's orderers
 */
export function orderingTrouble(
  channel: string,
  consensus: Consensus['type'],
  views: readonly OrdererView[],
): Waiting | undefined {
  return consensus === 'bft' ? bftTrouble(channel, views) : raftTrouble(channel, views);
}

function raftTrouble(channel: string, views: readonly OrdererView[]): Waiting | undefined {
  if (views.some(({ consensus }) => consensus?.isLeader === true)) return undefined;
  const answering = views.filter(({ trouble }) => trouble === undefined).length;
  const needed = Math.floor(views.length / 2) + 1;
  const fact = `no Raft leader for ${channel}: ${answering} of ${views.length} orderers answer, ${needed} are needed`;
  return { reason: 'NoRaftLeader', message: explained(fact, views) };
}

function bftTrouble(channel: string, views: readonly OrdererView[]): Waiting | undefined {
  // Those that have metrics of it run its consensus; one that still fetches the channel's older blocks does not.
  const active = views.filter(({ consensus }) => consensus?.consensus === 'bft').length;
  const needed = bftQuorum(views.length);
  if (active >= needed) return undefined;
  const fact = `no BFT quorum for ${channel}: ${active} of ${views.length} orderers take part, ${needed} are needed`;
  return { reason: 'NoBftQuorum', message: explained(fact, views) };
}

/**
 * Node name of the orderer that leads a channel, as far as those seen know. A BFT orderer that is behind says what was true at
 * its own newest block.
 */
export function leaderOf(views: readonly OrdererView[]): string | undefined {
  const leaders = views.filter(({ consensus }) => consensus?.isLeader === true);
  const newest = Math.max(...views.map(({ consensus }) => consensus?.committedBlock ?? 0));
  return leaders.find(({ consensus }) => consensus?.consensus === 'raft' || consensus?.committedBlock === newest)?.node;
}

function explained(fact: string, views: readonly OrdererView[]): string {
  const silent = views.flatMap(({ node, trouble }) => (trouble === undefined ? [] : [`${node}: ${trouble}`]));
  return [`${fact}.`, ...silent].join(' ');
}

import type { Consensus } from './network.ts';

/** A change of consenters that a channel would not survive as it is now. */
export interface QuorumLoss {
  readonly change: 'adding' | 'removing';
  /** The consenter that comes or goes. */
  readonly consenter: string;
  /** So many consenters there are after the change. */
  readonly consenters: number;
  /** So many of them are active, and so many have to be. */
  readonly active: number;
  readonly needed: number;
}

/** Consenters as they are, and as they shall be. */
export interface ConsenterChange {
  readonly type: Consensus['type'];
  readonly standing: readonly string[];
  readonly wanted: readonly string[];
  /** Those that take part now. */
  readonly active: ReadonlySet<string>;
}

/**
 * Whether a channel loses its quorum on the way from one set of consenters to another. They change one at a time, who comes before who
 * leaves. Fabric refuses such a step of Raft (orderer/consensus/etcdraft/membership.go, UnacceptableQuorumLoss), when others are done; BFT takes it, and
 * stops.
 *
 * @returns the first step of the way that does harm
 */
export function quorumLoss({ type, standing, wanted, active }: ConsenterChange): QuorumLoss | undefined {
  const current = new Set(standing);
  const alive = new Set(standing.filter((name) => active.has(name)));
  for (const consenter of wanted.filter((name) => !standing.includes(name))) {
    current.add(consenter);
    // One that comes to Raft counts when it has come; with one or two there is no fault that the channel could survive anyway.
    if (type === 'bft') alive.add(consenter);
    const loss = lossOf(type, 'adding', consenter, current.size, alive.size);
    if (loss !== undefined && (type === 'bft' || current.size > 2)) return loss;
    alive.add(consenter);
  }
  for (const consenter of standing.filter((name) => !wanted.includes(name))) {
    current.delete(consenter);
    alive.delete(consenter);
    const loss = lossOf(type, 'removing', consenter, current.size, alive.size);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

function lossOf(
  type: Consensus['type'],
  change: QuorumLoss['change'],
  consenter: string,
  consenters: number,
  active: number,
): QuorumLoss | undefined {
  const needed = quorum(type, consenters);
  return active >= needed ? undefined : { change, consenter, consenters, active, needed };
}

/** More than half with Raft; with BFT 2f+1 of 3f+1, where f may lie or be lost (fabric common/policies/bft.go, ComputeBFTQuorum). */
function quorum(type: Consensus['type'], consenters: number): number {
  if (type === 'raft') return Math.floor(consenters / 2) + 1;
  const faulty = Math.floor((consenters - 1) / 3);
  return Math.ceil((consenters + faulty + 1) / 2);
}

/** e.g. `adding org0-orderer4 wants 3 active consenters, and 2 of 4 are: …` */
export function quorumLossInWords({ change, consenter, consenters, active, needed }: QuorumLoss): string {
  const others = change === 'adding' ? 'there would be' : 'there were left';
  return (
    `cannot change like this now: consenters change one at a time, and ${change} ${consenter} needs ${needed} that are active, where ${others} ` +
    `${active} of ${consenters}. Bring the others back first, or let those leave first that are down`
  );
}

/** Consenters that are to be known by other keys. */
export interface KeyExchange {
  readonly type: Consensus['type'];
  readonly consenters: readonly string[];
  /** Those that take part now. */
  readonly active: ReadonlySet<string>;
  /** Those whose keys are lost. */
  readonly lost: readonly string[];
}

/** A consenter whose channel cannot learn another key of it as it is now. */
export interface KeyExchangeLoss {
  readonly consenter: string;
  /** So many of the others are active, and so many have to be. */
  readonly active: number;
  readonly needed: number;
}

/**
 * Whether a channel can learn other keys of its consenters, one after the other, those first that take no part. Fabric orders such an update while
 * the others are a quorum by themselves (orderer/consensus/etcdraft/membership.go, UnacceptableQuorumLoss); with two, where there is no fault that
 * the channel could survive anyway, while both take part; and one that is alone exchanges nothing.
 *
 * @returns the first one whose key cannot be exchanged
 */
export function keyExchangeLoss({ type, consenters, active, lost }: KeyExchange): KeyExchangeLoss | undefined {
  const alive = new Set(consenters.filter((name) => active.has(name)));
  const needed = quorum(type, consenters.length);
  for (const consenter of lost.toSorted((one, other) => Number(alive.has(one)) - Number(alive.has(other)))) {
    const others = [...alive].filter((name) => name !== consenter).length;
    const isOrdered = consenters.length > 2 ? others >= needed : consenters.length === 2 && alive.size >= needed;
    if (!isOrdered) return { consenter, active: others, needed };
    alive.add(consenter);
  }
  return undefined;
}

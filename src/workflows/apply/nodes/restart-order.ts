import type { ChannelStatus } from '../../messages.ts';

/**
 * The order in which nodes restart. One that takes no part in a channel first: as long as it is missing, the others are needed. Who leads a channel
 * last, since the others elect a new leader then, and once is enough.
 *
 * @param nameOf Kubernetes name of a node
 * @param channels as they are now
 */
export function inRestartOrder<Node>(
  nodes: readonly Node[],
  nameOf: (node: Node) => string,
  channels: readonly ChannelStatus[],
): Node[] {
  return nodes.toSorted((one, other) => rank(nameOf(one), channels) - rank(nameOf(other), channels));
}

function rank(name: string, channels: readonly ChannelStatus[]): number {
  const orderers = channels.flatMap((channel) => channel.orderers.filter((orderer) => orderer.name === name));
  const peers = channels.flatMap((channel) => channel.peers.filter((peer) => peer.name === name));
  if (orderers.some(({ status }) => status !== 'active') || peers.some(({ reason }) => reason !== '')) return 0;
  return orderers.some(({ leader }) => leader) ? 2 : 1;
}

/** A channel that would stop while a node restarts. */
export interface ChannelAtRisk {
  readonly channel: string;
  readonly consenters: number;
  /** How many of the others are active. */
  readonly active: number;
  /** How many have to be. */
  readonly needed: number;
}

/**
 * The channels that would stop while an orderer restarts, since too few others are active. One that is not active itself takes nothing
 * away; and of one or two orderers none can ever be missing, so that nothing is gained by waiting.
 */
export function channelsAtRisk(name: string, channels: readonly ChannelStatus[]): readonly ChannelAtRisk[] {
  return channels.flatMap(({ name: channel, orderers }) => {
    const consenters = orderers.length;
    const active = orderers.filter((orderer) => orderer.status === 'active');
    const isActive = active.some((orderer) => orderer.name === name);
    const needed = Math.floor(consenters / 2) + 1;
    const others = isActive ? active.length - 1 : active.length;
    return isActive && consenters > 2 && others < needed ? [{ channel, consenters, active: others, needed }] : [];
  });
}

/** e.g. `of the 3 orderers of mychannel only 1 other is active, and 2 are needed` */
export function riskInWords({ channel, consenters, active, needed }: ChannelAtRisk): string {
  return `of the ${consenters} orderers of ${channel} only ${active} other${active === 1 ? ' is' : 's are'} active, and ${needed} are needed`;
}

import type { ChaincodeView, ChannelOrdererView, ChannelView } from '../activities/status/channels.ts';
import type { Chaincode } from '../spec/index.ts';
import type { ChaincodeStatus, ChannelStatus } from './messages.ts';

/** A channel's status, from what each of its organizations sees of its own nodes. */
export function channelStatus(name: string, views: readonly ChannelView[]): ChannelStatus {
  const orderers = views.flatMap((view) => view.orderers);
  const leader = leaderOf(orderers);
  return {
    name,
    height: Math.max(0, ...orderers.map(({ height }) => height)),
    peers: views.flatMap((view) => view.peers),
    orderers: orderers.map(({ name: node, status, height, reason }) => ({
      name: node,
      status,
      height,
      leader: node === leader,
      reason,
    })),
  };
}

/**
 * The orderer that leads a channel, as far as those seen know. A BFT orderer that is behind says what was true at its own
 * newest block.
 */
function leaderOf(orderers: readonly ChannelOrdererView[]): string | undefined {
  const newest = Math.max(...orderers.map(({ committedBlock }) => committedBlock));
  return orderers.find(
    ({ isLeader, consensus, committedBlock }) => isLeader && (consensus === 'raft' || committedBlock === newest),
  )?.name;
}

/** A chaincode's status, from what each member organization's peers say. */
export function chaincodeStatus(
  { name, channel }: Pick<Chaincode, 'name' | 'channel'>,
  views: readonly ChaincodeView[],
): ChaincodeStatus {
  const committed = views.find(({ sequence }) => sequence > 0);
  const reasons = [...new Set(views.map(({ reason }) => reason).filter((reason) => reason !== ''))];
  return {
    name,
    channel,
    version: committed?.version ?? '',
    sequence: committed?.sequence ?? 0,
    packageId: views[0]?.packageId ?? '',
    ready: reasons.length === 0,
    reason: reasons.join('; '),
  };
}

import type { OrganizationReference } from '../activities/inputs.ts';
import type { ChaincodeView, ChannelOrdererView, ChannelView } from '../activities/status/channels.ts';
import { onNode, type Chaincode, type Channel, type Organization } from '../spec/index.ts';
import { allDone, type Steps } from './durable/steps.ts';
import type { Participant } from './inputs.ts';
import type { ChaincodeStatus, ChannelStatus } from './messages.ts';

/** Whose nodes are asked about a channel. */
export interface ChannelParticipants {
  readonly ordering: readonly Participant[];
  readonly members: readonly Participant[];
}

/** Looks at a channel through orderers and peers of it, each organization about its own. */
export async function inspectChannel(
  { queries, reference }: Inspection,
  channel: Pick<Channel, 'name'>,
  { ordering, members }: ChannelParticipants,
): Promise<ChannelStatus> {
  const organizations = new Set([...ordering, ...members].map(({ organization }) => organization));
  const views = [...organizations].map((organization): Promise<ChannelView> => {
    const owner = reference(organization);
    return queries(owner.cluster).inspectChannel(onNode(channel, owner.name), {
      channel: channel.name,
      organization: owner,
      orderers: nodesOfOrganization(ordering, owner.name),
      peers: nodesOfOrganization(members, owner.name),
    });
  });
  return channelStatus(channel.name, await allDone(views));
}

/** What a look at a network needs. */
export interface Inspection {
  readonly queries: Steps['queriesAt'];
  readonly reference: (organization: Organization) => OrganizationReference;
}

function nodesOfOrganization(participants: readonly Participant[], name: string): readonly string[] {
  return participants.filter(({ organization }) => organization.name === name).flatMap(({ nodes }) => nodes);
}

/** A channel's status, from what each of its organizations sees of its own nodes. */
export function channelStatus(name: string, views: readonly ChannelView[]): ChannelStatus {
  const orderers = views.flatMap((view) => view.orderers);
  const leader = leaderOf(orderers);
  return withProblems({
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
  });
}

/** @param seen a status whose parts were seen at different times */
export function withProblems(seen: Omit<ChannelStatus, 'problems'>): ChannelStatus {
  return { ...seen, problems: problemsOf(seen) };
}

/** Why a channel is not as it should be: who takes no part in it, that nobody leads it, and blocks that no orderer has. */
export function problemsOf({ height, orderers, peers }: Omit<ChannelStatus, 'problems'>): string[] {
  const missing = orderers
    .filter(({ status }) => status !== 'active')
    .map(({ name, status }) => `${name} is ${status}`);
  const leaderless = orderers.some(({ leader }) => leader) ? [] : ['no orderer leads it'];
  const outside = peers.filter((peer) => peer.height === 0).map(({ name, reason }) => `${name}: ${reason}`);
  const ahead = peers
    .filter((peer) => peer.height > height)
    .map(
      (peer) =>
        `${peer.name} has ${peer.height} blocks, and no orderer more than ${height}: the orderers have lost what they ordered`,
    );
  return [...missing, ...leaderless, ...outside, ...ahead];
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

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
  /** Names of the chaincodes whose endorsers the members' peers are asked for. */
  readonly chaincodes?: readonly string[];
}

/** Looks at a channel through orderers and peers of it, each organization about its own. */
export async function inspectChannel(
  { queries, reference }: Inspection,
  channel: Pick<Channel, 'name'>,
  { ordering, members, chaincodes = [] }: ChannelParticipants,
): Promise<ChannelStatus> {
  const organizations = new Set([...ordering, ...members].map(({ organization }) => organization));
  const views = [...organizations].map((organization): Promise<ChannelView> => {
    const owner = reference(organization);
    return queries(owner.cluster).inspectChannel(onNode(channel, owner.name), {
      channel: channel.name,
      organization: owner,
      orderers: nodesOfOrganization(ordering, owner.name),
      peers: nodesOfOrganization(members, owner.name),
      ...(chaincodes.length === 0 ? {} : { chaincodes }),
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
    orderers: orderers.map(({ name: node, status, height, knowsLeader, reason }) => ({
      name: node,
      status,
      height,
      leader: node === leader,
      ...(knowsLeader && { knowsLeader }),
      reason,
    })),
  });
}

/** Whether somebody leads a channel: who does is not always to be seen. */
export function isLed({ orderers }: Pick<ChannelStatus, 'orderers'>): boolean {
  return orderers.some(({ leader, knowsLeader }) => leader || knowsLeader === true);
}

/** @param seen a status whose parts were seen at different times */
export function withProblems(seen: Omit<ChannelStatus, 'problems'>): ChannelStatus {
  return { ...seen, problems: channelFindings(seen).map(({ message }) => message) };
}

/** Whether every node that is in a channel has all of its blocks, and no peer more than the orderers. */
export function isInStep({ height, orderers, peers }: Pick<ChannelStatus, 'height' | 'orderers' | 'peers'>): boolean {
  return [...orderers, ...peers].every((node) => node.height === 0 || node.height === height);
}

/**
 * A channel that was looked at twice. Blocks come while nodes are asked one after the other: a peer is ahead that had more before than the
 * orderers have now; a node is behind that has less now than the orderers had before.
 */
export function seenTwice(before: ChannelStatus, now: ChannelStatus): ChannelStatus {
  const earlier = new Map(before.peers.map((peer) => [peer.name, peer]));
  const peers = now.peers.map((peer) => {
    const known = earlier.get(peer.name) ?? peer;
    return peer.height > now.height ? known : withLag(peer, before.height);
  });
  const orderers = now.orderers.map((orderer) => withLag(orderer, before.height));
  return withProblems({ ...now, peers, orderers });
}

/** @param blocks that the node has had the time to fetch */
function withLag<Node extends { readonly height: number; readonly reason: string }>(node: Node, blocks: number): Node {
  const isBehind = node.height > 0 && node.height < blocks && node.reason === '';
  return isBehind ? { ...node, reason: `has ${node.height} of the ${blocks} blocks` } : node;
}

/** What about a channel is not as it should be. */
export interface ChannelFinding {
  readonly kind: 'orderer' | 'orderer behind' | 'leader' | 'outside' | 'behind' | 'ahead';
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Why a channel is not as it should be: who takes no part in it or lags behind, that nobody leads it, and blocks that no orderer has. */
export function channelFindings({ height, orderers, peers }: Omit<ChannelStatus, 'problems'>): ChannelFinding[] {
  const finding = (kind: ChannelFinding['kind'], messages: readonly string[]): ChannelFinding[] =>
    messages.map((message) => ({ kind, message }));
  const active = orderers.filter(({ status }) => status === 'active');
  const lagging = (nodes: readonly { readonly name: string; readonly height: number; readonly reason: string }[]) =>
    nodes.filter((node) => node.height > 0 && node.reason !== '').map(({ name, reason }) => `${name} ${reason}`);
  return [
    ...finding(
      'orderer',
      orderers.filter((orderer) => !active.includes(orderer)).map(({ name, status }) => `${name} is ${status}`),
    ),
    ...finding('orderer behind', lagging(active)),
    ...finding('leader', isLed({ orderers }) ? [] : ['no orderer leads it']),
    ...finding(
      'outside',
      peers.filter((peer) => peer.height === 0).map(({ name, reason }) => `${name}: ${reason}`),
    ),
    ...finding('behind', lagging(peers)),
    ...finding(
      'ahead',
      peers
        .filter((peer) => peer.height > height)
        .map(
          (peer) =>
            `${peer.name} has ${peer.height} blocks, and no orderer more than ${height}: the orderers have lost what they ordered`,
        ),
    ),
  ];
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

/**
 * A chaincode's status, from what each member organization's peers say.
 *
 * @param peers of its channel: a transaction cannot be endorsed through one that knows too few endorsers
 */
export function chaincodeStatus(
  { name, channel }: Pick<Chaincode, 'name' | 'channel'>,
  views: readonly ChaincodeView[],
  peers: ChannelStatus['peers'] = [],
): ChaincodeStatus {
  const committed = views.find(({ sequence }) => sequence > 0);
  const silences = [...new Set(views.map(({ reason }) => reason).filter((reason) => reason !== ''))];
  const withoutEndorsers =
    committed === undefined
      ? []
      : peers.filter((peer) => peer.withoutEndorsers?.includes(name)).map((peer) => peer.name);
  const reasons = [...silences, ...(withoutEndorsers.length === 0 ? [] : [endorsersInWords(withoutEndorsers)])];
  return {
    name,
    channel,
    version: committed?.version ?? '',
    sequence: committed?.sequence ?? 0,
    packageId: views[0]?.packageId ?? '',
    ready: reasons.length === 0,
    reason: reasons.join('; '),
    ...(withoutEndorsers.length === 0 ? {} : { withoutEndorsers }),
  };
}

/** Why no transaction can be endorsed through some peers. @param peers their names */
export function endorsersInWords(peers: readonly string[]): string {
  return `${peers.join(', ')}: no known combination of peers satisfies its endorsement policy`;
}

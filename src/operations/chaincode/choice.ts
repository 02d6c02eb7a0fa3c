import { nodeName, nodeTargetName, type Channel, type Network, type Organization } from '../../spec/index.ts';
import { isOn, requireOn } from '../access/organization.ts';
import { OperationFailure } from '../failure.ts';

/** Which chaincode is called, where. */
export interface CalledChaincode {
  /** What people call the cluster that is asked. */
  readonly cluster: string;
  /** Its name; one that Weft did not deploy, such as a system chaincode, needs the channel named. */
  readonly chaincode: string;
}

/** What may be left open about a call of a chaincode; everything is named as the description names it. */
export interface CallChoice {
  readonly channel?: string;
  readonly organization?: string;
  readonly peer?: string;
}

/** Whom a call of a chaincode goes to, and in whose name. */
export interface CallRoute {
  readonly channel: Channel;
  readonly organization: Organization;
  /** Name of the peer within its organization. */
  readonly peer: string;
}

/**
 * Decides what is left open: the only channel that the chaincode is on, the channel's first member on the cluster, its first peer there.
 *
 * @throws OperationFailure if it cannot be decided, or what is named does not exist
 */
export function routeOf(network: Network, { cluster, chaincode }: CalledChaincode, choice: CallChoice): CallRoute {
  const channel = chooseChannel(network, chaincode, choice.channel);
  const organization = requireOn(
    memberOf(network, channel, choice.organization ?? firstMemberOn(network, channel, cluster)),
    cluster,
  );
  return { channel, organization, peer: choosePeer(channel, organization, choice.peer) };
}

/** MSP IDs of organizations by their names. @throws OperationFailure `NotAMember` */
export function mspIdsOfMembers(network: Network, channel: Channel, names: readonly string[]): readonly string[] {
  return names.map((name) => memberOf(network, channel, name).mspId);
}

function chooseChannel(network: Network, chaincode: string, wanted: string | undefined): Channel {
  const name = wanted ?? onlyChannelOf(network, chaincode);
  const channel = network.channels.find((candidate) => candidate.name === name);
  if (channel !== undefined) return channel;
  const known = network.channels.map((candidate) => candidate.name);
  throw new OperationFailure({ code: 'ChannelNotFound', network: network.name, channel: name, known });
}

function onlyChannelOf({ name, chaincodes }: Network, chaincode: string): string {
  const channels = chaincodes.filter((candidate) => candidate.name === chaincode).map(({ channel }) => channel);
  const [first, ...others] = channels;
  if (first === undefined) {
    const known = [...new Set(chaincodes.map((candidate) => candidate.name))];
    throw new OperationFailure({ code: 'ChaincodeNotFound', network: name, chaincode, known });
  }
  if (others.length === 0) return first;
  throw new OperationFailure({ code: 'ChannelNotNamed', chaincode, channels });
}

function firstMemberOn(network: Network, { peers }: Channel, cluster: string): string | undefined {
  const members = peers.map(({ organization }) => organization);
  const here = network.organizations.filter((organization) => isOn(organization, cluster)).map(({ name }) => name);
  return members.find((name) => here.includes(name)) ?? members[0];
}

function memberOf({ organizations }: Network, channel: Channel, name: string | undefined): Organization {
  const members = channel.peers.map(({ organization }) => organization);
  const organization = organizations.find((candidate) => candidate.name === name);
  if (organization !== undefined && members.includes(organization.name)) return organization;
  throw new OperationFailure({
    code: 'NotAMember',
    organization: name ?? 'no organization',
    channel: channel.name,
    members,
  });
}

function choosePeer(channel: Channel, organization: Organization, wanted: string | undefined): string {
  const joined = channel.peers.find((member) => member.organization === organization.name)?.peers ?? [];
  const [first] = joined;
  if (wanted === undefined && first !== undefined) return first;
  const found = joined.find((name) => wanted !== undefined && namesOf(organization, name).includes(wanted));
  if (found !== undefined) return found;
  throw new OperationFailure({
    code: 'PeerNotFound',
    organization: organization.name,
    channel: channel.name,
    ...(wanted === undefined ? {} : { peer: wanted }),
    known: joined,
  });
}

/** Every name that people have for a node: `peer1`, `org1-peer1`, `org1/peer1`. */
function namesOf(organization: Organization, name: string): readonly string[] {
  return [name, nodeName(organization, { name }), nodeTargetName(organization, { name })];
}

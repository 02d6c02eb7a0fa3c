import type { Path } from '../issues/issue.ts';
import { chaincodeServerName, nodeName } from '../names.ts';
import type {
  Chaincode,
  ChaincodeImage,
  Channel,
  Network,
  NetworkNode,
  NodeKind,
  NodeSettings,
  Organization,
} from '../network.ts';

/** An orderer or a peer, and where the description has it. */
export interface NodePlace {
  readonly organization: Organization;
  readonly node: NetworkNode;
  readonly path: Path;
}

/** All nodes of a network in the order of the description. */
export function nodePlaces(network: Network): NodePlace[] {
  return network.organizations.flatMap((organization, at) => [
    ...placesOf(organization, ['organizations', at, 'orderers']),
    ...placesOf(organization, ['organizations', at, 'peers']),
  ]);
}

/** All pods of a network, the CAs too. */
export interface PodPlace {
  readonly kind: NodeKind | 'certificateAuthority';
  readonly settings: NodeSettings;
  readonly path: Path;
}

export function podPlaces(network: Network): PodPlace[] {
  const authorities = network.organizations.map(({ certificateAuthority }, at) => ({
    kind: 'certificateAuthority' as const,
    settings: certificateAuthority,
    path: ['organizations', at, 'certificateAuthority'],
  }));
  const nodes = nodePlaces(network).map(({ node, path }) => ({
    kind: path.includes('orderers') ? ('orderer' as const) : ('peer' as const),
    settings: node,
    path,
  }));
  return [...authorities, ...nodes];
}

function placesOf(organization: Organization, path: readonly [string, number, 'orderers' | 'peers']): NodePlace[] {
  return organization[path[2]].map((node, at) => ({ organization, node, path: [...path, at] }));
}

/** A channel with the organizations that it names, as far as they exist. */
export interface ChannelPlace {
  readonly channel: Channel;
  readonly path: Path;
  readonly ordering: readonly Organization[];
  readonly members: readonly Organization[];
  /** It names none that does not exist, so that who is not found among them is not of the channel. */
  readonly isComplete: boolean;
}

export function channelPlaces({ organizations, channels }: Network): ChannelPlace[] {
  return channels.map((channel, at) => {
    const ordering = named(channel.orderers, organizations);
    const members = named(channel.peers, organizations);
    const isComplete = ordering.length === channel.orderers.length && members.length === channel.peers.length;
    return { channel, path: ['channels', at], ordering, members, isComplete };
  });
}

function named(parts: readonly { organization: string }[], organizations: readonly Organization[]): Organization[] {
  return parts.flatMap(({ organization }) => organizations.find(({ name }) => name === organization) ?? []);
}

/** A chaincode with its channel, if there is one of that name. */
export interface ChaincodePlace {
  readonly chaincode: Chaincode;
  readonly path: Path;
  readonly place: ChannelPlace | undefined;
}

export function chaincodePlaces(network: Network): ChaincodePlace[] {
  const channels = channelPlaces(network);
  return network.chaincodes.map((chaincode, at) => ({
    chaincode,
    path: ['chaincodes', at],
    place: channels.find(({ channel }) => channel.name === chaincode.channel),
  }));
}

/** A server that Weft runs for a chaincode. */
export interface ChaincodeServerPlace {
  /** Kubernetes name. */
  readonly server: string;
  readonly organization: Organization;
}

/** None for a chaincode that somebody else runs. */
export function chaincodeServerPlaces({ chaincode, place }: ChaincodePlace): ChaincodeServerPlace[] {
  if (!isDeployed(chaincode) || place === undefined) return [];
  return place.members.flatMap((organization) => {
    const joined = place.channel.peers.find((member) => member.organization === organization.name)?.peers ?? [];
    const owners =
      chaincode.per === 'organization' ? [organization.name] : joined.map((name) => nodeName(organization, { name }));
    return owners.map((owner) => ({ server: chaincodeServerName(chaincode, owner), organization }));
  });
}

export function isDeployed(chaincode: Chaincode): chaincode is Chaincode & ChaincodeImage {
  return 'image' in chaincode;
}

import type { Path } from '../issues/issue.ts';
import { byName, chaincodeServerName, nodeName } from '../names.ts';
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

/*
 * The parts of a network together with the place where the description has them.
 */

/** An orderer or a peer. */
export interface LocatedNode {
  readonly organization: Organization;
  readonly node: NetworkNode;
  readonly kind: NodeKind;
  readonly path: Path;
}

/** All nodes of a network in the order of the description. */
export function locatedNodes({ organizations }: Network): LocatedNode[] {
  return organizations.flatMap((organization, at) =>
    (['orderer', 'peer'] as const).flatMap((kind) =>
      organization[`${kind}s`].map((node, position) => ({
        organization,
        node,
        kind,
        path: ['organizations', at, `${kind}s`, position],
      })),
    ),
  );
}

/** A node or a CA: a pod of an organization. */
export interface LocatedPod {
  readonly kind: NodeKind | 'certificateAuthority';
  readonly settings: NodeSettings;
  readonly path: Path;
}

export function locatedPods(network: Network): LocatedPod[] {
  const authorities = network.organizations.map(({ certificateAuthority }, at) => ({
    kind: 'certificateAuthority' as const,
    settings: certificateAuthority,
    path: ['organizations', at, 'certificateAuthority'],
  }));
  return [...authorities, ...locatedNodes(network).map(({ kind, node, path }) => ({ kind, settings: node, path }))];
}

/** A channel with the organizations that it names, as far as they exist. */
export interface LocatedChannel {
  readonly channel: Channel;
  readonly path: Path;
  readonly ordering: readonly Organization[];
  readonly members: readonly Organization[];
  /** It names none that does not exist, so that who is not found among them is not of the channel. */
  readonly isComplete: boolean;
}

export function locatedChannels({ organizations, channels }: Network): LocatedChannel[] {
  const known = byName(organizations);
  const named = (parts: readonly { readonly organization: string }[]): Organization[] =>
    parts.flatMap(({ organization }) => known.get(organization) ?? []);
  return channels.map((channel, at) => {
    const ordering = named(channel.orderers);
    const members = named(channel.peers);
    const isComplete = ordering.length === channel.orderers.length && members.length === channel.peers.length;
    return { channel, path: ['channels', at], ordering, members, isComplete };
  });
}

/** A chaincode with its channel, if there is one of that name. */
export interface LocatedChaincode {
  readonly chaincode: Chaincode;
  readonly path: Path;
  readonly channel: LocatedChannel | undefined;
}

export function locatedChaincodes(network: Network): LocatedChaincode[] {
  const channels = byName(locatedChannels(network).map((located) => ({ name: located.channel.name, located })));
  return network.chaincodes.map((chaincode, at) => ({
    chaincode,
    path: ['chaincodes', at],
    channel: channels.get(chaincode.channel)?.located,
  }));
}

/** A server that Weft runs for a chaincode. */
export interface LocatedServer {
  /** Kubernetes name. */
  readonly name: string;
  readonly organization: Organization;
}

/** How many servers Weft runs for a chaincode; none if somebody else runs it. */
export function countOfServers({ chaincode, channel }: LocatedChaincode): number {
  if (!isDeployed(chaincode) || channel === undefined) return 0;
  if (chaincode.per === 'organization') return channel.members.length;
  return channel.channel.peers.reduce((sum, { peers }) => sum + peers.length, 0);
}

/** The servers that {@link countOfServers} counts. */
export function locatedServers({ chaincode, channel }: LocatedChaincode): LocatedServer[] {
  if (!isDeployed(chaincode) || channel === undefined) return [];
  const joined = byName(channel.channel.peers.map(({ organization, peers }) => ({ name: organization, peers })));
  return channel.members.flatMap((organization) => {
    const owners =
      chaincode.per === 'organization'
        ? [organization.name]
        : (joined.get(organization.name)?.peers ?? []).map((name) => nodeName(organization, { name }));
    return owners.map((owner) => ({ name: chaincodeServerName(chaincode, owner), organization }));
  });
}

export function isDeployed(chaincode: Chaincode): chaincode is Chaincode & ChaincodeImage {
  return 'image' in chaincode;
}

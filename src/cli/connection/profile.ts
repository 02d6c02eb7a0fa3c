import { addressOf, hostAndPort, nodeName, type Network, type Organization } from '../../spec/index.ts';
import { adminSecret, type SecretReference } from '../standing/credentials.ts';

/** What a client of Fabric's gateway needs to know to work in the name of one organization. */
export interface ConnectionProfile {
  readonly network: string;
  readonly organization: string;
  readonly mspId: string;
  /** Channels that the organization is a member of. */
  readonly channels: readonly string[];
  /** Chaincodes on them. */
  readonly chaincodes: readonly { readonly name: string; readonly channel: string }[];
  /** Any one will do that is in the channel. */
  readonly peers: readonly ProfilePeer[];
  /** PEM: what the peers' TLS certificates go back to. */
  readonly tlsRoots: string;
  readonly identity: ProfileIdentity;
}

export interface ProfilePeer {
  readonly name: string;
  /** Host and port. */
  readonly endpoint: string;
  /** Name that the peer's TLS certificate carries, for gRPC's `grpc.ssl_target_name_override`. */
  readonly hostOverride: string;
  /** Channels that it is in. */
  readonly channels: readonly string[];
}

/** Where the certificate and the private key are: in the cluster, or in files beside the profile. */
export type ProfileIdentity =
  | { readonly name: string; readonly secret: SecretReference }
  | { readonly name: string; readonly certificatePath: string; readonly keyPath: string };

/** The only identity that Weft itself enrolls. */
export const ADMIN_USER = 'admin';

/** Where a peer answers on this machine. */
export interface LocalPeer {
  /** Its name within its organization. */
  readonly peer: string;
  readonly endpoint: string;
}

/**
 * The profile of an organization's Admin.
 *
 * @param local with it the profile has this peer only: the others cannot be reached from outside the cluster
 */
export function connectionProfile(
  network: Network,
  organization: Organization,
  tlsRoots: string,
  local?: LocalPeer,
): ConnectionProfile {
  const channels = network.channels
    .filter(({ peers }) => peers.some((member) => member.organization === organization.name))
    .map(({ name }) => name);
  const peers = organization.peers.filter(({ name }) => local === undefined || name === local.peer);
  return {
    network: network.name,
    organization: organization.name,
    mspId: organization.mspId,
    channels,
    chaincodes: network.chaincodes
      .filter(({ channel }) => channels.includes(channel))
      .map(({ name, channel }) => ({ name, channel })),
    peers: peers.map((peer) => ({
      name: nodeName(organization, peer),
      endpoint: local?.endpoint ?? hostAndPort(addressOf(network, organization, peer, 'peer')),
      hostOverride: nodeName(organization, peer),
      channels: channelsOf(network, organization, peer.name),
    })),
    tlsRoots,
    identity: { name: ADMIN_USER, secret: adminSecret(organization) },
  };
}

/** The peer that somebody outside the cluster is led to: the first that is in a channel. */
export function entryPeer(network: Network, organization: Organization): string {
  const names = organization.peers.map(({ name }) => name);
  const entry = names.find((name) => channelsOf(network, organization, name).length > 0) ?? names[0];
  if (entry === undefined) throw new TypeError(`${organization.name} has no peers`);
  return entry;
}

function channelsOf({ channels }: Network, organization: Organization, peer: string): readonly string[] {
  return channels
    .filter(({ peers }) =>
      peers.some((member) => member.organization === organization.name && member.peers.includes(peer)),
    )
    .map(({ name }) => name);
}

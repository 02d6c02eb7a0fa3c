import type { ServiceTarget } from '../kubernetes/index.ts';
import { addressOf, hostAndPort, nodeName, type Network, type Organization } from '../spec/index.ts';
import type { NetworkAccess } from './access/network-access.ts';
import {
  adminSecret,
  identitySecret,
  isOn,
  peerService,
  readTlsRoots,
  requireOn,
  type SecretReference,
} from './access/organization.ts';
import { readRecordedNetwork, type NetworkLookup } from './access/recorded-network.ts';
import { OperationFailure } from './failure.ts';

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
  /** PEM: the roots of the peers' TLS certificates. */
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

/** Where the certificate and the private key are in the cluster. */
export interface ProfileIdentity {
  readonly name: string;
  readonly secret: SecretReference;
}

/** How the Admin of an organization is called in a profile. */
const ADMIN = 'admin';

export interface ConnectionInput extends NetworkLookup {
  /** Name of the organization; undefined means the first one with peers on the cluster. */
  readonly organization: string | undefined;
  /** Whose identity: that of an application, or the organization's Admin. */
  readonly identity: { readonly application: string } | 'admin';
}

/** How clients work in the name of an organization. */
export interface OrganizationConnection {
  readonly organization: Organization;
  /** With addresses that hold within the cluster, or those that the description gives. */
  readonly profile: ConnectionProfile;
  /** The Service of the peer for clients outside the cluster: the first peer that is in a channel. */
  readonly entry: ServiceTarget;
}

/**
 * What a client needs to work in the name of an organization; no private key is read.
 *
 * @throws OperationFailure `IdentityNotFound`, `IdentityRevoked` and others; KubernetesError
 */
export async function connectionOf(access: NetworkAccess, input: ConnectionInput): Promise<OrganizationConnection> {
  const network = await readRecordedNetwork(access, input);
  const organization = requireOn(chooseOrganization(network, input), input.cluster);
  const [tlsRoots, identity] = await Promise.all([
    readTlsRoots(access, organization),
    identityOf(access, network, organization, input),
  ]);
  return {
    organization,
    profile: profileOf(network, organization, { tlsRoots, identity }),
    entry: peerService(organization, entryPeer(network, organization)),
  };
}

/** The profile of a client that reaches one peer at an address of its own, and the others not at all. */
export function throughEndpoint(profile: ConnectionProfile, peer: string, endpoint: string): ConnectionProfile {
  const peers = profile.peers.filter(({ name }) => name === peer).map((found) => ({ ...found, endpoint }));
  return { ...profile, peers };
}

/** @throws OperationFailure `IdentityNotFound`, `IdentityRevoked` */
async function identityOf(
  access: NetworkAccess,
  { name: network }: Network,
  organization: Organization,
  { identity }: ConnectionInput,
): Promise<ProfileIdentity> {
  if (identity === 'admin') return { name: ADMIN, secret: adminSecret(organization) };
  const { application: name } = identity;
  const all = await access.applicationIdentities(network, organization.namespace);
  const own = all.filter((one) => one.organization === organization.name);
  const found = own.find((one) => one.name === name);
  const problem = { organization: organization.name, identity: name };
  if (found?.data['revoked'] !== undefined) throw new OperationFailure({ code: 'IdentityRevoked', ...problem });
  if (found?.data['cert.pem'] === undefined) {
    const known = own.filter(({ data }) => data['revoked'] === undefined).map((one) => one.name);
    throw new OperationFailure({ code: 'IdentityNotFound', ...problem, known });
  }
  return { name, secret: identitySecret(organization, name) };
}

function profileOf(
  network: Network,
  organization: Organization,
  { tlsRoots, identity }: Pick<ConnectionProfile, 'tlsRoots' | 'identity'>,
): ConnectionProfile {
  const channels = network.channels
    .filter(({ peers }) => peers.some((member) => member.organization === organization.name))
    .map(({ name }) => name);
  return {
    network: network.name,
    organization: organization.name,
    mspId: organization.mspId,
    channels,
    chaincodes: network.chaincodes
      .filter(({ channel }) => channels.includes(channel))
      .map(({ name, channel }) => ({ name, channel })),
    peers: organization.peers.map((peer) => ({
      name: nodeName(organization, peer),
      endpoint: hostAndPort(addressOf(network, organization, peer, 'peer')),
      hostOverride: nodeName(organization, peer),
      channels: channelsOf(network, organization, peer.name),
    })),
    tlsRoots,
    identity,
  };
}

function chooseOrganization(
  { name, organizations }: Network,
  { organization: wanted, cluster }: ConnectionInput,
): Organization {
  const withPeers = organizations.filter(({ peers }) => peers.length > 0);
  const organization =
    wanted === undefined
      ? (withPeers.find((candidate) => isOn(candidate, cluster)) ?? withPeers[0])
      : withPeers.find((candidate) => candidate.name === wanted);
  if (organization !== undefined) return organization;
  throw new OperationFailure({
    code: 'OrganizationNotFound',
    network: name,
    ...(wanted === undefined ? {} : { organization: wanted }),
    known: withPeers.map((candidate) => candidate.name),
  });
}

/** The first peer that is in a channel, else the first of all. */
function entryPeer(network: Network, organization: Organization): string {
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

import type {
  ChannelSettings,
  Identity,
  IdentityInput,
  NetworkInput,
  NetworkSettings,
  NodeInput,
  OrganizationInput,
  OrganizationReference,
  OrganizationSettings,
  PackagedChaincode,
  RolloutInput,
  Volume,
} from '../activities/inputs.ts';
import {
  ADMIN_NODE,
  adminIdentityName,
  nodeHosts,
  nodeName,
  nodeTargetName,
  serviceHosts,
  type Chaincode,
  type Channel,
  type Network,
  type NetworkNode,
  type NodeKind,
  type Organization,
} from '../spec/index.ts';

/* Cuts a description into what single steps are given. */

/** A namespace of a cluster. */
export interface Place {
  readonly cluster: string;
  readonly namespace: string;
}

/** The description without its organizations, channels and chaincodes: what every activity is given of it. */
export function networkSettings({ name, fabric, kubernetes, certificates }: Network): NetworkSettings {
  return { name, fabric, kubernetes, certificates };
}

/** An organization without its nodes. */
export function organizationSettings(organization: Organization): OrganizationSettings {
  const { name, mspId, domain, namespace, certificateAuthority } = organization;
  return { name, mspId, domain, namespace, certificateAuthority };
}

/**
 * An organization as steps are given it that act in its name.
 *
 * @param cluster of an organization that names no other
 */
export function referenceTo(
  cluster: string,
  { name, mspId, namespace, ...organization }: Organization,
): OrganizationReference {
  return { name, mspId, cluster: organization.cluster ?? cluster, namespace };
}

/** One node of the network and its organization. */
export interface OrganizationNode {
  readonly organization: Organization;
  readonly node: NetworkNode;
  readonly kind: NodeKind;
}

export function nodesOf(organization: Organization): OrganizationNode[] {
  return [
    ...organization.orderers.map((node) => ({ organization, node, kind: 'orderer' as const })),
    ...organization.peers.map((node) => ({ organization, node, kind: 'peer' as const })),
  ];
}

/** How people are told about a node: `org1/peer1`. */
export function targetOf({ organization, node }: OrganizationNode): string {
  return nodeTargetName(organization, node);
}

/** Kubernetes name of a node: `org1-peer1`. */
export function nameOf({ organization, node }: OrganizationNode): string {
  return nodeName(organization, node);
}

export function organizationInput(base: NetworkInput, organization: Organization): OrganizationInput {
  return { ...base, organization: organizationSettings(organization) };
}

/** How many nodes of each kind an organization has. */
export function nodeCounts({ orderers, peers }: Organization): { readonly orderers: number; readonly peers: number } {
  return { orderers: orderers.length, peers: peers.length };
}

export function nodeInput(base: NetworkInput, placed: OrganizationNode): NodeInput {
  return { ...organizationInput(base, placed.organization), ...nodePart(placed) };
}

/** What a step on a node is given besides its organization. */
export function nodePart({ organization, node, kind }: OrganizationNode): Omit<NodeInput, keyof OrganizationInput> {
  // The first peer for all: a peer that comes or goes later changes nothing for the others.
  const [first] = organization.peers;
  return {
    node,
    kind,
    ...(kind === 'peer' && first !== undefined ? { gossipBootstrap: nodeName(organization, first) } : {}),
  };
}

/** The rollout of a node's Deployment. */
export function rolloutOf(network: Network, placed: OrganizationNode): RolloutInput {
  return {
    namespace: placed.organization.namespace,
    name: nameOf(placed),
    timeoutSeconds: network.kubernetes.rolloutTimeoutSeconds,
  };
}

/** @param consenters Kubernetes names of orderers whose ledgers others depend on */
export function volumeOf(placed: OrganizationNode, consenters: ReadonlySet<string>): Volume {
  const { storage, storageClass } = placed.node;
  const name = nameOf(placed);
  return {
    ...{ name, storage, isInUse: consenters.has(name) },
    ...(storageClass === undefined ? {} : { storageClass }),
  };
}

/** What of an organization's identities its own description does not say. */
export interface OtherIdentities {
  readonly chaincodeServers: readonly string[];
  readonly consenters: readonly string[];
}

/** An identity of an organization, as people are told about it and as steps are given it. */
export interface TargetIdentity {
  readonly target: string;
  readonly input: IdentityInput;
}

/**
 * The identities of an organization: its nodes; its Admin, who signs for it towards channels and chaincode; and those servers
 * of chaincodes with which peers talk TLS.
 *
 * @param others.chaincodeServers names of the servers
 * @param others.consenters Kubernetes names of orderers that channels know by their keys
 */
export function identitiesOf(
  base: NetworkInput,
  organization: Organization,
  { chaincodeServers, consenters }: OtherIdentities,
): TargetIdentity[] {
  const inputOf = (identity: Identity): IdentityInput => ({ ...organizationInput(base, organization), identity });
  const { network } = base;
  return [
    ...nodesOf(organization).map((placed) => ({
      target: targetOf(placed),
      input: inputOf({
        name: nameOf(placed),
        type: placed.kind,
        hosts: nodeHosts(network, organization, placed.node),
        ...(consenters.includes(nameOf(placed)) ? { isConsenter: true } : {}),
      }),
    })),
    // It serves nothing, so it has no host names.
    {
      target: nodeTargetName(organization, { name: ADMIN_NODE }),
      input: inputOf({ name: adminIdentityName(organization), type: 'admin', hosts: [] }),
    },
    ...chaincodeServers.map((server) => ({
      target: nodeTargetName(organization, { name: server.slice(`${organization.name}-`.length) }),
      input: inputOf({ name: server, type: 'client', hosts: serviceHosts(network, organization, server) }),
    })),
  ];
}

/** A channel without its organizations. */
export function channelSettings({ name, consensus, batch, policies, capabilities }: Channel): ChannelSettings {
  return { name, consensus, batch, policies, capabilities };
}

/** An organization of the description with nodes of it that have a part in a channel. */
export interface Participant {
  readonly organization: Organization;
  /** Kubernetes names. */
  readonly nodes: readonly string[];
}

/** The organizations that order a channel, each with its orderers there. */
export function orderingOf(network: Network, channel: Channel): Participant[] {
  return channel.orderers.map(({ organization, orderers }) => participant(network, organization, orderers));
}

/** The organizations that are members of a channel, each with its peers there. */
export function membersOf(network: Network, channel: Channel): Participant[] {
  return channel.peers.map(({ organization, peers }) => participant(network, organization, peers));
}

/** The organizations that have orderers, each with all of them. */
export function orderersOf({ organizations }: Network): Participant[] {
  return organizations
    .filter(({ orderers }) => orderers.length > 0)
    .map((organization) => ({
      organization,
      nodes: organization.orderers.map((node) => nodeName(organization, node)),
    }));
}

function participant(network: Network, organization: string, nodes: readonly string[]): Participant {
  const owner = organizationNamed(network, organization);
  return { organization: owner, nodes: nodes.map((name) => nodeName(owner, { name })) };
}

/** The channel of a chaincode. */
export function channelOf({ channels }: Network, chaincode: Chaincode): Channel {
  const channel = channels.find(({ name }) => name === chaincode.channel);
  if (channel === undefined) throw new TypeError(`The chaincode ${chaincode.name} has no channel.`);
  return channel;
}

/**
 * Whether peers of all members of a channel can learn of each other. A member's anchor peer is who the peers of the others call, and whom one of
 * them knows, all hear of, in every channel that they share
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/gossip.html#anchor-peers).
 */
export function canMembersMeet({ channels }: Pick<Network, 'channels'>, channel: Pick<Channel, 'peers'>): boolean {
  const [first, ...others] = namesOf(channel);
  const anchored = channels.filter(({ peers }) => peers.some(({ anchorPeers }) => anchorPeers.length > 0));
  const known = new Set(first === undefined ? [] : [first]);
  for (let size = 0; size < known.size;) {
    size = known.size;
    for (const members of anchored.map(namesOf)) {
      if (members.some((name) => known.has(name))) for (const name of members) known.add(name);
    }
  }
  return others.every((name) => known.has(name));
}

function namesOf({ peers }: Pick<Channel, 'peers'>): readonly string[] {
  return peers.map(({ organization }) => organization);
}

/** What a chaincode's package is made of. */
export function packagedChaincode(chaincode: Chaincode): PackagedChaincode {
  const { name, channel, version, tls } = chaincode;
  const where = 'address' in chaincode ? { address: chaincode.address } : { per: chaincode.per };
  return { name, channel, version, tls, ...where };
}

/** How people are told about a chaincode: by its name, and by its channel too where another one has the same name. */
export function chaincodeLabel({ chaincodes }: Network, { name, channel }: Chaincode): string {
  const isAlone = chaincodes.filter((other) => other.name === name).length === 1;
  return isAlone ? name : `${channel}/${name}`;
}

export function organizationNamed({ organizations }: Network, name: string): Organization {
  const organization = organizations.find((other) => other.name === name);
  if (organization === undefined) throw new TypeError(`There is no organization ${name}.`);
  return organization;
}

import type {
  OrganizationReference,
  ChaincodeInput,
  ChannelInput,
  ChannelOrderer,
  IdentityInput,
  NetworkSettings,
  NetworkInput,
  NodeInput,
  OrganizationSettings,
  OrganizationInput,
  RolloutInput,
  RunningNode,
  Volume,
} from '../activities/inputs.ts';
import {
  addressOf,
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
  type OrderingOrganization,
  type Organization,
} from '../spec/index.ts';

/** The description without its organizations, channels and chaincodes: what every activity is given of it. */
export function networkSettings({ name, fabric, kubernetes, certificates }: Network): NetworkSettings {
  return { name, fabric, kubernetes, certificates };
}

/** An organization without its nodes. */
export function organizationSettings(organization: Organization): OrganizationSettings {
  const { name, mspId, domain, namespace, certificateAuthority } = organization;
  return { name, mspId, domain, namespace, certificateAuthority };
}

/** One node of the network with its place in it. */
export interface PlacedNode {
  readonly organization: Organization;
  readonly node: NetworkNode;
  readonly kind: NodeKind;
}

export function nodesOf(organization: Organization): PlacedNode[] {
  return [
    ...organization.orderers.map((node) => ({ organization, node, kind: 'orderer' as const })),
    ...organization.peers.map((node) => ({ organization, node, kind: 'peer' as const })),
  ];
}

/** How people are told about a node. */
export function targetOf({ organization, node }: PlacedNode): string {
  return nodeTargetName(organization, node);
}

export function organizationInput(base: NetworkInput, organization: Organization): OrganizationInput {
  return { ...base, organization: organizationSettings(organization) };
}

export function nodeInput(base: NetworkInput, { organization, node, kind }: PlacedNode): NodeInput {
  // The first peer for all: a peer that comes or goes later changes nothing for the others.
  const [first] = organization.peers;
  return {
    ...organizationInput(base, organization),
    node,
    kind,
    ...(kind === 'peer' && first !== undefined ? { gossipBootstrap: nodeName(organization, first) } : {}),
  };
}

/** The rollout of a node's Deployment. */
export function rolloutOf(network: Network, { organization, node }: PlacedNode): RolloutInput {
  return {
    namespace: organization.namespace,
    name: nodeName(organization, node),
    timeoutSeconds: network.kubernetes.rolloutTimeoutSeconds,
  };
}

export function volumeOf({ organization, node }: PlacedNode): Volume {
  const { storage, storageClass } = node;
  return { name: nodeName(organization, node), storage, ...(storageClass === undefined ? {} : { storageClass }) };
}

export function nodeIdentity(base: NetworkInput, { organization, node, kind }: PlacedNode): IdentityInput {
  return {
    ...organizationInput(base, organization),
    identity: { name: nodeName(organization, node), type: kind, hosts: nodeHosts(base.network, organization, node) },
  };
}

/** The organization's Admin, who signs for it towards channels and chaincode. It serves nothing, so it has no host names. */
export function adminIdentity(base: NetworkInput, organization: Organization): IdentityInput {
  return {
    ...organizationInput(base, organization),
    identity: { name: adminIdentityName(organization), type: 'admin', hosts: [] },
  };
}

/** The server of a chaincode, where peers talk TLS with it. */
export function chaincodeServerIdentity(base: NetworkInput, organization: Organization, server: string): IdentityInput {
  return {
    ...organizationInput(base, organization),
    identity: { name: server, type: 'client', hosts: serviceHosts(base.network, organization, server) },
  };
}

/** What steps are given of a channel. */
export function channelInput(base: NetworkInput, network: Network, channel: Channel): ChannelInput {
  const { orderers, peers, ...settings } = channel;
  const ordering = orderers.map(({ organization }) => organizationNamed(network, organization));
  const [home] = ordering;
  if (home === undefined) throw new TypeError(`The channel ${channel.name} has no ordering organization.`);
  return {
    ...base,
    channel: settings,
    // Whatever organizations come and go, the first that orders stays.
    genesisNamespace: home.namespace,
    ordering: ordering.map(adminOf),
    orderers: orderers.flatMap((part) => channelOrderers(network, part)),
    members: peers.map((member) => {
      const organization = organizationNamed(network, member.organization);
      return {
        ...adminOf(organization),
        anchorPeers: member.anchorPeers.map((name) =>
          addressOf(network, organization, nodeNamed(organization, 'peer', name), 'peer'),
        ),
      };
    }),
  };
}

function channelOrderers(network: Network, part: OrderingOrganization): ChannelOrderer[] {
  const organization = organizationNamed(network, part.organization);
  return part.orderers.map((name) => ({
    node: nodeName(organization, { name }),
    organization: adminOf(organization),
    address: addressOf(network, organization, nodeNamed(organization, 'orderer', name), 'orderer'),
  }));
}

/** The peers that join a channel. */
export function peersOfChannel(network: Network, channel: Channel): RunningNode[] {
  return channel.peers.flatMap(({ organization, peers }) => runningNodes(network, organization, peers));
}

/** All orderers, whatever they order. */
export function orderersOfNetwork({ organizations }: Network): RunningNode[] {
  return organizations.flatMap((organization) =>
    organization.orderers.map((node) => ({
      node: nodeName(organization, node),
      organization: adminOf(organization),
    })),
  );
}

/** The organizations and peers that a chaincode is for: those of its channel. */
export function membersOf(network: Network, chaincode: Chaincode): Pick<ChaincodeInput, 'members' | 'peers'> {
  const channel = channelOf(network, chaincode);
  return {
    members: channel.peers.map(({ organization }) => adminOf(organizationNamed(network, organization))),
    peers: peersOfChannel(network, channel),
  };
}

/** What steps are given of a chaincode. */
export function chaincodeInput(base: NetworkInput, network: Network, chaincode: Chaincode): ChaincodeInput {
  return {
    ...base,
    chaincode,
    ...membersOf(network, chaincode),
    orderers: channelInput(base, network, channelOf(network, chaincode)).orderers,
  };
}

function channelOf(network: Network, chaincode: Chaincode): Channel {
  const channel = network.channels.find(({ name }) => name === chaincode.channel);
  if (channel === undefined) throw new TypeError(`The chaincode ${chaincode.name} has no channel.`);
  return channel;
}

/** How people are told about a chaincode: by its name, and by its channel too where another one has the same name. */
export function chaincodeLabel({ chaincodes }: Network, { name, channel }: Chaincode): string {
  const isAlone = chaincodes.filter((other) => other.name === name).length === 1;
  return isAlone ? name : `${channel}/${name}`;
}

function organizationNamed({ organizations }: Network, name: string): Organization {
  const organization = organizations.find((other) => other.name === name);
  if (organization === undefined) throw new TypeError(`There is no organization ${name}.`);
  return organization;
}

function nodeNamed(organization: Organization, kind: NodeKind, name: string): NetworkNode {
  const node = organization[`${kind}s`].find((other) => other.name === name);
  if (node === undefined) throw new TypeError(`${organization.name} has no ${kind} ${name}.`);
  return node;
}

function runningNodes(network: Network, organization: string, nodes: readonly string[]): RunningNode[] {
  const owner = organizationNamed(network, organization);
  return nodes.map((name) => ({ node: nodeName(owner, { name }), organization: adminOf(owner) }));
}

function adminOf({ name, mspId, namespace }: Organization): OrganizationReference {
  return { name, mspId, namespace };
}

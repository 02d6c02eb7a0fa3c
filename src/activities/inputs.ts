import type {
  Address,
  Chaincode,
  Channel,
  Network,
  NetworkNode,
  NodeKind,
  NodeSettings,
  Organization,
} from '../spec/index.ts';

/*
 * What activities are given. Each gets only the part of the description that it works on: every input is kept in the
 * workflow's history, and a description of a hundred nodes in each of a thousand inputs would burst it.
 */

/** The description without its organizations, channels and chaincodes. */
export type NetworkSettings = Omit<Network, 'apiVersion' | 'organizations' | 'channels' | 'chaincodes'>;

/** An organization without its nodes. */
export type OrganizationSettings = Omit<Organization, 'orderers' | 'peers'>;

export interface NetworkInput {
  readonly network: NetworkSettings;
  /** Decide, but change nothing. */
  readonly dryRun: boolean;
}

export interface NamespaceInput extends NetworkInput {
  readonly namespace: string;
}

export interface OrganizationInput extends NetworkInput {
  readonly organization: OrganizationSettings;
}

/** An orderer or a peer. */
export interface NodeInput extends OrganizationInput {
  readonly node: NetworkNode;
  readonly kind: NodeKind;
  /** Kubernetes name of the organization's first peer, with which all others start to gossip; absent for orderers. */
  readonly gossipBootstrap?: string;
}

/** The volumes of an organization's orderers and peers. */
export interface VolumesInput extends OrganizationInput {
  readonly volumes: readonly Volume[];
}

export interface Volume extends Pick<NodeSettings, 'storage' | 'storageClass'> {
  /** Kubernetes name of the node whose volume it is, e.g. `org1-peer1`. */
  readonly name: string;
}

/** Something that a CA knows by a name. */
export interface IdentityInput extends OrganizationInput {
  readonly identity: Identity;
}

export interface Identity {
  /** Enrollment ID, and prefix of its Secrets, e.g. `org1-peer1`. */
  readonly name: string;
  readonly type: 'orderer' | 'peer' | 'admin' | 'client';
  /** Subject alternative names of its certificates: DNS names and IP addresses. */
  readonly hosts: readonly string[];
}

/** A Deployment whose rollout is awaited. */
export interface RolloutInput {
  readonly namespace: string;
  readonly name: string;
  readonly timeoutSeconds: number;
}

/** An organization's Admin, in whose name a step acts. */
export interface OrganizationReference {
  readonly name: string;
  readonly mspId: string;
  readonly namespace: string;
}

/** A running orderer or peer, with its organization's Admin to ask it. */
export interface RunningNode {
  /** Kubernetes name, e.g. `org1-peer1`. */
  readonly node: string;
  readonly organization: OrganizationReference;
}

/** A step on one node's part in a channel. */
export interface ChannelNodeInput extends NetworkInput, RunningNode {
  /** Name of the channel. */
  readonly channel: string;
  /** Where the channel's genesis block is kept. */
  readonly genesisNamespace: string;
}

/** A channel with everything that its configuration is made of. */
export interface ChannelInput extends NetworkInput {
  readonly channel: ChannelSettings;
  readonly genesisNamespace: string;
  readonly ordering: readonly OrganizationReference[];
  /** The orderers that are consenters. */
  readonly orderers: readonly ChannelOrderer[];
  readonly members: readonly ChannelMember[];
}

/** An orderer with the address by which a channel knows it. */
export interface ChannelOrderer extends RunningNode {
  readonly address: Address;
}

/** A channel without its organizations. */
export type ChannelSettings = Omit<Channel, 'orderers' | 'peers'>;

export interface ChannelMember extends OrganizationReference {
  /** Addresses of its anchor peers. */
  readonly anchorPeers: readonly Address[];
}

/** A chaincode of one channel, and who has a part in it. */
export interface ChaincodeInput extends NetworkInput {
  readonly chaincode: Chaincode;
  readonly members: readonly OrganizationReference[];
  /** All peers of the channel. */
  readonly peers: readonly RunningNode[];
  /** All orderers of the channel. */
  readonly orderers: readonly RunningNode[];
}

import type { Attribute } from '../fabric/index.ts';
import type {
  Chaincode,
  ChaincodeAddress,
  ChaincodeSettings,
  ChaincodeImage,
  Channel,
  Network,
  NetworkNode,
  NodeKind,
  NodeSettings,
  Organization,
} from '../spec/index.ts';

export type { Attribute, ChannelBlueprint, ConsenterCertificates } from '../fabric/index.ts';
export type { Roots } from './identities/roots.ts';
export type { PublicCertificates } from './identities/enroll.ts';

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
  /** The network has run with it, and what is in it cannot be made anew. */
  readonly isInUse: boolean;
}

/** The certificate authorities of an organization. */
export interface CertificateAuthorityInput extends OrganizationInput {
  /** They have run: neither their volume nor the Secret with their configuration can be made anew. */
  readonly isInUse: boolean;
  /** Serial numbers of its certificates that are renewed although they are good; absent means none. */
  readonly renew?: readonly string[];
}

/** The registrar of an organization's CAs. */
export interface RegistrarInput extends OrganizationInput {
  /** See {@link CertificateAuthorityInput.renew}. */
  readonly renew?: readonly string[];
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
  /** A channel knows it by its keys, which cannot be made anew. Absent means that none does. */
  readonly isConsenter?: boolean;
  /** See {@link CertificateAuthorityInput.renew}. */
  readonly renew?: readonly string[];
  /** Where it belongs within its organization, e.g. `org1.department1`. Absent means nowhere in particular. */
  readonly affiliation?: string;
  /** What chaincode and CAs may read of it. Absent means what all of its type have. */
  readonly attributes?: readonly Attribute[];
}

/** An identity of an application, which no node has. */
export interface ApplicationIdentity extends Pick<Identity, 'name' | 'affiliation'> {
  readonly type: 'client' | 'admin';
  readonly attributes: readonly Attribute[];
}

export interface ApplicationInput extends OrganizationInput {
  readonly identity: ApplicationIdentity;
  /** See {@link CertificateAuthorityInput.renew}. */
  readonly renew?: readonly string[];
}

/** An identity that is to be revoked, or its certificates. */
export interface RevocationInput extends OrganizationInput {
  /** Its enrollment ID. */
  readonly identity: string;
}

/** A Deployment whose rollout is awaited. */
export interface RolloutInput {
  readonly namespace: string;
  readonly name: string;
  readonly timeoutSeconds: number;
}

/** The organization in whose name a step acts: how Fabric knows it, and where its objects are. */
export interface OrganizationReference {
  readonly name: string;
  readonly mspId: string;
  /** Name of its cluster, whose worker does its steps. */
  readonly cluster: string;
  readonly namespace: string;
}

/** A channel without its organizations. */
export type ChannelSettings = Omit<Channel, 'orderers' | 'peers'>;

/** One organization's part in a channel. */
export interface ChannelInput extends NetworkInput {
  readonly organization: OrganizationReference;
  /** Name of the channel. */
  readonly channel: string;
}

/** An orderer's or a peer's part in a channel. */
export interface ChannelNodeInput extends ChannelInput {
  /** Kubernetes name, e.g. `org1-peer1`. */
  readonly node: string;
}

/** The orderers of one organization in a channel. */
export interface ChannelOrderersInput extends ChannelInput {
  /** Kubernetes names. */
  readonly orderers: readonly string[];
}

/** The peers of one organization in a channel. */
export interface ChannelPeersInput extends ChannelInput {
  /** Kubernetes names. */
  readonly peers: readonly string[];
}

/** What a chaincode's package is made of. */
export type PackagedChaincode = Pick<ChaincodeSettings, 'name' | 'channel' | 'version' | 'tls'> &
  (Pick<ChaincodeImage, 'per'> | ChaincodeAddress);

/** A chaincode on one peer. */
export interface ChaincodeNodeInput extends NetworkInput {
  readonly organization: OrganizationReference;
  readonly chaincode: PackagedChaincode;
  /** Kubernetes name of the peer. */
  readonly node: string;
}

/** One organization's part in a chaincode. */
export interface ChaincodeInput extends NetworkInput {
  readonly organization: OrganizationReference;
  readonly chaincode: Chaincode;
  /** Kubernetes names of the organization's peers in the chaincode's channel. */
  readonly peers: readonly string[];
}

import type { API_VERSION, ASSIGNED_USER } from './defaults.ts';
import type { WEEKDAYS } from './maintenance.ts';

/**
 * A network description after completion: every default filled in, every short form expanded, nothing left to guess.
 * It is plain JSON, because it is also the argument of the workflow.
 */
export interface Network {
  readonly apiVersion: typeof API_VERSION;
  readonly name: string;
  readonly fabric: FabricRelease;
  readonly kubernetes: KubernetesSettings;
  readonly certificates: CertificateLifetimes;
  /** When a schedule may restart nodes; absent means at any time. */
  readonly maintenanceWindow?: MaintenanceWindow;
  readonly organizations: readonly Organization[];
  readonly channels: readonly Channel[];
  readonly chaincodes: readonly Chaincode[];
}

/** Hours of the day, UTC, e.g. from `22:00` to `04:00`. */
export interface MaintenanceWindow {
  /** On which it opens; absent means on every day. */
  readonly days?: readonly (typeof WEEKDAYS)[number][];
  readonly from: string;
  readonly to: string;
}

/** Which Fabric runs, and where its images come from. */
export interface FabricRelease {
  /** Tag of the peer and orderer images, e.g. `2.5.9`. */
  readonly version: string;
  /** Tag of the CA image, e.g. `1.5.21`. */
  readonly caVersion: string;
  /** Registry and path in front of `fabric-peer`, e.g. `ghcr.io/hyperledger`. */
  readonly registry: string;
}

export interface KubernetesSettings {
  /** Namespace of every organization that does not name its own. */
  readonly namespace: string;
  /** Storage class of every volume; absent means the cluster's default class. */
  readonly storageClass?: string;
  /** How long one node may take to become ready before its rollout counts as failed, in seconds. */
  readonly rolloutTimeoutSeconds: number;
  /** DNS domain of the cluster's Services, e.g. `cluster.local`. */
  readonly clusterDomain: string;
  /** Names of the Secrets with which pods pull their images; absent means none. */
  readonly imagePullSecrets?: readonly string[];
  /** User and group as which pods run; absent means one of Weft's own. */
  readonly podUser?: number | typeof ASSIGNED_USER;
  /** Absent means with every default; false, that there are none. */
  readonly networkPolicies?: NetworkPolicySettings | false;
}

/** Whom NetworkPolicies let in besides applications, and where nodes call that labels do not select. What is absent has its default. */
export interface NetworkPolicySettings {
  /** Pods of workers. */
  readonly workers?: readonly PodGroup[];
  /** Pods that collect metrics. */
  readonly metrics?: readonly PodGroup[];
  /** TCP ports at which orderers and peers call any address. */
  readonly externalPorts?: readonly number[];
}

/** Pods by their namespace, their labels or both. */
export interface PodGroup {
  /** Absent means any. */
  readonly namespace?: string;
  /** Absent means any. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Durations in hours or minutes, in the form that fabric-ca-server takes, e.g. `8760h`. */
export interface CertificateLifetimes {
  /** Root certificates of the enrollment CA and of the TLS CA. */
  readonly ca: string;
  /** Enrollment certificates (MSP identities). */
  readonly identity: string;
  /** TLS certificates, the CA's own endpoint included. */
  readonly tls: string;
  /** How long before its end a certificate is renewed; absent means the last third of its lifetime. */
  readonly renewBefore?: string;
}

export interface Organization {
  /** Prefix of everything that belongs to it, e.g. `org1`. */
  readonly name: string;
  readonly mspId: string;
  /** DNS domain, e.g. `org1.example.com`. */
  readonly domain: string;
  /** Name of the cluster whose workers do the organization's steps; absent means the cluster of the run. */
  readonly cluster?: string;
  readonly namespace: string;
  readonly certificateAuthority: NodeSettings;
  readonly orderers: readonly NetworkNode[];
  readonly peers: readonly NetworkNode[];
}

/** What can be set for every pod that Weft runs. */
export interface NodeSettings {
  /** Size of its volume as a Kubernetes quantity, e.g. `1Gi`. */
  readonly storage: string;
  readonly storageClass?: string;
  /** Replaces the image that the Fabric release gives. */
  readonly image?: string;
  readonly resources: Resources;
  /** Environment variables on top of Weft's own (`CORE_…`, `ORDERER_…`, `FABRIC_CA_…`). Not for secrets: they stand in a ConfigMap. */
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variables whose values stand in Secrets, by name; absent means none. */
  readonly environmentFrom?: EnvironmentFrom;
}

/** Where the values of environment variables stand: each in a Secret of the organization's namespace. */
export type EnvironmentFrom = Readonly<Record<string, SecretKey>>;

/** One value in a Secret. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secret: string;
  readonly key: string;
}

/** Kubernetes resource requests and limits, e.g. `{ requests: { cpu: '50m' } }`. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/** An orderer or a peer. */
export interface NetworkNode extends NodeSettings {
  /** Name within its organization, e.g. `peer1`. */
  readonly name: string;
  /** Host and port by which other nodes reach it, e.g. `peer1.example.com:443`; absent means its Service. */
  readonly address?: string;
}

export type NodeKind = 'orderer' | 'peer';

export interface Channel {
  readonly name: string;
  /** The organizations that order, with the orderers that are the channel's consenters. */
  readonly orderers: readonly OrderingOrganization[];
  /** The organizations that are members, with the peers that join. */
  readonly peers: readonly MemberOrganization[];
  readonly consensus: Consensus;
  readonly batch: Batch;
  readonly policies: ChannelPolicies;
  readonly capabilities: Capabilities;
}

export interface OrderingOrganization {
  /** Name of the organization, e.g. `org0`. */
  readonly organization: string;
  /** Names of its orderers within it, e.g. `orderer1`. */
  readonly orderers: readonly string[];
}

export interface MemberOrganization {
  /** Name of the organization, e.g. `org1`. */
  readonly organization: string;
  /** Names of its peers within it, e.g. `peer1`. */
  readonly peers: readonly string[];
  /** Those of its peers that others are told of, so that gossip finds its way between organizations. */
  readonly anchorPeers: readonly string[];
}

export type Consensus = RaftConsensus | BftConsensus;

/** Options of etcdraft, as in `Orderer.EtcdRaft.Options` of configtx.yaml. */
export interface RaftConsensus {
  readonly type: 'raft';
  /** Go duration, e.g. `500ms`. */
  readonly tickInterval: string;
  /** In ticks. */
  readonly electionTick: number;
  /** In ticks. */
  readonly heartbeatTick: number;
  readonly maxInflightBlocks: number;
  /** Bytes, as configtx.yaml writes them, e.g. `16 MB`. */
  readonly snapshotIntervalSize: string;
}

/** Options of SmartBFT, as in `Orderer.SmartBFT` of configtx.yaml; durations are Go durations. */
export interface BftConsensus {
  readonly type: 'bft';
  readonly requestBatchMaxCount: number;
  readonly requestBatchMaxInterval: string;
  readonly requestForwardTimeout: string;
  readonly requestComplainTimeout: string;
  readonly requestAutoRemoveTimeout: string;
  readonly viewChangeResendInterval: string;
  readonly viewChangeTimeout: string;
  readonly leaderHeartbeatTimeout: string;
  readonly collectTimeout: string;
  readonly requestBatchMaxBytes: number;
  readonly incomingMessageBufferSize: number;
  readonly requestPoolSize: number;
  readonly leaderHeartbeatCount: number;
}

/** When a block is cut, as in `Orderer.BatchTimeout` and `Orderer.BatchSize` of configtx.yaml. */
export interface Batch {
  /** Go duration, e.g. `2s`. */
  readonly timeout: string;
  readonly maxMessageCount: number;
  /** Bytes, as configtx.yaml writes them, e.g. `10 MB`. */
  readonly absoluteMaxBytes: string;
  readonly preferredMaxBytes: string;
}

/**
 * Who may do what, each as Fabric writes it: an implicit one such as `MAJORITY Admins`, or a signature policy such as
 * `OR('Org1MSP.admin','Org2MSP.admin')`.
 */
export interface ChannelPolicies {
  readonly application: {
    readonly readers: string;
    readonly writers: string;
    readonly admins: string;
    readonly lifecycleEndorsement: string;
    readonly endorsement: string;
  };
  readonly orderer: {
    readonly readers: string;
    readonly writers: string;
    readonly admins: string;
    readonly blockValidation: string;
  };
}

/** Capability levels, e.g. `V2_0`. */
export interface Capabilities {
  readonly channel: string;
  readonly orderer: string;
  readonly application: string;
}

/** A chaincode on one channel, run as a service: in pods that Weft starts, or at an address where somebody else runs it. */
export type Chaincode = ChaincodeSettings & (ChaincodeImage | ChaincodeAddress);

export interface ChaincodeSettings {
  readonly name: string;
  /** Name of its channel. */
  readonly channel: string;
  readonly version: string;
  /** A signature policy, or the path of a channel policy such as `/Channel/Application/Endorsement`. */
  readonly endorsementPolicy: string;
  /** The first transaction must be its initialization. */
  readonly initRequired: boolean;
  readonly collections: readonly Collection[];
  /** TLS between peers and chaincode. */
  readonly tls: boolean;
}

export interface ChaincodeImage {
  readonly image: string;
  /** Whether all peers of an organization share one server, or each has its own. */
  readonly per: 'organization' | 'peer';
  readonly resources: Resources;
  readonly environment: Readonly<Record<string, string>>;
  /** As for nodes. */
  readonly environmentFrom?: EnvironmentFrom;
}

export interface ChaincodeAddress {
  /** Host and port as the peers reach it, e.g. `host.docker.internal:9999`. */
  readonly address: string;
}

/** A private data collection, with the fields of Fabric's collections_config.json. */
export interface Collection {
  readonly name: string;
  /** Signature policy of the members, e.g. `OR('Org1MSP.member')`. */
  readonly policy: string;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  /** In blocks; 0 means for ever. */
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
  readonly endorsementPolicy?: { readonly signaturePolicy: string } | { readonly channelConfigPolicy: string };
}

/**
 * All that a channel's first block is made of: what configtx.yaml says, with the certificates that it refers to.
 *
 * A word on its own here is the same word in configtx.yaml; where a text is "as configtx.yaml writes it", configtxgen
 * reads it as it is.
 */
export interface ChannelBlueprint {
  readonly name: string;
  readonly consensus: ConsensusOptions;
  readonly batch: BatchOptions;
  readonly policies: ChannelPolicyRules;
  readonly capabilities: ChannelCapabilities;
  readonly ordering: readonly OrderingOrganizationBlueprint[];
  readonly members: readonly MemberOrganizationBlueprint[];
}

export type ConsensusOptions = RaftOptions | BftOptions;

/** `Orderer.EtcdRaft.Options`; the interval is a Go duration, sizes as configtx.yaml writes them (`16 MB`). */
export interface RaftOptions {
  readonly type: 'raft';
  readonly tickInterval: string;
  readonly electionTick: number;
  readonly heartbeatTick: number;
  readonly maxInflightBlocks: number;
  readonly snapshotIntervalSize: string;
}

/** `Orderer.SmartBFT` of Fabric 3; durations are Go durations. */
export interface BftOptions {
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

/** When a block is cut; `timeout` is a Go duration, sizes as configtx.yaml writes them (`10 MB`). */
export interface BatchOptions {
  readonly timeout: string;
  readonly maxMessageCount: number;
  readonly absoluteMaxBytes: string;
  readonly preferredMaxBytes: string;
}

/** Each either implicit (`MAJORITY Admins`) or a signature policy (`OR('Org1MSP.admin','Org2MSP.admin')`). */
export interface ChannelPolicyRules {
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
export interface ChannelCapabilities {
  readonly channel: string;
  readonly orderer: string;
  readonly application: string;
}

export interface OrganizationBlueprint {
  /** Names its files, e.g. `org1`. */
  readonly name: string;
  /** MSP ID, which is also its key in the channel's configuration. */
  readonly mspId: string;
  /** Root certificate of its enrollment CA and of its TLS CA, PEM, one each. */
  readonly roots: { readonly ca: string; readonly tlsca: string };
}

export interface OrderingOrganizationBlueprint extends OrganizationBlueprint {
  /** Where clients and peers find its orderers, `host:port` each. */
  readonly endpoints: readonly string[];
  readonly consenters: readonly ConsenterBlueprint[];
}

export interface MemberOrganizationBlueprint extends OrganizationBlueprint {
  readonly anchorPeers: readonly HostAndPort[];
}

/** An orderer that takes part in consensus. */
export interface ConsenterBlueprint extends HostAndPort {
  readonly mspId: string;
  /** Its enrollment certificate, PEM. Only BFT writes it into the channel. */
  readonly identity: string;
  /** Its TLS certificate, as server and as client, PEM. */
  readonly tlsCertificate: string;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

import type { Batch, Capabilities, ChannelPolicies, Consensus } from '../../spec/index.ts';

/**
 * All that a channel's first block is made of: what configtx.yaml says, with the certificates that it refers to.
 *
 * What the description says in Fabric's own words is taken as it is: configtx.yaml has the same.
 */
export interface ChannelBlueprint {
  readonly name: string;
  readonly consensus: Consensus;
  readonly batch: Batch;
  readonly policies: ChannelPolicies;
  readonly capabilities: Capabilities;
  readonly ordering: readonly OrderingOrganizationBlueprint[];
  readonly members: readonly MemberOrganizationBlueprint[];
}

export interface OrganizationBlueprint {
  /** Names its files, e.g. `org1`. */
  readonly name: string;
  /** MSP ID, which is also its key in the channel's configuration. */
  readonly mspId: string;
  /** Root certificate of its enrollment CA and of its TLS CA, PEM, one each. */
  readonly roots: { readonly ca: string; readonly tlsca: string };
  /** What its enrollment CA has revoked, PEM; absent if that is nothing, and where the channel has it already. */
  readonly revocationList?: string;
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

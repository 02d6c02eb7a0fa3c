import type { AdminIdentity } from './admin-msp.ts';
import type { ChaincodeDefinition } from './chaincode-definition.ts';
import type { Approvals, CommittedDefinition } from './committed-definition.ts';
import type { FabricPrograms } from './programs.ts';

/** Where a peer or an orderer answers, and what is trusted there. */
export interface NodeEndpoint {
  /** Host name or IPv4 address; the node's TLS certificate must be good for it. */
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly tlsRoots: string;
}

export interface PeerSession {
  /** In whose name everything is done. */
  readonly admin: AdminIdentity;
  /** The peer that is asked. */
  readonly peer?: NodeEndpoint;
  /** The orderer that transactions are sent to and that blocks are fetched from. */
  readonly orderer?: NodeEndpoint;
  /** Ends the session with its reason. */
  readonly signal: AbortSignal;
  /** How long one command may take. */
  readonly timeoutMs: number;
}

/** Every command throws `FabricError`, or the signal's reason when it is aborted. */
export type PeerCommands = PeerChannelCommands & PeerLifecycleCommands;

export interface PeerChannelCommands {
  /** Names of the channels that the peer has joined. */
  channels(): Promise<readonly string[]>;
  /** How far the peer's ledger of a channel is. `height` is the number of its blocks; the hash is base64. */
  ledger(channel: string): Promise<{ readonly height: number; readonly currentBlockHash: string }>;
  /** @param block the channel's genesis block */
  joinChannel(block: Uint8Array): Promise<void>;
  /**
   * Fetches a block from the session's orderer, or from its peer if it has no orderer.
   *
   * @returns undefined if the node says that it has no such channel or block
   */
  fetchBlock(channel: string, which: BlockSpecifier): Promise<Uint8Array | undefined>;
  /**
   * Adds the Admin's signature to a config update.
   *
   * @param envelope an Envelope with a ConfigUpdateEnvelope
   * @returns the same with one signature more
   */
  signConfigUpdate(envelope: Uint8Array): Promise<Uint8Array>;
  /** Signs a config update and has it ordered. Returns when the orderer has accepted it; the block comes later. */
  updateChannel(channel: string, envelope: Uint8Array): Promise<void>;
}

export type BlockSpecifier = 'config' | 'oldest' | 'newest' | number;

export interface PeerLifecycleCommands {
  installedChaincodes(): Promise<readonly InstalledChaincode[]>;
  /**
   * Installs a package. One that is installed already is left as it is.
   *
   * @returns its package ID as the peer says it
   */
  installChaincode(bytes: Uint8Array): Promise<string>;
  /** Every definition that the channel has. A chaincode that is not among them is not committed. */
  committedDefinitions(channel: string): Promise<readonly CommittedDefinition[]>;
  /**
   * A definition with the organizations that have approved it.
   *
   * @returns undefined if the channel has none of this name
   */
  committedDefinition(
    channel: string,
    name: string,
  ): Promise<(CommittedDefinition & { readonly approvals: Approvals }) | undefined>;
  /** Which member organizations have approved exactly this definition. Asked of the sequence that comes next only. */
  commitReadiness(channel: string, definition: ChaincodeDefinition): Promise<Approvals>;
  /** What the peer's organization has approved; ask only for what it has. */
  approvedDefinition(channel: string, name: string, sequence: number): Promise<ApprovedDefinition>;
  /**
   * Approves a definition for the Admin's organization and waits until the peer has the transaction.
   *
   * @param packageId of the package that the organization's peers run; undefined if they run none
   */
  approve(channel: string, definition: ChaincodeDefinition, packageId: string | undefined): Promise<void>;
  /** Commits a definition with the endorsement of these peers and waits until all of them have the transaction. */
  commit(channel: string, definition: ChaincodeDefinition, endorsers: readonly NodeEndpoint[]): Promise<void>;
  /**
   * Has the peer ask a chaincode.
   *
   * @param args function and arguments
   * @returns the chaincode's answer
   */
  query(channel: string, chaincode: string, args: readonly string[]): Promise<string>;
}

export interface InstalledChaincode {
  readonly packageId: string;
  readonly label: string;
}

export interface ApprovedDefinition {
  readonly version: string;
  readonly sequence: number;
  /** Undefined if the organization approved without a package. */
  readonly packageId: string | undefined;
}

/**
 * Gives `act` the commands of the `peer` program in an Admin's name. The Admin's MSP folder lives as long as `act`.
 */
export function withPeerCommands<Result>(
  _programs: FabricPrograms,
  _session: PeerSession,
  _act: (peer: PeerCommands) => Promise<Result>,
): Promise<Result> {
  return Promise.reject(new Error('not there yet'));
}

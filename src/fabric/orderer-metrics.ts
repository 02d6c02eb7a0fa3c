/** Where the operations endpoint of an orderer answers (http, as orderer.yaml sets it). */
export interface OperationsEndpoint {
  readonly host: string;
  readonly port: number;
  /** How long the call may take, connecting included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What an orderer says of the consensus of one channel. */
export interface ConsensusMetrics {
  readonly consensus: 'raft' | 'bft';
  /** Whether this orderer is the leader. */
  readonly isLeader: boolean;
  /** Who the leader is, by its number among the consenters. Only BFT says it. */
  readonly leaderId?: number;
  /** How many consenters the leader hears of, itself included. Only the leader of a Raft channel says it; 0 elsewhere. */
  readonly activeNodes?: number;
  readonly clusterSize: number;
  /** Number of the newest block that consensus has committed. */
  readonly committedBlock: number;
}

/**
 * What an orderer says of the consensus of each channel in which it is a consenter, by name.
 *
 * @throws FabricError, or the signal's reason when it is aborted
 */
export function consensusMetrics(endpoint: OperationsEndpoint): Promise<ReadonlyMap<string, ConsensusMetrics>> {
  return Promise.reject(new Error(`not there yet: ${endpoint.host}`));
}

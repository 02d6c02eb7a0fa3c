/** Where the admin endpoint of an orderer answers, what is trusted there, and who asks. */
export interface OrdererAdminEndpoint {
  /** Host name or address to connect to. */
  readonly host: string;
  readonly port: number;
  /** Name that the orderer's TLS certificate must carry, for when `host` is the near end of a port-forward. */
  readonly servername: string;
  /** The only certificates that are trusted, PEM. */
  readonly tlsRoots: string;
  /** TLS certificate and key of the one who asks, PEM; the orderer accepts those of the CAs that it was given. */
  readonly certificate: string;
  readonly key: string;
  /** How long one call may take, connecting included. */
  readonly timeoutMs: number;
  /** Ends calls under way with its reason. */
  readonly signal?: AbortSignal;
}

export interface OrdererChannel {
  /** How the orderer is up with the channel's blocks: `active` when it follows them. */
  readonly status: 'active' | 'onboarding' | 'inactive' | 'failed';
  /** Its part in consensus: `consenter` takes part, `follower` only receives, `config-tracker` tracks the configuration. */
  readonly consensusRelation: 'consenter' | 'follower' | 'config-tracker' | 'other';
  /** Number of blocks that it has. */
  readonly height: number;
}

/** The channel participation API of one orderer. Every call throws `FabricError`, or the signal's reason when it is aborted. */
export interface OrdererAdmin {
  /** Names of the channels that the orderer is in. */
  channels(): Promise<readonly string[]>;
  /** The orderer's part in a channel, or undefined if it answers that it is not in it. */
  channel(name: string): Promise<OrdererChannel | undefined>;
  /**
   * Has the orderer join the channel of a configuration block.
   *
   * @throws FabricError `alreadyExists` if it is in a channel of this name, whatever that one's first block is
   */
  join(configBlock: Uint8Array): Promise<OrdererChannel>;
  /** Has the orderer leave a channel and delete its blocks; `notFound` if it is not in it. */
  remove(name: string): Promise<void>;
  /** Closes the connection; calls under way fail. */
  close(): Promise<void>;
}

/** Opens a client of an orderer's channel participation API. Nothing is sent before the first call. */
export function connectOrdererAdmin(endpoint: OrdererAdminEndpoint): OrdererAdmin {
  throw new Error(`not there yet: ${endpoint.host}`);
}

import type { NodeEndpoint } from '../peer/session.ts';

/** The gateway of a peer. */
export interface GatewayEndpoint extends NodeEndpoint {
  /** Name that the peer's TLS certificate must carry, where `host` is that of a way to the peer; absent means `host`. */
  readonly servername?: string;
}

/** A call of a chaincode's function. */
export interface ChaincodeCall {
  readonly channel: string;
  readonly chaincode: string;
  readonly function: string;
  readonly args: readonly string[];
  /** Reaches the chaincode, but no block. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** MSP IDs of the organizations whose peers answer; absent leaves the choice to the gateway. */
  readonly organizations?: readonly string[];
}

import type { AdminIdentity } from '../msp/admin-msp.ts';

/** Where a peer or an orderer answers, and what is trusted there. */
export interface NodeEndpoint {
  /** How people know the node, for messages, e.g. `org1-peer1`; absent means by its address. */
  readonly name?: string;
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

export function addressOf({ host, port }: NodeEndpoint): string {
  return `${host}:${port}`;
}

export function nameOf(node: NodeEndpoint): string {
  return node.name ?? addressOf(node);
}

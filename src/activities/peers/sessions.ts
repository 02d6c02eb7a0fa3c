import type { NodeEndpoint, Orderer, Peer, SigningIdentity } from '../../fabric/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { failure } from '../failures.ts';
import { readAdmin } from '../identities/admin.ts';
import { readRoots } from '../identities/roots.ts';
import type { OrganizationReference } from '../inputs.ts';
import { serviceOf } from './ports.ts';
import { isDown } from './readiness.ts';

/** An approval waits for its block (`BatchTimeout`, two seconds by default), and a busy machine takes its time. */
const CALL_TIMEOUT_MS = 60_000;

/** Nodes of one organization, of which the first that can be reached is asked, in the name of the organization's Admin. */
export interface AskedNodes {
  readonly organization: OrganizationReference;
  /** Kubernetes names. */
  readonly nodes: readonly string[];
}

/** Lets `act` ask a peer, and closes the connection afterwards. */
export function withPeer<Result>(
  dependencies: Dependencies,
  asked: AskedNodes,
  signal: AbortSignal,
  act: (peer: Peer) => Promise<Result>,
): Promise<Result> {
  return withNode(dependencies, asked, signal, async (endpoint, admin) => {
    const peer = dependencies.nodes.connectPeer(endpoint, admin, { signal, timeoutMs: CALL_TIMEOUT_MS });
    try {
      return await act(peer);
    } finally {
      peer.close();
    }
  });
}

/** Lets `act` ask an orderer for blocks and send it transactions, and closes the connection afterwards. */
export function withOrderer<Result>(
  dependencies: Dependencies,
  asked: AskedNodes,
  signal: AbortSignal,
  act: (orderer: Orderer, admin: SigningIdentity) => Promise<Result>,
): Promise<Result> {
  return withNode(dependencies, asked, signal, async (endpoint, admin) => {
    const orderer = dependencies.nodes.connectOrderer(endpoint, admin, { signal, timeoutMs: CALL_TIMEOUT_MS });
    try {
      return await act(orderer, admin);
    } finally {
      orderer.close();
    }
  });
}

async function withNode<Result>(
  dependencies: Dependencies,
  { organization, nodes }: AskedNodes,
  signal: AbortSignal,
  act: (endpoint: NodeEndpoint, admin: SigningIdentity) => Promise<Result>,
): Promise<Result> {
  const [admin, { tlsca }] = await Promise.all([
    readAdmin(dependencies, organization, signal),
    readRoots(dependencies, organization, signal),
  ]);
  const { node, connection } = await firstReachable(dependencies, organization, nodes, signal);
  try {
    const { host, port } = connection;
    return await act({ name: node, servername: node, host, port, tlsRoots: tlsca }, admin);
  } finally {
    await connection.close();
  }
}

async function firstReachable(
  { connector }: Dependencies,
  organization: OrganizationReference,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly node: string; readonly connection: Connection }> {
  const reasons: string[] = [];
  for (const node of nodes) {
    try {
      return { node, connection: await connector.connect(serviceOf(organization, node, 'grpc'), signal) };
    } catch (error) {
      if (!isDown(error)) throw error;
      reasons.push(error.message);
    }
  }
  throw failure('NodeUnreachable', reasons.length === 0 ? `${organization.name} has no such node.` : reasons.join(' '));
}

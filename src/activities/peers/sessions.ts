import {
  connectOrderer,
  connectPeer,
  type CallLimits,
  type NodeEndpoint,
  type Orderer,
  type Peer,
  type SigningIdentity,
} from '../../fabric/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { readAdmin } from '../identities/admin.ts';
import { readRoots } from '../identities/roots.ts';
import { failure } from '../failures.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { isDown } from './readiness.ts';
import type { OrganizationReference, RunningNode } from '../inputs.ts';
import { serviceOf } from './ports.ts';

/** Who asks which peer. Of several that would do, the first that can be reached is taken. */
export interface PeerSessionInput {
  readonly admin: OrganizationReference;
  readonly peer: readonly RunningNode[];
}

/** An approval waits for its block (`BatchTimeout`, two seconds by default), and a busy machine takes its time. */
const CALL_TIMEOUT_MS = 60_000;

/** Lets `act` ask a peer in the name of an organization's Admin, and closes the connection afterwards. */
export function withPeer<Result>(
  dependencies: Dependencies,
  { admin, peer }: PeerSessionInput,
  signal: AbortSignal,
  act: (peer: Peer) => Promise<Result>,
): Promise<Result> {
  return withNode(dependencies, peer, { adminOf: () => admin, connect: connectPeer, signal }, act);
}

/**
 * Lets `act` ask one of the orderers, in the name of the Admin of its own organization, and closes the connection afterwards.
 *
 * @param orderers any of them will do; the first that can be reached is taken
 */
export function withOrderingService<Result>(
  dependencies: Dependencies,
  orderers: readonly RunningNode[],
  signal: AbortSignal,
  act: (orderer: Orderer) => Promise<Result>,
): Promise<Result> {
  const access = { adminOf: ({ organization }: RunningNode) => organization, connect: connectOrderer, signal };
  return withNode(dependencies, orderers, access, act);
}

interface Access<Client> {
  readonly adminOf: (node: RunningNode) => OrganizationReference;
  readonly connect: (endpoint: NodeEndpoint, identity: SigningIdentity, limits: CallLimits) => Client;
  readonly signal: AbortSignal;
}

async function withNode<Client extends { readonly close: () => void }, Result>(
  dependencies: Dependencies,
  nodes: readonly RunningNode[],
  { adminOf, connect, signal }: Access<Client>,
  act: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { node, connection } = await firstReachable(dependencies, nodes, signal);
  try {
    const [identity, { tlsca }] = await Promise.all([
      readAdmin(dependencies, adminOf(node), signal),
      readRoots(dependencies, node.organization, signal),
    ]);
    const { host, port } = connection;
    const endpoint = { name: node.node, servername: node.node, host, port, tlsRoots: tlsca };
    const client = connect(endpoint, identity, { signal, timeoutMs: CALL_TIMEOUT_MS });
    try {
      return await act(client);
    } finally {
      client.close();
    }
  } finally {
    await connection.close();
  }
}

async function firstReachable(
  { reach }: Dependencies,
  nodes: readonly RunningNode[],
  signal: AbortSignal,
): Promise<{ readonly node: RunningNode; readonly connection: Connection }> {
  const reasons: string[] = [];
  for (const node of nodes) {
    try {
      return { node, connection: await reach.open(serviceOf(node, 'grpc'), signal) };
    } catch (error) {
      if (!isDown(error)) throw error;
      reasons.push(error.message);
    }
  }
  throw failure('NodeUnreachable', reasons.join(' '));
}

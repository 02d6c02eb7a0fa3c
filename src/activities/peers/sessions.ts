import { withPeerCommands, type NodeEndpoint, type PeerCommands } from '../../fabric/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { readAdmin } from '../identities/admin.ts';
import { readRoots } from '../identities/roots.ts';
import { failure } from '../failures.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { isDown } from './readiness.ts';
import type { OrganizationReference, RunningNode } from '../inputs.ts';
import { serviceOf } from './ports.ts';

/** Who asks whom by means of the `peer` program. Of several nodes that would do, the first that can be reached is taken. */
export interface PeerSessionInput {
  readonly admin: OrganizationReference;
  /** The peer that is asked. */
  readonly peer?: readonly RunningNode[];
  /** The orderer that takes transactions and gives blocks. */
  readonly orderer?: readonly RunningNode[];
  /** For what several organizations have to endorse: the peers of each. */
  readonly endorsers?: readonly (readonly RunningNode[])[];
}

/** An approval waits for its block (`BatchTimeout`, two seconds by default), and a busy machine takes its time. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Gives `act` the commands of the `peer` program in the name of an organization's Admin, and closes every way to the nodes afterwards. */
export async function withPeer<Result>(
  dependencies: Dependencies,
  { admin, peer, orderer, endorsers }: PeerSessionInput,
  signal: AbortSignal,
  act: (commands: PeerCommands, endorsers: readonly NodeEndpoint[]) => Promise<Result>,
): Promise<Result> {
  const ways: Promise<Connection>[] = [];
  const open = async (node: RunningNode): Promise<NodeEndpoint> => {
    const opening = dependencies.reach.open(serviceOf(node, 'grpc'), signal);
    ways.push(opening);
    const [way, { tlsca }] = await Promise.all([opening, readRoots(dependencies, node.organization, signal)]);
    return { name: node.node, host: way.host, port: way.port, tlsRoots: tlsca };
  };
  try {
    const [identity, peerEndpoint, ordererEndpoint, endorsing] = await Promise.all([
      readAdmin(dependencies, admin, signal),
      peer && firstReachable(peer, open),
      orderer && firstReachable(orderer, open),
      Promise.all((endorsers ?? []).map((nodes) => firstReachable(nodes, open))),
    ]);
    const session = {
      admin: identity,
      ...(peerEndpoint && { peer: peerEndpoint }),
      ...(ordererEndpoint && { orderer: ordererEndpoint }),
      signal,
      timeoutMs: COMMAND_TIMEOUT_MS,
    };
    return await withPeerCommands(dependencies.programs, session, (commands) => act(commands, endorsing));
  } finally {
    await Promise.allSettled(ways.map(async (way) => (await way).close()));
  }
}

async function firstReachable<Way>(
  nodes: readonly RunningNode[],
  open: (node: RunningNode) => Promise<Way>,
): Promise<Way> {
  const reasons: string[] = [];
  for (const node of nodes) {
    try {
      return await open(node);
    } catch (error) {
      if (!isDown(error)) throw error;
      reasons.push(error.message);
    }
  }
  throw failure('NodeUnreachable', reasons.join(' '));
}

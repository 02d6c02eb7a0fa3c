import { FabricError, type ConsensusMetrics, type OrdererAdmin, type OrdererChannel } from '../../fabric/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { asFailure, isUnanswered } from '../failures.ts';
import { adminCredentials, operationsAccess, type OperationsAccess } from '../identities/endpoint-credentials.ts';
import type { OrganizationReference } from '../inputs.ts';
import { serviceOf } from '../peers/ports.ts';
import { isDown } from '../peers/readiness.ts';
import { withOrderer } from '../peers/sessions.ts';
import { closedAdmin } from './closed-admin.ts';

/** An orderer answers in milliseconds; a machine that is busy with a bring-up may need seconds. */
const ORDERER_TIMEOUT_MS = 20_000;

/** An orderer of one organization, whose administrator asks it. */
export interface AskedOrderer {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
}

/**
 * Lets `act` ask the admin endpoint of an orderer. Of one that answers nobody there before it restarts, only looks are answered
 * ({@link closedAdmin}).
 */
export async function withOrdererAdmin<Result>(
  dependencies: Dependencies,
  { organization, node }: AskedOrderer,
  signal: AbortSignal,
  act: (admin: OrdererAdmin) => Promise<Result>,
): Promise<Result> {
  const credentials = await adminCredentials(dependencies, organization, node, signal);
  if (credentials === undefined) return act(closedAdmin(dependencies, { organization, node }, signal));
  const connection = await dependencies.connector.connect(serviceOf(organization, node, 'ordererAdmin'), signal);
  try {
    const admin = dependencies.nodes.connectOrdererAdmin({
      host: connection.host,
      port: connection.port,
      servername: node,
      ...credentials,
      timeoutMs: ORDERER_TIMEOUT_MS,
      signal,
    });
    try {
      return await act(admin);
    } finally {
      await admin.close();
    }
  } finally {
    await connection.close();
  }
}

/** One orderer's part in a channel as it was seen once. */
export interface OrdererView {
  readonly node: string;
  /** Undefined if the orderer is not in the channel, or did not answer. */
  readonly channel?: OrdererChannel;
  /** Undefined if it has no part in the channel's consensus, or its metrics are not to be read. */
  readonly consensus?: ConsensusMetrics;
  /** Its metrics are not to be read before it restarts; it knows who leads the channel, which may be itself. */
  readonly knowsLeader?: true;
  /** Why it did not answer. */
  readonly silence?: string;
}

/** Looks at an orderer's part in a channel. One that does not answer is a view, too. */
export async function viewOrderer(
  dependencies: Dependencies,
  orderer: AskedOrderer,
  channel: string,
  signal: AbortSignal,
): Promise<OrdererView> {
  const { node } = orderer;
  try {
    const [part, told] = await Promise.all([
      withOrdererAdmin(dependencies, orderer, signal, (admin) => admin.channel(channel)),
      consensusOf(dependencies, orderer, channel, signal),
    ]);
    return { node, ...(part && { channel: part }), ...told };
  } catch (error) {
    signal.throwIfAborted();
    const { message, type } = asFailure(error);
    // An organization that leaves the network may have nobody left who asks.
    if (isDown(error) || isUnanswered(type) || type === 'MaterialMissing') return { node, silence: message };
    throw error;
  }
}

/** What an orderer tells of the consensus of a channel: by its metrics, or where they answer nobody by its blocks. */
async function consensusOf(
  dependencies: Dependencies,
  orderer: AskedOrderer,
  channel: string,
  signal: AbortSignal,
): Promise<Pick<OrdererView, 'consensus' | 'knowsLeader'>> {
  const access = await operationsAccess(dependencies, orderer.organization, orderer.node, signal);
  if (access.kind === 'closed') {
    return (await delivers(dependencies, orderer, channel, signal)) ? { knowsLeader: true } : {};
  }
  const consensus = (await readMetrics(dependencies, orderer, access, signal)).get(channel);
  return consensus === undefined ? {} : { consensus };
}

async function readMetrics(
  { connector, nodes }: Dependencies,
  { organization, node }: AskedOrderer,
  access: Exclude<OperationsAccess, { readonly kind: 'closed' }>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ConsensusMetrics>> {
  const connection = await connector.connect(serviceOf(organization, node, 'ordererOperations'), signal);
  try {
    const { host, port } = connection;
    const tls = access.kind === 'tls' ? { tls: { servername: node, ...access.credentials } } : {};
    return await nodes.consensusMetrics({ host, port, ...tls, timeoutMs: ORDERER_TIMEOUT_MS, signal });
  } finally {
    await connection.close();
  }
}

/** Whether an orderer delivers blocks of a channel to its organization's Admin, as it does while it knows a leader. */
async function delivers(
  dependencies: Dependencies,
  { organization, node }: AskedOrderer,
  channel: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const newest = await withOrderer(dependencies, { organization, nodes: [node] }, signal, (asked) =>
      asked.fetchBlock(channel, 'newest'),
    );
    return newest !== undefined;
  } catch (error) {
    // Whatever it is, it is not known that there is a leader. The orderer's answer for its part in the channel says if it is down.
    if (error instanceof FabricError) return false;
    throw error;
  }
}

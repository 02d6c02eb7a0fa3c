import type { ConsensusMetrics, OrdererAdmin, OrdererChannel } from '../../fabric/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { asFailure, isUnanswered } from '../failures.ts';
import { adminCredentials } from '../identities/orderer-admin.ts';
import type { OrganizationReference } from '../inputs.ts';
import { serviceOf } from '../peers/ports.ts';
import { isDown } from '../peers/readiness.ts';
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
  readonly consensus?: ConsensusMetrics;
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
    const [part, consensus] = await Promise.all([
      withOrdererAdmin(dependencies, orderer, signal, (admin) => admin.channel(channel)),
      consensusOf(dependencies, orderer, channel, signal),
    ]);
    return { node, ...(part && { channel: part }), ...(consensus && { consensus }) };
  } catch (error) {
    signal.throwIfAborted();
    const { message, type } = asFailure(error);
    // An organization that leaves the network may have nobody left who asks.
    if (isDown(error) || isUnanswered(type) || type === 'MaterialMissing') return { node, silence: message };
    throw error;
  }
}

async function consensusOf(
  { connector, nodes }: Dependencies,
  { organization, node }: AskedOrderer,
  channel: string,
  signal: AbortSignal,
): Promise<ConsensusMetrics | undefined> {
  const connection = await connector.connect(serviceOf(organization, node, 'ordererOperations'), signal);
  try {
    const { host, port } = connection;
    const metrics = await nodes.consensusMetrics({ host, port, timeoutMs: ORDERER_TIMEOUT_MS, signal });
    return metrics.get(channel);
  } finally {
    await connection.close();
  }
}

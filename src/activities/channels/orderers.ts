import {
  connectOrdererAdmin,
  consensusMetrics,
  type ConsensusMetrics,
  type OrdererAdmin,
  type OrdererChannel,
} from '../../fabric/index.ts';
import { readAdminTls } from '../identities/admin.ts';
import { asFailure } from '../failures.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { isDown } from '../peers/readiness.ts';
import type { RunningNode } from '../inputs.ts';
import { serviceOf } from '../peers/ports.ts';

/** An orderer answers in milliseconds; a machine that is busy with a bring-up may need seconds. */
const ORDERER_TIMEOUT_MS = 20_000;

/** Lets `act` talk to the admin endpoint of an orderer, in the name of its organization's Admin. */
export async function withOrderer<Result>(
  dependencies: Dependencies,
  orderer: RunningNode,
  signal: AbortSignal,
  act: (admin: OrdererAdmin) => Promise<Result>,
): Promise<Result> {
  const pair = await readAdminTls(dependencies, orderer.organization, signal);
  const way = await dependencies.reach.open(serviceOf(orderer, 'ordererAdmin'), signal);
  try {
    const admin = connectOrdererAdmin({
      host: way.host,
      port: way.port,
      servername: orderer.node,
      ...pair,
      timeoutMs: ORDERER_TIMEOUT_MS,
      signal,
    });
    try {
      return await act(admin);
    } finally {
      await admin.close();
    }
  } finally {
    await way.close();
  }
}

/** One orderer's part in a channel as it was seen once. */
export interface OrdererView {
  readonly node: string;
  /** Undefined if the orderer is not in the channel, or did not answer. */
  readonly channel?: OrdererChannel;
  readonly consensus?: ConsensusMetrics;
  /** Why it did not answer. */
  readonly trouble?: string;
}

/** Looks at an orderer's part in a channel. One that does not answer is a view, too. */
export async function viewOrderer(
  dependencies: Dependencies,
  orderer: RunningNode,
  channel: string,
  signal: AbortSignal,
): Promise<OrdererView> {
  const { node } = orderer;
  try {
    const [part, consensus] = await Promise.all([
      withOrderer(dependencies, orderer, signal, (admin) => admin.channel(channel)),
      consensusOf(dependencies, orderer, channel, signal),
    ]);
    return { node, ...(part && { channel: part }), ...(consensus && { consensus }) };
  } catch (error) {
    signal.throwIfAborted();
    const { message, type } = asFailure(error);
    if (isDown(error) || type === 'NodeUnreachable') return { node, trouble: message };
    throw error;
  }
}

async function consensusOf(
  { reach }: Dependencies,
  orderer: RunningNode,
  channel: string,
  signal: AbortSignal,
): Promise<ConsensusMetrics | undefined> {
  const way = await reach.open(serviceOf(orderer, 'ordererOperations'), signal);
  try {
    const metrics = await consensusMetrics({ host: way.host, port: way.port, timeoutMs: ORDERER_TIMEOUT_MS, signal });
    return metrics.get(channel);
  } finally {
    await way.close();
  }
}

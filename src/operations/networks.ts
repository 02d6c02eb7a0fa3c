import type { OpenRun } from '../client/index.ts';
import type { NetworkStatus } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import { carryOut } from './progress.ts';
import { status } from './status.ts';

/** One network of several, in short. */
export interface NetworkSummary {
  readonly network: string;
  /** Undefined if it could not be looked at. */
  readonly status?: NetworkStatus;
  /** Why it could not be looked at. */
  readonly problem?: string;
  readonly openRun?: OpenRun;
}

/** So many networks are looked at together: each look is a run that asks the cluster about every node. */
const LOOKS_AT_ONCE = 8;

/**
 * The state of several networks. One that cannot be looked at is told as such and hides none of the others.
 *
 * @param networks their names
 * @returns a summary of each, in the same order
 * @throws OperationFailure `NoWorker`; the signal's reason
 */
export async function summaries(
  context: OperationContext,
  networks: readonly string[],
  signal: AbortSignal,
): Promise<readonly NetworkSummary[]> {
  const found: NetworkSummary[] = [];
  for (let first = 0; first < networks.length; first += LOOKS_AT_ONCE) {
    const some = networks.slice(first, first + LOOKS_AT_ONCE);
    found.push(...(await Promise.all(some.map((network) => summaryOf(context, network, signal)))));
  }
  return found;
}

async function summaryOf(context: OperationContext, network: string, signal: AbortSignal): Promise<NetworkSummary> {
  const end = await carryOut(status(context, { network }, signal), () => undefined);
  switch (end.kind) {
    case 'done':
      return { network, status: end.status, ...(end.openRun && { openRun: end.openRun }) };
    case 'failed':
      return { network, problem: end.failure.message };
    case 'cancelled':
    case 'terminated':
    case 'timed out':
      return { network, problem: `the look at it was ${end.kind}` };
  }
}

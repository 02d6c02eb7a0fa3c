import { EMPTY_VIEW, openRun, type OpenRun } from '../client/index.ts';
import { networkWorkflowId, type NetworkSelector, type NetworkStatus } from '../workflows/messages.ts';
import { clustersOf } from '../workflows/selection.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { startRun, followRun, unlockedWorkflowId, type RunProgress, type RunUndone } from './run.ts';

export type StatusEnd =
  | {
      readonly kind: 'done';
      readonly status: NetworkStatus;
      /** The run that works on the network right now, which explains much of its state. */
      readonly openRun?: OpenRun;
    }
  | RunUndone;

/** The state of a network, of each of its nodes, channels and chaincodes, as it is now. @throws as `carryOutRun` */
export async function* status(
  context: OperationContext,
  selector: NetworkSelector,
  signal: AbortSignal,
): Operation<RunProgress, StatusEnd> {
  const { temporal, cluster } = context;
  const { network } = selector;
  const order = {
    network,
    clusters: clustersOf(selector, cluster),
    type: 'inspectNetwork',
    workflowId: unlockedWorkflowId('status', cluster, network),
    args: [{ ...selector, cluster }],
    summary: `Looking at ${network} on ${cluster}`,
  };
  const run = yield* startRun(context, order, signal);
  const { ending } = yield* followRun(context, run, { signal, progress: false });
  if (ending.kind !== 'completed') return { ...ending, view: EMPTY_VIEW };
  if (!isNetworkStatus(ending.value)) {
    throw new Error(`the look at ${network} returned something that is not a network's status`);
  }
  const open = await openRun(temporal, networkWorkflowId(cluster, network));
  return { kind: 'done', status: ending.value, ...(open && { openRun: open }) };
}

function isNetworkStatus(value: unknown): value is NetworkStatus {
  return (
    typeof value === 'object' && value !== null && 'ready' in value && 'nodes' in value && Array.isArray(value.nodes)
  );
}

import { EMPTY_VIEW, NoAnswer, openRun, RunUnreadable, type OpenRun } from '../client/index.ts';
import { networkWorkflowId, type NetworkSelector, type NetworkStatus, type RunPause } from '../workflows/messages.ts';
import { clustersOf } from '../workflows/selection.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { followRun, looksAt, startRun, unlockedWorkflowId, type RunProgress, type RunUndone } from './run.ts';

export type StatusEnd =
  | {
      readonly kind: 'done';
      readonly status: NetworkStatus;
      /** The run that works on the network right now, which explains much of its state. */
      readonly openRun?: OpenRun;
      /** Absent while that run is not paused, and where no worker answers for it. */
      readonly paused?: RunPause;
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
  const earlier = await earlierConditions(context, network);
  const order = {
    network,
    clusters: clustersOf(selector, cluster),
    type: 'inspectNetwork',
    workflowId: unlockedWorkflowId('status', cluster, network),
    args: [{ ...selector, cluster }, ...(earlier.length === 0 ? [] : [{ earlier }])],
    summary: `Looking at ${network} on ${cluster}`,
  };
  const run = yield* startRun(context, order, signal);
  const { ending } = yield* followRun(context, run, { signal, progress: false });
  if (ending.kind !== 'completed') return { ...ending, view: EMPTY_VIEW };
  if (!isNetworkStatus(ending.value)) {
    throw new Error(`the look at ${network} returned something that is not a network's status`);
  }
  const open = await openRun(temporal, networkWorkflowId(cluster, network));
  if (open === undefined) return { kind: 'done', status: ending.value };
  const paused = await pauseOf(context, open);
  return { kind: 'done', status: ending.value, openRun: open, ...(paused && { paused }) };
}

async function pauseOf({ temporal }: OperationContext, { run }: OpenRun): Promise<RunPause | undefined> {
  try {
    return (await temporal.progress(run)).paused;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}

/** What the last look found, so that this one can tell since when it is so. Without it, it is so since now. */
async function earlierConditions(
  { temporal, cluster }: OperationContext,
  network: string,
): Promise<NetworkStatus['conditions']> {
  try {
    const last = await temporal.lastResult(looksAt(cluster, network));
    return isNetworkStatus(last) ? last.conditions : [];
  } catch (error) {
    // A look by a client with another codec.
    if (error instanceof RunUnreadable) return [];
    throw error;
  }
}

function isNetworkStatus(value: unknown): value is NetworkStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ready' in value &&
    'nodes' in value &&
    Array.isArray(value.nodes) &&
    'conditions' in value &&
    Array.isArray(value.conditions)
  );
}

import { networkWorkflowId, type NetworkSelector, type RemoveOptions } from '../workflows/messages.ts';
import { clustersOf } from '../workflows/selection.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { deleteSchedule } from './schedule.ts';
import { carryOutRun, unlockedWorkflowId, type RunEnd, type RunProgress } from './run.ts';

export interface DownInput {
  readonly selector: NetworkSelector;
  /** Keep the volumes of peers, orderers and CAs. */
  readonly keepData: boolean;
}

/** Removes everything that Weft made for a network, and the schedule that keeps it. @throws as {@link carryOutRun} */
export async function* down(
  context: OperationContext,
  { selector, keepData }: DownInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const options: RemoveOptions = { keepData };
  const end = yield* carryOutRun(
    context,
    {
      network: selector.network,
      clusters: clustersOf(selector, context.cluster),
      type: 'removeNetwork',
      workflowId: networkWorkflowId(context.cluster, selector.network),
      args: [{ ...selector, cluster: context.cluster }, options],
      summary: `Removing ${selector.network} from ${context.cluster}`,
    },
    signal,
  );
  // Not before: a network that is there still has to be kept.
  if (end.kind === 'done') await deleteSchedule(context, selector.network);
  return end;
}

/** What {@link down} would remove: the steps of its result, each of which changed nothing. @throws as {@link carryOutRun} */
export function planDown(
  context: OperationContext,
  { selector, keepData }: DownInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const options: RemoveOptions = { keepData, dryRun: true };
  return carryOutRun(
    context,
    {
      network: selector.network,
      clusters: clustersOf(selector, context.cluster),
      type: 'removeNetwork',
      workflowId: unlockedWorkflowId('plan', context.cluster, selector.network),
      args: [{ ...selector, cluster: context.cluster }, options],
      summary: `Looking at what ${selector.network} has on ${context.cluster}`,
    },
    signal,
  );
}

import { networkWorkflowId, type NetworkSelector, type RemoveOptions } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { carryOutRun, unlockedWorkflowId, type RunEnd, type RunProgress } from './run.ts';

export interface DownInput {
  readonly address: NetworkSelector;
  /** Keep the volumes of peers, orderers and CAs. */
  readonly keepData: boolean;
}

/** Removes everything that Weft made for a network. @throws as {@link carryOutRun} */
export function down(
  context: OperationContext,
  { address, keepData }: DownInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const options: RemoveOptions = { keepData };
  return carryOutRun(
    context,
    {
      network: address.network,
      type: 'removeNetwork',
      workflowId: networkWorkflowId(context.cluster, address.network),
      args: [address, options],
      summary: `Removing ${address.network} from ${context.cluster}`,
    },
    signal,
  );
}

/** What {@link down} would remove: the steps of its result, each of which changed nothing. @throws as {@link carryOutRun} */
export function planDown(
  context: OperationContext,
  { address, keepData }: DownInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const options: RemoveOptions = { keepData, dryRun: true };
  return carryOutRun(
    context,
    {
      network: address.network,
      type: 'removeNetwork',
      workflowId: unlockedWorkflowId('plan', context.cluster, address.network),
      args: [address, options],
      summary: `Looking at what ${address.network} has on ${context.cluster}`,
    },
    signal,
  );
}

import {
  networkWorkflowId,
  type NetworkSelector,
  type RenewalTargets,
  type RenewOptions,
} from '../workflows/messages.ts';
import { clustersOf } from '../workflows/selection.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { carryOutRun, unlockedWorkflowId, type RunEnd, type RunProgress } from './run.ts';

export interface RenewInput {
  readonly selector: NetworkSelector;
  /** Whose certificates are renewed now, e.g. `org1` or `org1/peer1`; undefined means that those are which are due. */
  readonly targets: RenewalTargets | undefined;
  /** New keys, instead of new certificates for those that are there. */
  readonly newKey: boolean;
}

/** Renews certificates of a network, as its record describes it. @throws as {@link carryOutRun} */
export function renew(
  context: OperationContext,
  { selector, ...renewal }: RenewInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const { network } = selector;
  const order = {
    workflowId: networkWorkflowId(context.cluster, network),
    summary: `Renewing certificates of ${network} on ${context.cluster}`,
  };
  return carryOutRenewal(context, selector, { ...order, options: optionsOf(renewal) }, signal);
}

/** What {@link renew} would renew: the steps of its result, each of which changed nothing. @throws as {@link carryOutRun} */
export function planRenewal(
  context: OperationContext,
  { selector, ...renewal }: RenewInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const { network } = selector;
  const order = {
    workflowId: unlockedWorkflowId('plan', context.cluster, network),
    summary: `Looking at what is to be renewed of ${network} on ${context.cluster}`,
  };
  return carryOutRenewal(context, selector, { ...order, options: { ...optionsOf(renewal), dryRun: true } }, signal);
}

function optionsOf({ targets, newKey }: Omit<RenewInput, 'selector'>): RenewOptions {
  return { ...(targets === undefined ? {} : { targets }), ...(newKey ? { newKey } : {}) };
}

function carryOutRenewal(
  context: OperationContext,
  selector: NetworkSelector,
  order: { readonly workflowId: string; readonly summary: string; readonly options: RenewOptions },
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const { workflowId, summary, options } = order;
  const clusters = clustersOf(selector, context.cluster);
  return carryOutRun(
    context,
    { network: selector.network, clusters, type: 'renewNetwork', workflowId, args: [selector, options], summary },
    signal,
  );
}

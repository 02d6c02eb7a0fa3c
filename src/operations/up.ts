import type { Network } from '../spec/index.ts';
import { networkWorkflowId, type ApplyOptions } from '../workflows/messages.ts';
import { clustersOf, selectorOf } from '../workflows/selection.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { carryOutRun, requireStart, unlockedWorkflowId, type RunEnd, type RunOrder, type RunProgress } from './run.ts';

export interface UpInput {
  readonly network: Network;
  /** Nodes that the description no longer names may be removed; without it the use case asks by its result. */
  readonly approveRemoval: boolean;
  /** Their ledger volumes too. */
  readonly pruneData: boolean;
  /** Channels that the description no longer names may be removed. */
  readonly removeChannels: boolean;
}

export type UpEnd =
  | RunEnd
  /** The description no longer names these; nothing was touched. The same again with `approveRemoval` has them go. */
  | ({ readonly kind: 'approval needed' } & Leavings);

/** What the description no longer names. */
export interface Leavings {
  /** Nodes, and what organizations have besides. */
  readonly removals: readonly string[];
  /** Those of them whose volumes go, too. */
  readonly withVolumes: readonly string[];
  /** Who leaves a channel, a sentence without a full stop each. */
  readonly departures: readonly string[];
}

/** Brings a network up as its description says, or joins the run that does so already. @throws as {@link carryOutRun} */
export async function* up(
  context: OperationContext,
  input: UpInput,
  signal: AbortSignal,
): Operation<RunProgress, UpEnd> {
  const end = yield* carryOutRun(context, upOrder(context, input), signal);
  const leavings = leavingsToApprove(end);
  return leavings === undefined ? end : { kind: 'approval needed', ...leavings };
}

/** Fails as {@link up} would fail now to begin, and starts nothing. @throws as {@link requireStart} */
export function requireUp(context: OperationContext, input: UpInput, signal: AbortSignal): Promise<void> {
  return requireStart(context, upOrder(context, input), signal);
}

function upOrder(
  { cluster }: OperationContext,
  { network, approveRemoval, pruneData, removeChannels }: UpInput,
): RunOrder {
  const options: ApplyOptions = { cluster, approveRemoval, pruneData, removeChannels };
  return {
    network: network.name,
    clusters: clustersOf(selectorOf(network), cluster),
    type: 'applyNetwork',
    workflowId: networkWorkflowId(cluster, network.name),
    args: [network, options],
    summary: `Bringing up ${network.name} on ${cluster}`,
  };
}

export interface PlanInput {
  readonly network: Network;
  /** Plan to remove the ledger volumes of removed nodes too. */
  readonly pruneData: boolean;
}

/** The same run as that of {@link up}, but every step stops when it knows what it would do. @throws as {@link carryOutRun} */
export function plan(
  context: OperationContext,
  { network, pruneData }: PlanInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const { cluster } = context;
  const options: ApplyOptions = { cluster, dryRun: true, approveRemoval: true, removeChannels: true, pruneData };
  return carryOutRun(
    context,
    {
      network: network.name,
      clusters: clustersOf(selectorOf(network), context.cluster),
      type: 'applyNetwork',
      workflowId: unlockedWorkflowId('plan', context.cluster, network.name),
      args: [network, options],
      summary: `Planning ${network.name} on ${context.cluster}`,
    },
    signal,
  );
}

function leavingsToApprove(end: RunEnd): Leavings | undefined {
  if (end.kind !== 'failed') return undefined;
  const remedy = end.failure.remedies.find(({ kind }) => kind === 'approveRemoval');
  if (remedy?.kind !== 'approveRemoval') return undefined;
  const { targets, withVolumes = [], departures = [] } = remedy;
  return { removals: targets, withVolumes, departures };
}

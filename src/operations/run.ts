import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  isRunResult,
  openRun,
  queuesWithoutWorker,
  requestOf,
  startOrJoin,
  watchRun,
  type OpenRun,
  type RunEnding,
  type RunFailure,
  type RunReference,
  type RunView,
} from '../client/index.ts';
import type { RunResult } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import { OperationFailure } from './failure.ts';
import { carryOut, reporting, type Operation } from './progress.ts';

/** What a use case reports about its run while it goes on. */
export type RunProgress =
  /** Nothing is started yet: no worker polls these task queues at the moment. */
  | { readonly kind: 'awaitingWorker'; readonly queues: readonly string[] }
  | { readonly kind: 'started'; readonly run: RunReference }
  /** The same run was under way already. */
  | { readonly kind: 'joined'; readonly run: RunReference; readonly since: Date }
  /** The use case is about a run that somebody else started. */
  | { readonly kind: 'found'; readonly open: OpenRun }
  | { readonly kind: 'view'; readonly view: RunView };

/** How a run ended, with the last view of it. */
export type RunEnd = RunDone | RunUndone;

export interface RunDone {
  readonly kind: 'done';
  readonly result: RunResult;
  readonly view: RunView;
}

/** A run that did not do its work to the end. What its steps have done stays. */
export type RunUndone = { readonly view: RunView } & (
  | { readonly kind: 'failed'; readonly failure: RunFailure }
  | { readonly kind: 'cancelled' }
  /** Somebody ended it in Temporal. */
  | { readonly kind: 'terminated'; readonly reason: string }
  /** It reached the time limit that it was started with. */
  | { readonly kind: 'timed out' }
);

/** A workflow to start. */
export interface RunOrder {
  readonly network: string;
  /** Names of the clusters on which it works, each once: workers have to be there for all of them. */
  readonly clusters: readonly string[];
  /** Name of the workflow function. */
  readonly type: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  /** One line for people who look at the run in Temporal's own UI. */
  readonly summary: string;
}

/** An id for a run that locks nothing, e.g. `plan/local/test-network/5f0c2d1e`. */
export function unlockedWorkflowId(kind: 'plan' | 'status', cluster: string, network: string): string {
  return `${kind}/${cluster}/${network}/${randomBytes(4).toString('hex')}`;
}

/** How the workflow ids of all looks at a network begin. */
export function looksAt(cluster: string, network: string): string {
  return `status/${cluster}/${network}/`;
}

/**
 * Starts a run, or joins the open one that does the same, and follows it to its end.
 *
 * @param signal ends the following, not the run
 * @throws OperationFailure `NoWorker`, `NetworkBusy`; the signal's reason
 */
export async function* carryOutRun(
  context: OperationContext,
  order: RunOrder,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const run = yield* startRun(context, order, signal);
  const { ending, view } = yield* followRun(context, run, { signal, progress: true });
  return endOf(order.network, ending, view);
}

/**
 * Fails as the start of a run would fail now, and starts none: for who has to note something before the run begins.
 *
 * @throws OperationFailure `NoWorker`, `NetworkBusy`; the signal's reason
 */
export async function requireStart(context: OperationContext, order: RunOrder, signal: AbortSignal): Promise<void> {
  const { network, type, workflowId, args } = order;
  await carryOut(awaitWorkers(context, order.clusters, signal), () => undefined);
  const { operation, fingerprint } = requestOf(type, args);
  const holder = await openRun(context.temporal, workflowId);
  if (holder === undefined || holder.fingerprint === fingerprint) return;
  throw new OperationFailure({ code: 'NetworkBusy', network, requested: operation, holder });
}

/** Starts a run, or joins the open one that does the same. */
export async function* startRun(
  context: OperationContext,
  order: RunOrder,
  signal: AbortSignal,
): Operation<RunProgress, RunReference> {
  yield* awaitWorkers(context, order.clusters, signal);
  const { network, type, workflowId, args, summary } = order;
  const start = await startOrJoin(context.temporal, { type, workflowId, args, summary }, context.requestedBy);
  if (start.kind === 'refused') {
    const requested = requestOf(type, args).operation;
    throw new OperationFailure({ code: 'NetworkBusy', network, requested, holder: start.by });
  }
  yield start;
  return start.run;
}

/**
 * Yields every view of a run until it ends.
 *
 * @param options.signal ends the following, not the run
 * @param options.progress false for workflows that do not answer the progress query
 * @throws the signal's reason
 */
export async function* followRun(
  { temporal }: OperationContext,
  run: RunReference,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: boolean },
): Operation<RunProgress, { readonly ending: RunEnding; readonly view: RunView }> {
  return yield* reporting<RunProgress, { readonly ending: RunEnding; readonly view: RunView }>(
    async (report, unheard) => {
      const onView = (view: RunView): void => {
        report({ kind: 'view', view });
      };
      const watched = await watchRun(temporal, run, { signal: AbortSignal.any([signal, unheard]), onView, progress });
      onView(watched.view);
      return watched;
    },
  );
}

/** What the end of a run means to whoever asked for it. */
export function endOf(network: string, ending: RunEnding, view: RunView): RunEnd {
  if (ending.kind !== 'completed') return { ...ending, view };
  if (isRunResult(ending.value)) return { kind: 'done', result: ending.value, view };
  throw new Error(`the run of ${network} returned something that is not the result of a run`);
}

/** A worker polls or it does not; this bridges one that is just being restarted. */
const WORKER_PATIENCE_MS = 3_000;

const POLL_MS = 500;

async function* awaitWorkers(
  { temporal, now }: OperationContext,
  clusters: readonly string[],
  signal: AbortSignal,
): Operation<RunProgress, undefined> {
  const deadline = now().getTime() + WORKER_PATIENCE_MS;
  for (let isTold = false; ; isTold = true) {
    signal.throwIfAborted();
    const queues = await queuesWithoutWorker(temporal, clusters, now());
    if (queues.length === 0) return undefined;
    if (now().getTime() >= deadline) throw new OperationFailure({ code: 'NoWorker', queues });
    if (!isTold) yield { kind: 'awaitingWorker', queues };
    await sleep(POLL_MS);
  }
}

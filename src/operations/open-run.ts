import { openRun, type OpenRun } from '../client/index.ts';
import { networkWorkflowId } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { endOf, followRun, type RunEnd, type RunProgress } from './run.ts';

/*
 * What can be done with the run that holds a network, whoever started it.
 */

/** No run of the network is under way. */
export interface NoRun {
  readonly kind: 'no run';
}

export interface WatchedRun {
  readonly kind: 'watched';
  readonly open: OpenRun;
  readonly end: RunEnd;
}

/** Follows the run that holds a network until it ends. @param signal ends the following, not the run */
export async function* watch(
  context: OperationContext,
  network: string,
  signal: AbortSignal,
): Operation<RunProgress, NoRun | WatchedRun> {
  const open = await openRun(context.temporal, networkWorkflowId(context.cluster, network));
  if (open === undefined) return { kind: 'no run' };
  yield { kind: 'found', open };
  const { ending, view } = yield* followRun(context, open.run, { signal, progress: true });
  return { kind: 'watched', open, end: endOf(network, ending, view) };
}

export interface CancelledRun {
  readonly kind: 'cancelled';
  readonly open: OpenRun;
  /** The run did its work before it learned that it was to stop. */
  readonly hadDoneItsWork: boolean;
}

/**
 * Stops the run that holds a network, and follows it until it has stopped. What its steps have done stays.
 *
 * The report `found` says that the run has been told to stop; who does not wait for it may leave then.
 *
 * @param signal ends the following; the run stops all the same
 */
export async function* cancel(
  context: OperationContext,
  network: string,
  signal: AbortSignal,
): Operation<RunProgress, NoRun | CancelledRun> {
  const open = await openRun(context.temporal, networkWorkflowId(context.cluster, network));
  if (open === undefined) return { kind: 'no run' };
  await context.temporal.cancel(open.run);
  yield { kind: 'found', open };
  const { ending } = yield* followRun(context, open.run, { signal, progress: true });
  return { kind: 'cancelled', open, hadDoneItsWork: ending.kind === 'completed' };
}

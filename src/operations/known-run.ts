import { EMPTY_VIEW, RunUnreadable, type RunReference } from '../client/index.ts';
import { completeDescription, type Network } from '../spec/index.ts';
import type { OperationContext } from './context.ts';
import type { Operation } from './progress.ts';
import { endOf, followRun, type RunEnd, type RunProgress } from './run.ts';

/*
 * What can be done with one run that somebody has noted, which need not be the one that holds its network now.
 */

/** A run and what it is about, as they are noted. */
export interface KnownRun {
  readonly network: string;
  readonly run: Required<RunReference>;
}

/** Temporal keeps runs for a time, and this one no longer. */
export interface ForgottenRun {
  readonly kind: 'forgotten';
}

/** Follows a run that was noted to its end, or tells it if it has ended. @param signal ends the following, not the run */
export async function* followKnownRun(
  context: OperationContext,
  { network, run }: KnownRun,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd | ForgottenRun> {
  if ((await context.temporal.describe(run)) === undefined) return { kind: 'forgotten' };
  const { ending, view } = yield* followRun(context, run, { signal, progress: true });
  return endOf(network, ending, view);
}

/**
 * Tells a run to stop, and does not wait for it. What its steps have done stays; a run that came after it is left alone.
 *
 * @returns false if it has ended, or Temporal no longer keeps it
 */
export async function cancelKnownRun({ temporal }: OperationContext, run: Required<RunReference>): Promise<boolean> {
  const description = await temporal.describe(run);
  if (description?.status !== 'running') return false;
  await temporal.cancel(run);
  return true;
}

/** How a run has ended that nobody has followed. @throws RunUnreadable */
export async function endOfKnownRun(
  { temporal }: OperationContext,
  { network, run }: KnownRun,
): Promise<RunEnd | ForgottenRun> {
  if ((await temporal.describe(run)) === undefined) return { kind: 'forgotten' };
  return endOf(network, await temporal.result(run, NEVER), EMPTY_VIEW);
}

/** It has ended, so that nobody waits. */
const NEVER = new AbortController().signal;

/** The description that a run brings its network to, completed; undefined if its arguments are none, or cannot be read. */
export async function describedBy({ temporal }: OperationContext, run: RunReference): Promise<Network | undefined> {
  try {
    const [description] = await temporal.args(run);
    const completed = completeDescription(description);
    return completed.ok ? completed.network : undefined;
  } catch (error) {
    // Of a client with another codec.
    if (error instanceof RunUnreadable) return undefined;
    throw error;
  }
}

import {
  NoAnswer,
  openRun,
  RetryUnsupported,
  retryWaitingSteps,
  type OpenRun,
  type RetriedStep,
  type RunReference,
} from '../client/index.ts';
import { networkWorkflowId } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import { OperationFailure } from './failure.ts';
import type { NoRun } from './open-run.ts';

/** A run whose waiting steps are tried. */
export interface RetriedRun {
  readonly kind: 'retried';
  readonly open: OpenRun;
  /** Empty if none waited for its next attempt. */
  readonly steps: readonly RetriedStep[];
}

/**
 * Has what waits for its next attempt tried at once, in the run that holds a network.
 *
 * @param target only the steps on this, e.g. `org1/peer1`; undefined means all
 * @throws OperationFailure `RunSilent`, `RunRefuses`
 */
export async function retryRun(
  context: OperationContext,
  network: string,
  target: string | undefined,
): Promise<NoRun | RetriedRun> {
  const open = await openRun(context.temporal, networkWorkflowId(context.cluster, network));
  if (open === undefined) return { kind: 'no run' };
  return { kind: 'retried', open, steps: await retryNow(context, open.run, target) };
}

/**
 * The same with one run that somebody has noted.
 *
 * @returns undefined if it has ended, or Temporal no longer keeps it
 * @throws OperationFailure `RunSilent`, `RunRefuses`
 */
export async function retryKnownRun(
  context: OperationContext,
  run: RunReference,
  target: string | undefined,
): Promise<readonly RetriedStep[] | undefined> {
  if ((await context.temporal.describe(run))?.status !== 'running') return undefined;
  return retryNow(context, run, target);
}

async function retryNow(
  { temporal }: OperationContext,
  run: RunReference,
  target: string | undefined,
): Promise<readonly RetriedStep[]> {
  try {
    return await retryWaitingSteps(temporal, run, target);
  } catch (error) {
    if (error instanceof NoAnswer) {
      throw new OperationFailure({ code: 'RunSilent', workflowId: run.workflowId }, { cause: error });
    }
    if (!(error instanceof RetryUnsupported)) throw error;
    throw new OperationFailure({ code: 'RunRefuses', reason: `${error.message}.` }, { cause: error });
  }
}

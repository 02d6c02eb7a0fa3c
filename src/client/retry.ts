import type { Progress, StepRecord } from '../workflows/messages.ts';
import { NoAnswer, type RunReference, type Temporal } from './temporal.ts';
import { retryableSteps } from './view.ts';

/** A step that is tried at once. */
export interface RetriedStep extends Pick<StepRecord, 'step' | 'target'> {
  /** The attempt that begins, from 1. */
  readonly attempt: number;
  /** Why the one before failed; empty if none has. */
  readonly reason: string;
}

/**
 * Has the steps of a run and of its children tried at once that wait for their next attempts.
 *
 * @param target only the steps on this, e.g. `org1/peer1`; undefined means all
 * @throws NoAnswer if no worker tells which steps there are; RetryUnsupported
 */
export async function retryWaitingSteps(
  temporal: Temporal,
  run: RunReference,
  target: string | undefined,
): Promise<readonly RetriedStep[]> {
  const progress = await temporal.progress(run);
  const children = await Promise.all(
    progress.children.map(async (workflowId) => ({
      workflow: { workflowId },
      progress: await progressOf(temporal, workflowId),
    })),
  );
  const retried = await Promise.all(
    [{ workflow: run, progress }, ...children].map((part) => retryIn(temporal, part, target)),
  );
  return retried.flat();
}

/** Undefined if the child has ended, or no worker answers for it. */
async function progressOf(temporal: Temporal, workflowId: string): Promise<Progress | undefined> {
  try {
    return await temporal.progress({ workflowId });
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}

async function retryIn(
  temporal: Temporal,
  { workflow, progress }: { readonly workflow: RunReference; readonly progress: Progress | undefined },
  target: string | undefined,
): Promise<readonly RetriedStep[]> {
  const description = await temporal.describe(workflow);
  if (description?.status !== 'running') return [];
  const waiting = retryableSteps({ description, progress }).filter(
    ({ step }) => (target ?? step.target) === step.target,
  );
  const retried = await Promise.all(
    waiting.map(async ({ step, activity: { id, attempt, lastFailure } }) => {
      const isTried = await temporal.retryActivity(workflow, id);
      return isTried ? [{ ...step, attempt, reason: lastFailure?.message ?? '' }] : [];
    }),
  );
  return retried.flat();
}

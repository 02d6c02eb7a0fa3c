import { NoAnswer, openRun, UpdateRefused, type OpenRun, type RunReference } from '../client/index.ts';
import { networkWorkflowId, type PauseAnswer, type RunUpdates } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import { OperationFailure } from './failure.ts';
import type { NoRun } from './open-run.ts';

/** A run that was asked to pause or to go on. */
export interface PausedOrResumed {
  readonly kind: 'asked';
  readonly open: OpenRun;
  readonly answer: PauseAnswer;
}

/**
 * Pauses the run that holds a network, or resumes it. A paused run begins no new step; steps that are under way end.
 *
 * @param reason why, for whoever looks at the run; may be empty
 * @throws OperationFailure `RunSilent`, `RunRefuses`
 */
export async function pauseOrResume(
  context: OperationContext,
  network: string,
  what: 'pause' | 'resume',
  reason: string,
): Promise<NoRun | PausedOrResumed> {
  const open = await openRun(context.temporal, networkWorkflowId(context.cluster, network));
  if (open === undefined) return { kind: 'no run' };
  const answer = await pauseOrResumeKnownRun(context, open.run, what, reason);
  // It has ended between the two questions.
  return answer === undefined ? { kind: 'no run' } : { kind: 'asked', open, answer };
}

/**
 * The same with one run that somebody has noted.
 *
 * @returns undefined if it has ended, or Temporal no longer keeps it
 * @throws OperationFailure `RunSilent`, `RunRefuses`
 */
export function pauseOrResumeKnownRun(
  context: OperationContext,
  run: RunReference,
  what: 'pause' | 'resume',
  reason: string,
): Promise<PauseAnswer | undefined> {
  return askRun(context, run, what, { by: context.requestedBy, reason });
}

/**
 * Asks a run for something.
 *
 * @returns undefined if it has ended, or Temporal no longer keeps it
 * @throws OperationFailure `RunSilent`, `RunRefuses`
 */
export async function askRun<Name extends keyof RunUpdates>(
  { temporal }: OperationContext,
  run: RunReference,
  name: Name,
  argument: RunUpdates[Name]['argument'],
): Promise<RunUpdates[Name]['answer'] | undefined> {
  try {
    return await temporal.update(run, name, argument);
  } catch (error) {
    if (error instanceof NoAnswer) {
      throw new OperationFailure({ code: 'RunSilent', workflowId: run.workflowId }, { cause: error });
    }
    if (!(error instanceof UpdateRefused)) throw error;
    throw new OperationFailure({ code: 'RunRefuses', reason: error.message }, { cause: error });
  }
}

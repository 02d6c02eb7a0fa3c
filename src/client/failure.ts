import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';

import { remediesOf } from '../spec/index.ts';
import type { RunEnding, RunFailure } from './temporal.ts';

/**
 * Turns the error with which Temporal reports a run's end into an ending. The outermost ApplicationFailure speaks for
 * the run: the workflow that failed it chose those words for people; what lies below is its cause.
 *
 * @param error - what `WorkflowHandle.result()` threw; anything but a `WorkflowFailedError` is thrown again.
 */
export function endingOf(error: unknown): RunEnding {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const causes = causesOf(error);
  const application = causes.find((cause) => cause instanceof ApplicationFailure);
  if (application) return { kind: 'failed', failure: fromApplicationFailure(application) };
  const [first] = causes;
  if (first instanceof CancelledFailure) return { kind: 'cancelled' };
  if (first instanceof TerminatedFailure) return { kind: 'terminated', reason: first.message };
  if (first instanceof TimeoutFailure) return { kind: 'timed out' };
  const message = causes.at(-1)?.message ?? error.message;
  return { kind: 'failed', failure: { type: 'Unknown', message, remedies: [], details: [] } };
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) causes.push(cause);
  return causes;
}

function fromApplicationFailure(failure: ApplicationFailure): RunFailure {
  const details = failure.details ?? [];
  return { type: failure.type ?? 'Unknown', message: failure.message, remedies: remediesOf(details), details };
}

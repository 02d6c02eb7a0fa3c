import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';

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
  return { kind: 'failed', failure: { type: 'Unknown', message, target: '', hint: '', details: [] } };
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) causes.push(cause);
  return causes;
}

function fromApplicationFailure(failure: ApplicationFailure): RunFailure {
  const details = failure.details ?? [];
  return {
    type: failure.type ?? 'Unknown',
    message: failure.message,
    target: textField(details[0], 'target'),
    hint: textField(details[0], 'hint'),
    details,
  };
}

/** A text field of a failure's details; empty if it is not there. */
function textField(details: unknown, name: string): string {
  if (typeof details !== 'object' || details === null) return '';
  const value = Object.entries(details).find(([key]) => key === name)?.[1] as unknown;
  return typeof value === 'string' ? value : '';
}

/** A field of a failure's details that is a list of sentences; empty if it is not there. */
export function sentencesOf(details: readonly unknown[], name: string): readonly string[] {
  const [first] = details;
  if (typeof first !== 'object' || first === null) return [];
  const value: unknown = Object.entries(first).find(([key]) => key === name)?.[1];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

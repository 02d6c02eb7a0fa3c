import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, RetryState, TerminatedFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';

import { endingOf } from '../../../src/client/failure.ts';

function failedWith(cause: Error): WorkflowFailedError {
  return new WorkflowFailedError('Workflow execution failed', cause, RetryState.NON_RETRYABLE_FAILURE);
}

describe('endingOf', () => {
  it('lets the failure speak that the workflow chose, with what helps', () => {
    const failure = ApplicationFailure.create({
      type: 'ImagePullFailed',
      message: 'image x cannot be pulled',
      details: [{ attempts: 3, remedy: { kind: 'fixImage' } }],
      cause: new Error('deeper'),
    });
    expect(endingOf(failedWith(failure))).toEqual({
      kind: 'failed',
      failure: {
        type: 'ImagePullFailed',
        message: 'image x cannot be pulled',
        remedies: [{ kind: 'fixImage' }],
        details: [{ attempts: 3, remedy: { kind: 'fixImage' } }],
      },
    });
  });

  it('tells a cancelled run from a failed one', () => {
    expect(endingOf(failedWith(new CancelledFailure('cancelled')))).toEqual({ kind: 'cancelled' });
  });

  it('passes on why somebody terminated a run', () => {
    expect(endingOf(failedWith(new TerminatedFailure('maintenance')))).toEqual({
      kind: 'terminated',
      reason: 'maintenance',
    });
  });

  it('throws what is not the end of a run', () => {
    expect(() => endingOf(new TypeError('a defect'))).toThrow('a defect');
  });
});

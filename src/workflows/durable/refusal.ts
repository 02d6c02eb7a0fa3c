import { ApplicationFailure } from '@temporalio/workflow';

import type { Remedy } from '../../spec/index.ts';

/**
 * A failure of the run itself, which no retry heals.
 *
 * @param message names the object and the fact; whoever sees nothing else understands it
 * @param remedy what helps, which whoever shows the failure puts into words of their own
 * @param details more for programs
 */
export function refusal(type: string, message: string, remedy: Remedy, details: object = {}): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true, details: [{ ...details, remedy }] });
}

import { ApplicationFailure } from '@temporalio/common';

import { KubernetesError } from '../../kubernetes/index.ts';
import { isUnanswered } from '../failures.ts';

/** The cluster answered that nothing serves there now: another node may. That it did not answer says nothing of the node. */
export function isDown(error: unknown): error is KubernetesError {
  return error instanceof KubernetesError && (error.kind === 'noReadyPod' || error.kind === 'notFound');
}

/**
 * Looks at nodes, and in a dry run takes what is expected instead where they do not stand: a plan does not wait for what the
 * run that it describes would bring up first.
 */
export async function lookOrExpect<Result>(
  { dryRun }: { readonly dryRun: boolean },
  expected: Result,
  look: () => Promise<Result>,
): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    if (dryRun && (isDown(error) || isAbsence(error))) return expected;
    throw error;
  }
}

/** An organization has nobody enrolled who could ask, or none of the nodes that could answer does. */
export function isAbsence(error: unknown): boolean {
  return error instanceof ApplicationFailure && (error.type === 'MaterialMissing' || isUnanswered(error.type));
}

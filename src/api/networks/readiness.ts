import type { Condition } from '../../workflows/messages.ts';

/** Whether all conditions of a network are true. One that is false says more than one that could not be found out. */
export function readiness(conditions: readonly Condition[]): Condition['status'] {
  if (conditions.some(({ status }) => status === 'False')) return 'False';
  return conditions.every(({ status }) => status === 'True') ? 'True' : 'Unknown';
}

/** A condition as far as its weight depends on it. */
interface Weighed {
  readonly status: 'True' | 'False' | 'Unknown';
}

/** The condition that says most of why a network is not ready: a false one before one that is not known; undefined if all are true. */
export function worstCondition<Condition extends Weighed>(conditions: readonly Condition[]): Condition | undefined {
  return conditions.find(({ status }) => status === 'False') ?? conditions.find(({ status }) => status === 'Unknown');
}

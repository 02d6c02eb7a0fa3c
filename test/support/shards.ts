/**
 * How many files of tests run at the same time on the tests' platform. Most of their time they wait for pods, so two of them
 * keep two processors busy.
 */
export const SHARDS = 2;

/** Each shard has a Temporal namespace of its own: no file's worker takes the work of another's, or is missed when it is killed. */
export function temporalNamespaceOf(shard: number): string {
  return `weft-test-${shard}`;
}

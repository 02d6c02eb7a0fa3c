/**
 * How many files of tests run at the same time on the tests' platform. Most of their time they wait for pods, so two of them
 * keep two processors busy.
 */
export const SLOTS = 2;

/** Each slot has a Temporal namespace of its own: no file's worker takes the work of another's, or is missed when it is killed. */
export function temporalNamespaceOf(slot: number): string {
  return `weft-test-${slot}`;
}

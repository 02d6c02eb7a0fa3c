/**
 * A node that answers does so in milliseconds, on a busy machine in seconds. One that says nothing at all, such as a process that hangs, is a
 * fact to be told; all looks of an activity go on at the same time, and it has 20 seconds (src/workflows/durable/policies.ts).
 */
const LOOK_MS = 12_000;

/**
 * Looks at something that may never answer.
 *
 * @param signal ends the look with its reason
 * @param look is given a signal that is aborted when its time is up, too
 * @param silence what is told instead then
 */
export async function orSilence<Seen>(
  signal: AbortSignal,
  look: (signal: AbortSignal) => Promise<Seen>,
  silence: Seen,
  withinMs = LOOK_MS,
): Promise<Seen> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    return await look(limited);
  } catch (error) {
    signal.throwIfAborted();
    if (limited.aborted) return silence;
    throw error;
  }
}

/** What is told of a node that did not answer. */
export const NO_ANSWER = `did not answer within ${LOOK_MS / 1000} s`;

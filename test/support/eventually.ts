import { setTimeout as wait } from 'node:timers/promises';

// Short against what tests wait for, long against the cost of asking.
const PAUSE_MS = 25;

/**
 * Asks again until the answer comes without an error.
 *
 * @throws the last error when time is up
 */
export async function eventually<T>(ask: () => Promise<T>, withinMs: number): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() >= end) throw error;
      await wait(PAUSE_MS);
    }
  }
}

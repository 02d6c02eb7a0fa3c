import { vi } from 'vitest';

/*
 * Stands in for node:timers/promises, so that what polls takes no time in tests:
 * `vi.mock('node:timers/promises', () => import('../instant-timers.ts'))`.
 */

let waits = 0;

/** A wait without end fails rather than last for ever. */
const MOST_WAITS = 2_000;

/** Moves the clock instead of waiting, where `vi.useFakeTimers({ toFake: ['Date'] })` has stopped it. */
export async function setTimeout<Value>(
  ms: number,
  value: Value,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Value> {
  signal?.throwIfAborted();
  waits += 1;
  if (waits > MOST_WAITS) throw new Error('This waits for ever.');
  if (vi.isFakeTimers()) vi.setSystemTime(Date.now() + ms);
  await new Promise(setImmediate);
  return value;
}

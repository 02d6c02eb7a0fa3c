import { setTimeout as sleep } from 'node:timers/promises';

import { PlatformError } from '../failure.ts';

export interface WaitOptions {
  /** What is awaited, as in `X did not happen within 30 s`. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Time between two looks; short enough that a start loses nothing to it. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Says why it has not happened, for the message at the timeout. */
  readonly explain?: () => string | Promise<string>;
}

/**
 * Looks until a condition gives a value other than undefined or false.
 *
 * @returns that value
 * @throws PlatformError at the timeout; whatever the condition throws; the signal's reason when it aborts.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  waiting: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const { what, timeoutMs, intervalMs = 100, signal, explain } = waiting;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const value = await look();
    if (isThere(value)) return value;
    if (Date.now() >= deadline) {
      const reason = explain === undefined ? '' : `\n${await explain()}`;
      throw new PlatformError(`${what} within ${timeoutMs / 1_000} s: it did not happen.${reason}`);
    }
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal });
  }
}

function isThere<T>(value: T): value is Exclude<T, undefined | false> {
  return value !== undefined && value !== false;
}

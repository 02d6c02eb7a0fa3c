import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits between two looks.
 *
 * @throws the signal's reason as soon as that is aborted
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

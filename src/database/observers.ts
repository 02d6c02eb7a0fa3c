import type { Database } from './database.ts';
import type { HeldLock } from './session-locks.ts';

/**
 * Asks to be the one who observes a run, and writes down what happens in it: of several processes of the service one does so for each open run. When it ends, however that
 * happens, the next that asks is the one.
 *
 * @returns undefined if somebody else observes it. A lock that was lost is told, and what was written by two is there once: events and steps have
 *   places of their own
 */
export function tryToObserve({ locks }: Database, runId: string): Promise<HeldLock | undefined> {
  return locks.tryLock(`observer of ${runId}`);
}

/** Asks to be the one who does what is to be done for a cluster whether or not somebody asks for it. @returns undefined if somebody else is */
export function tryToKeepUp({ locks }: Database, cluster: string): Promise<HeldLock | undefined> {
  return locks.tryLock(`background of ${cluster}`);
}

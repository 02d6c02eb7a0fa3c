import { setTimeout as wait } from 'node:timers/promises';

import type { TestWorker } from '../../support/weft.ts';

/** A moment in a worker's life, recognized by what it left in the cluster and at the CAs. */
export interface Moment {
  /** Whether it may come at any time now; cheap, asked while the worker runs. */
  readonly isNear: () => Promise<boolean>;
  /** Whether it has come; asked while the worker stands still. */
  readonly hasCome: () => Promise<boolean>;
}

/** Fewer instructions than one of a step's requests takes, so that no moment between two requests is passed over. */
const SLICE_MS = 2;

const FAR_MS = 5;

const MOMENT_MS = 90_000;

/**
 * Lets a worker run in slices until a moment has come, and leaves it standing still (SIGSTOP) just there: whoever kills
 * it then kills it in that moment, and not by chance.
 *
 * @throws Error if the moment does not come
 */
export async function stopAt(worker: TestWorker, { isNear, hasCome }: Moment): Promise<void> {
  const end = performance.now() + MOMENT_MS;
  while (performance.now() < end) {
    if (await isNear()) {
      process.kill(worker.pid, 'SIGSTOP');
      if (await hasCome()) return;
      process.kill(worker.pid, 'SIGCONT');
      await wait(SLICE_MS);
    } else {
      await wait(FAR_MS);
    }
  }
  throw new Error(
    `The moment did not come within ${MOMENT_MS / 1000} s, or went by unseen. The worker's log:\n${worker.log()}`,
  );
}

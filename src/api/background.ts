import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

import { tryToKeepUp, type Database } from '../database/index.ts';

/** Something that is to be done again and again. */
export interface BackgroundTask {
  /** For the log. */
  readonly name: string;
  /** Time between two of its runs, in milliseconds. */
  readonly everyMs: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** In milliseconds. Another process does it; when that ends, nobody waits for the next. */
const RETRY_MS = 10_000;

/**
 * Does what is to be done whether or not somebody asks for anything. Of several processes one does so for a cluster, and another takes over when it ends.
 *
 * @returns ends it
 */
export function runInBackground(
  { database, cluster }: { readonly database: Database; readonly cluster: string },
  tasks: readonly BackgroundTask[],
  log: FastifyBaseLogger,
): () => Promise<void> {
  const closing = new AbortController();
  const { signal } = closing;

  const repeat = async ({ name, everyMs, run }: BackgroundTask, held: AbortSignal): Promise<void> => {
    while (!held.aborted) {
      await run(held).catch((error: unknown) => {
        if (!held.aborted) log.warn({ err: error }, `${name}: it is tried again`);
      });
      await sleep(everyMs, undefined, { signal: held }).catch(() => undefined);
    }
  };

  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const lock = await tryToKeepUp(database, cluster);
        if (lock !== undefined) {
          const held = AbortSignal.any([signal, lock.lost]);
          await Promise.all(tasks.map((task) => repeat(task, held)));
          await lock.release();
        }
      } catch (error) {
        log.warn({ err: error }, 'what is done in the background could not be done, and is tried again');
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  };

  const working = work();
  return async () => {
    closing.abort();
    await working;
  };
}

import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

import { lastEvents, type Database } from '../../database/index.ts';

/** Tells those who follow events that there are new ones. */
export interface EventFeed {
  /**
   * Waits until the events of a network go on after a place, or the network is removed.
   *
   * @param after place in the network
   * @param signal ends the waiting
   */
  next(networkId: string, after: number, signal: AbortSignal): Promise<void>;
  /** Has this process look at once: it has written events itself. */
  wake(): void;
  /** Looks no more. */
  close(): void;
}

/**
 * In milliseconds. The database is asked, for all networks that somebody follows at once, and not listened to (LISTEN): a notification is lost with its connection, so that
 * it would have to be asked all the same; and another process, a pool of connections before the server and an embedded database are all the same to this.
 */
const INTERVAL_MS = 1_000;

interface Waiter {
  readonly networkId: string;
  readonly after: number;
  readonly tell: () => void;
}

export function eventFeed(database: Database, log: FastifyBaseLogger): EventFeed {
  const closing = new AbortController();
  const waiters = new Set<Waiter>();
  let woken = new AbortController();
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const networks = new Set([...waiters].map(({ networkId }) => networkId));
    const last = await lastEvents(database, [...networks]);
    for (const waiter of waiters) {
      const place = last.get(waiter.networkId);
      if (place === undefined || place > waiter.after) waiter.tell();
    }
  };

  const lookWhileAwaited = async (): Promise<void> => {
    while (waiters.size > 0 && !closing.signal.aborted) {
      await sleep(INTERVAL_MS, undefined, { signal: AbortSignal.any([closing.signal, woken.signal]) }).catch(
        () => undefined,
      );
      if (woken.signal.aborted) woken = new AbortController();
      await look().catch((error: unknown) => {
        log.warn({ err: error }, 'new events could not be looked for, and are looked for again');
      });
    }
    looking = undefined;
  };

  return {
    next: async (networkId, after, signal) => {
      if (signal.aborted || closing.signal.aborted) return;
      const ending = AbortSignal.any([signal, closing.signal]);
      await new Promise<void>((resolve) => {
        const waiter: Waiter = {
          ...{ networkId, after },
          tell: () => {
            waiters.delete(waiter);
            ending.removeEventListener('abort', waiter.tell);
            resolve();
          },
        };
        ending.addEventListener('abort', waiter.tell);
        waiters.add(waiter);
        looking ??= lookWhileAwaited();
      });
    },
    wake: () => {
      woken.abort();
    },
    close: () => {
      closing.abort();
    },
  };
}

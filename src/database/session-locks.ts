import { sql, type Kysely } from 'kysely';

import type { Tables } from './tables.ts';

/** A lock, for as long as its holder wants it and the database knows it. */
export interface HeldLock {
  /** Aborted when the connection is lost, and the lock with it: somebody else may have it then. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/** Locks by name, which end with the process that holds them. */
export interface SessionLocks {
  /** @returns undefined if somebody else has it, in this process or another */
  readonly tryLock: (name: string) => Promise<HeldLock | undefined>;
  /** To be called when the session has ended, and all of its locks with it. */
  readonly lose: () => void;
  /** Gives out no more locks: asking a session that nobody has used yet would open its connection, which nobody would close. */
  readonly close: () => void;
}

/**
 * Advisory locks of one session of the database, which does nothing else: they are held by a connection, and a pool of those would need one for each lock.
 *
 * @param session its queries go through one connection
 */
export function createSessionLocks(session: Kysely<Tables>): SessionLocks {
  // To a session its own lock is free: what this process has is known here.
  const held = new Map<string, AbortController>();
  let isClosed = false;

  const tryLock = async (name: string): Promise<HeldLock | undefined> => {
    if (isClosed) throw new Error('the database is closed');
    if (held.has(name)) return undefined;
    const lost = new AbortController();
    held.set(name, lost);
    const forget = (): void => {
      if (held.get(name) === lost) held.delete(name);
    };
    try {
      const { rows } = await sql<{ isLocked: boolean }>`
        select pg_try_advisory_lock(${keyOf(name)}) as "isLocked"`.execute(session);
      if (rows[0]?.isLocked !== true) {
        forget();
        return undefined;
      }
    } catch (error) {
      forget();
      throw error;
    }
    const release = async (): Promise<void> => {
      if (lost.signal.aborted || held.get(name) !== lost) return;
      try {
        await sql`select pg_advisory_unlock(${keyOf(name)})`.execute(session);
      } finally {
        forget();
      }
    };
    return { lost: lost.signal, release };
  };

  const lose = (): void => {
    const all = [...held.values()];
    held.clear();
    for (const lock of all) lock.abort(new Error('the connection to the database was lost, and its locks with it'));
  };

  const close = (): void => {
    isClosed = true;
  };

  return { tryLock, lose, close };
}

/** A lock's key is a number of 64 bits: that two names have the same is less likely than that the disk forgets one. */
function keyOf(name: string): ReturnType<typeof sql> {
  return sql`hashtextextended(${name}, 0)`;
}

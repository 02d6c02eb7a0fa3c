import { PostgresDialect, type Dialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { Pool, type PoolClient, type PoolConfig } from 'pg';

import type { Engine } from './engine.ts';
import { DatabaseUnreachable } from './failure.ts';

/** Requests are short and few; a server allows a hundred connections by default, for all of its users. */
const CONNECTIONS = 10;

/** A server that starts at the same time is there within seconds; whoever starts the service again tries again. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How long is waited for what, in milliseconds; tests have shorter times. */
export interface PostgresTimes {
  /** After which the server gives a statement up. */
  readonly statement: number;
  /** After which an answer does not come any more: a server that is there has given the statement up by then. */
  readonly answer: number;
  /** Between two questions to the session that has the locks, whether it is there. */
  readonly sessionAsked: number;
  /** For the answer. Both together are less than the time after which the server gives its locks to others. */
  readonly sessionAnswer: number;
}

const TIMES: PostgresTimes = {
  // The longest statement removes a thousand runs with all that is kept of them.
  statement: 60_000,
  answer: 65_000,
  sessionAsked: 10_000,
  sessionAnswer: 10_000,
};

/** In milliseconds. A transaction of a process that hangs keeps rows locked that others wait for. */
const IDLE_TRANSACTION_MS = 60_000;

/** In milliseconds: after so much silence a connection is asked whether the other end is there. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Has the server notice within a minute that the machine of a session is gone, and free its locks. By default it takes two hours
 * (https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS).
 */
const SOON_NOTICED = '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3';

/**
 * Connects to a PostgreSQL server.
 *
 * @throws DatabaseUnreachable
 */
export async function openPostgres(url: string, times: PostgresTimes = TIMES): Promise<Engine> {
  const address = addressOf(url);
  let pool: Pool;
  try {
    pool = poolOf({
      ...{ connectionString: url, max: CONNECTIONS, query_timeout: times.answer },
      statement_timeout: times.statement,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    });
  } catch (error) {
    throw new DatabaseUnreachable(address, error);
  }
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new DatabaseUnreachable(address, error);
  }
  const session = (onLost: () => void): Dialect => {
    const single = poolOf({
      ...{ connectionString: url, max: 1, idleTimeoutMillis: 0, options: SOON_NOTICED },
      query_timeout: times.sessionAnswer,
    });
    return new PostgresDialect({ pool: watched(single, times.sessionAsked, onLost) });
  };
  return {
    dialect: new PostgresDialect({ pool: discarding(pool) }),
    session,
    // One process waits while another changes the tables.
    patient: () => new PostgresDialect({ pool: poolOf({ connectionString: url, max: CONNECTIONS }) }),
    // Kysely ends a pool that it has used; of one that it has not, the connection is left by which the server was asked whether it is there.
    release: async () => {
      if (!pool.ending) await pool.end();
    },
  };
}

function poolOf(config: PoolConfig): Pool {
  const pool = new Pool({
    ...config,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'weft',
    // A server that was cut off is noticed.
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
  // A connection that is lost while nobody uses it is replaced at the next use; an event without a listener would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * A pool that uses no connection again on which a query has had no answer: the driver gives that query up and has the connection wait for its answer all the
 * same, with all queries after it.
 *
 * @param onSilent called when that happens
 */
function discarding(pool: Pool, onSilent: () => void = () => undefined): PostgresPool {
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      return discardingClient(client, onSilent);
    },
    end: () => pool.end(),
  };
}

function discardingClient(client: PoolClient, onSilent: () => void): PostgresPoolClient {
  let isSilent = false;
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      if (isReadTimeout(error)) {
        isSilent = true;
        onSilent();
      }
      throw error;
    }
  };
  return {
    // Of the two forms that there are, that with a cursor is for streams, which nobody here has.
    query: query as PostgresPoolClient['query'],
    release: (destroy = false) => {
      client.release(destroy || isSilent);
    },
  };
}

/** The driver's own error has no code. */
function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/**
 * A session of one connection that is asked from time to time whether it is there: a lock is lost with its connection, and nothing tells of a machine that was
 * cut off.
 */
function watched(pool: Pool, everyMs: number, onLost: () => void): PostgresPool {
  const session = discarding(pool, onLost);
  // The pool tells of a connection that has ended when that is taken out of it, which may wait for the other end.
  pool.on('error', onLost);
  pool.on('remove', onLost);
  let asking: NodeJS.Timeout | undefined;
  const ask = async (): Promise<void> => {
    // Before the first lock there is nothing to lose.
    if (pool.totalCount === 0) return;
    const client = await session.connect();
    try {
      await client.query('select 1', []);
    } finally {
      client.release();
    }
  };
  return {
    ...session,
    connect: () => {
      asking ??= setInterval(() => {
        // What it has to say it has told.
        void ask().catch(() => undefined);
      }, everyMs).unref();
      return session.connect();
    },
    end: async () => {
      clearInterval(asking);
      await session.end();
    },
  };
}

/** Server and database of a URL, for messages: without user, password and options. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) return 'a URL that cannot be read';
  const { host, pathname, searchParams } = new URL(url);
  return `${host === '' ? (searchParams.get('host') ?? 'the local server') : host}${pathname}`;
}

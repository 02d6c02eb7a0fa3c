import { PostgresDialect, type Dialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';

import type { Engine } from './engine.ts';
import { DatabaseUnreachable } from './failure.ts';

/** Requests are short and few; a server allows a hundred connections by default, for all of its users. */
const CONNECTIONS = 10;

/** A server that starts at the same time is there within seconds; whoever starts the service again tries again. */
const CONNECT_TIMEOUT_MS = 10_000;

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
export async function openPostgres(url: string): Promise<Engine> {
  const address = addressOf(url);
  let pool: Pool;
  try {
    pool = poolOf({ connectionString: url, max: CONNECTIONS });
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
    const single = poolOf({ connectionString: url, max: 1, idleTimeoutMillis: 0, options: SOON_NOTICED });
    single.on('remove', onLost);
    return new PostgresDialect({ pool: single });
  };
  return { dialect: new PostgresDialect({ pool }), session, release: () => Promise.resolve() };
}

function poolOf(config: PoolConfig): Pool {
  const pool = new Pool({
    ...config,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'weft',
    // A server that was cut off is noticed.
    keepAlive: true,
  });
  // A connection that is lost while nobody uses it is replaced at the next use; an event without a listener would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Server and database of a URL, for messages: without user, password and options. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) return 'a URL that cannot be read';
  const { host, pathname, searchParams } = new URL(url);
  return `${host === '' ? (searchParams.get('host') ?? 'the local server') : host}${pathname}`;
}

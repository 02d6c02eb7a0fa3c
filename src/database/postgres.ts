import { PostgresDialect } from 'kysely';
import { Pool } from 'pg';

import type { Engine } from './engine.ts';
import { DatabaseUnreachable } from './failure.ts';

/** Requests are short and few; a server allows a hundred connections by default, for all of its users. */
const CONNECTIONS = 10;

/** A server that starts at the same time is there within seconds; whoever starts the service again tries again. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to a PostgreSQL server.
 *
 * @throws DatabaseUnreachable
 */
export async function openPostgres(url: string): Promise<Engine> {
  const address = addressOf(url);
  let pool: Pool;
  try {
    pool = new Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'weft',
      // A server that was cut off is noticed.
      keepAlive: true,
    });
  } catch (error) {
    throw new DatabaseUnreachable(address, error);
  }
  // A connection that is lost while nobody uses it is replaced at the next use; an event without a listener would end the process.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new DatabaseUnreachable(address, error);
  }
  return { dialect: new PostgresDialect({ pool }), release: () => Promise.resolve() };
}

/** Server and database of a URL, for messages: without user, password and options. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) return 'a URL that cannot be read';
  const { host, pathname, searchParams } = new URL(url);
  return `${host === '' ? (searchParams.get('host') ?? 'the local server') : host}${pathname}`;
}

import { CamelCasePlugin, Kysely, sql, type Dialect } from 'kysely';
import { Migrator } from 'kysely/migration';

import { DatabaseUnfit } from './failure.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { createSessionLocks, type SessionLocks } from './session-locks.ts';
import type { Tables } from './tables.ts';

/** The service's tables. What is done with them is in the functions of this folder: nobody else writes queries. */
export interface Database {
  readonly query: Kysely<Tables>;
  readonly locks: Pick<SessionLocks, 'tryLock'>;
  /** Ends all connections. What is under way fails. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the service's database and brings its tables up to date. Several processes may do so at once: one changes the tables while
 * the others wait.
 *
 * @param location URL of a PostgreSQL database (`postgresql://weft@host/weft`; what it leaves open is read from libpq's variables such as PGPASSWORD),
 *   or the folder of an embedded one, which is made if it is not there and serves one process
 * @throws DatabaseUnreachable; DatabaseInUse; DatabaseUnfit
 */
export async function openDatabase(location: string): Promise<Database> {
  const engine = await (isUrl(location) ? openPostgres(location) : openPglite(location));
  const query = kyselyOf(engine.dialect);
  const session = engine.session?.(() => {
    locks.lose();
  });
  const sessionQuery = session === undefined ? query : kyselyOf(session);
  const locks = createSessionLocks(sessionQuery);
  const close = async (): Promise<void> => {
    locks.close();
    try {
      await Promise.all([sessionQuery.destroy(), query.destroy()]);
    } finally {
      await engine.release();
    }
  };
  try {
    const patient = engine.patient === undefined ? query : kyselyOf(engine.patient());
    try {
      await migrate(patient);
    } finally {
      if (patient !== query) await patient.destroy();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { query, locks, close };
}

function kyselyOf(dialect: Dialect): Kysely<Tables> {
  // Keys of descriptions are whatever their owner called them.
  return new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] });
}

/**
 * Has several writes happen together or not at all. Inside of it, the same once more is a part of it.
 *
 * @param work is given the database to work with
 */
export async function atomically<Result>(
  database: Database,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  if (database.query.isTransaction) return await work(database);
  return await database.query.transaction().execute((query) => work({ ...database, query }));
}

/** Whether a database answers. @throws what the driver throws if it does not */
export async function ping({ query }: Database): Promise<void> {
  await sql`select 1`.execute(query);
}

/** The migrator holds an advisory lock of its own on a server; an embedded database has one process. */
async function migrate(query: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db: query, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new DatabaseUnfit(error);
}

function isUrl(location: string): boolean {
  return /^postgres(ql)?:/.test(location);
}

import type { Database } from './database.ts';

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

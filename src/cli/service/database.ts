import type { Command } from 'commander';

import type { Database } from '../../database/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export interface DatabaseFlags {
  readonly database?: string;
}

/** Adds the flag that says where the tables of the service are. */
export function withDatabaseFlag(command: Command): Command {
  return command.option(
    '--database <location>',
    'the tables of the service: a PostgreSQL URL, or a folder for an embedded database, which serves one process at a time (also WEFT_DATABASE)',
  );
}

/**
 * Opens the service's database for `work`, and closes it afterwards.
 *
 * @throws CommandFailure if none is named; DatabaseUnreachable, DatabaseInUse, DatabaseUnfit; what `work` throws
 */
export async function withDatabase<Result>(
  session: Session,
  flags: DatabaseFlags,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const location = flags.database ?? (session.env['WEFT_DATABASE'] || undefined);
  if (location === undefined) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: 'which database? Name it with --database or WEFT_DATABASE.',
      hints: ['For example: --database postgresql://weft@localhost/weft, or a folder: --database ./weft-data'],
    });
  }
  const database = await session.openDatabase(location);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

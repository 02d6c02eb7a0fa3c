import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

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
    'the tables of the service: a PostgreSQL URL, or a folder for an embedded database, which serves one process at a time (also WEFT_DATABASE, or WEFT_DATABASE_FILE for a file that holds it)',
  );
}

/**
 * Opens the service's database for `work`, and closes it afterwards.
 *
 * @throws CommandFailure if none is named, or the file that holds it cannot be read; DatabaseUnreachable, DatabaseInUse, DatabaseUnfit; what `work` throws
 */
export async function withDatabase<Result>(
  session: Session,
  flags: DatabaseFlags,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const location = await databaseLocation(flags, session);
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

/** Where the tables are by flags and environment; undefined if nothing says. @throws CommandFailure if the file that holds it cannot be read */
export async function databaseLocation(flags: DatabaseFlags, session: Session): Promise<string | undefined> {
  return flags.database ?? (session.env['WEFT_DATABASE'] || (await locationInFile(session)));
}

/** What a file holds that `WEFT_DATABASE_FILE` names: a URL has a password, and Compose and Kubernetes hand out secrets as files. */
async function locationInFile({ env, workingDirectory }: Session): Promise<string | undefined> {
  const file = env['WEFT_DATABASE_FILE'];
  if (!file) return undefined;
  const text = await readFile(resolve(workingDirectory, file), 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({ exitCode: EXIT.usage, message: `WEFT_DATABASE_FILE cannot be read: ${reason}` });
  });
  return text.trim() || undefined;
}

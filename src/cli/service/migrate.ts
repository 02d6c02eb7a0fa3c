import { Command } from 'commander';

import type { CommandRunner } from '../command-runner.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandResult, Session } from '../session.ts';
import { withDatabase, withDatabaseFlag, type DatabaseFlags } from './database.ts';

/**
 * `weft database migrate`: brings the tables to this version of Weft. `weft api` does the same when it starts; by itself it is
 * for a deployment, which does it once before it starts anything.
 */
export async function migrate(flags: DatabaseFlags, session: Session): Promise<CommandResult> {
  // To open is to migrate.
  await withDatabase(session, flags, () => Promise.resolve());
  return { exitCode: EXIT.done, text: 'The tables are those of this version.' };
}

export function databaseCommand(run: CommandRunner): Command {
  return new Command('database').description('The tables of the HTTP API').addCommand(migrateCommand(run));
}

function migrateCommand(run: CommandRunner): Command {
  const command = withDatabaseFlag(
    new Command('migrate').description(
      'Make the tables, or bring them to this version; weft api does it by itself, too',
    ),
  );
  withCommonFlags(command).action((flags: DatabaseFlags & CommonFlags) =>
    run(flags, (session) => migrate(flags, session)),
  );
  return withExamples(command, ['weft database migrate --database postgresql://weft@db/weft']);
}

import { DatabaseInUse, DatabaseUnfit, DatabaseUnreachable, TokenNameTaken } from '../../database/failure.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

/** @returns an error of the service's database as an exit code and what to type, or undefined if it is none */
export function databaseReport(error: unknown): FailureReport | undefined {
  if (error instanceof DatabaseUnreachable) {
    const hints = [
      'Start it, or name another: --database, WEFT_DATABASE; PGPASSWORD and its like say what the URL leaves open.',
    ];
    return { exitCode: EXIT.unreachable, message: `${error.message}.`, hints };
  }
  if (error instanceof DatabaseInUse) {
    const hints = [
      'If it is weft api: ask that for tokens, as an admin of all networks: WEFT_TOKEN=… weft token … --api http://127.0.0.1:8420',
      'Otherwise stop it first, or share a PostgreSQL database: --database postgresql://…',
    ];
    return { exitCode: EXIT.unreachable, message: `${error.message}.`, hints };
  }
  if (error instanceof DatabaseUnfit) {
    const hints = ['Use the version of Weft that worked with it last, or a newer one.'];
    return { exitCode: EXIT.failed, message: `${error.message}.`, hints };
  }
  if (error instanceof TokenNameTaken) {
    return {
      exitCode: EXIT.failed,
      message: `${error.message}.`,
      hints: ['Revoke that one first, or take another name: weft token list'],
    };
  }
  return undefined;
}

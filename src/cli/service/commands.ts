import type { Command } from 'commander';

import type { CommandRunner } from '../command-runner.ts';
import { apiCommand } from './api.ts';
import { databaseCommand } from './migrate.ts';
import { openCommand } from './open.ts';
import { tokenCommand } from './token.ts';

/** The commands of the service that a team shares. */
export function serviceCommands(run: CommandRunner): Command[] {
  return [apiCommand(run), openCommand(run), tokenCommand(run), databaseCommand(run)];
}

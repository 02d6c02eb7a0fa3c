import { Command } from 'commander';

import type { CommandRunner } from '../command-runner.ts';
import { keyCommand } from './key.ts';
import { serveCommand } from './serve.ts';

/** The commands about how what Temporal keeps is encrypted. */
export function codecCommand(run: CommandRunner): Command {
  return new Command('codec')
    .description('Encrypt what Temporal keeps of runs, and decrypt it for those who may read it')
    .addCommand(keyCommand(run))
    .addCommand(serveCommand(run));
}

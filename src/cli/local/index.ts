import { Command } from 'commander';

import { envCommand } from './env.ts';
import { resetCommand } from './reset.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';

const INSTANCES_HELP = `Environment:
  WEFT_LOCAL_INSTANCE  which platform: weft (default) or weft-<word>; several can run side by side
  WEFT_DATA            folder with one folder per platform (default: ~/.local/share/weft)
  WEFT_CACHE           folder of built programs and images (default: ~/.cache/weft)`;

/** `weft local …`: the embedded platform itself. */
export function localCommand(): Command {
  const command = new Command('local')
    .description(
      'The embedded platform: a Kubernetes node, or a cluster of yours, a Temporal server and a worker on this machine',
    )
    .addHelpText('after', `\n${INSTANCES_HELP}`);
  for (const subcommand of [startCommand(), stopCommand(), statusCommand(), resetCommand(), envCommand()]) {
    command.addCommand(subcommand);
  }
  return command;
}

import { Command } from 'commander';

import type { CommandRunner } from '../command-runner.ts';
import { invokeCommand, queryCommand } from './commands.ts';
import { pushCommand } from './push.ts';

/** `weft chaincode …`: what is done with a chaincode beside describing it. */
export function chaincodeCommand(run: CommandRunner): Command {
  const command = new Command('chaincode').description('Call the chaincodes of a network, push their images');
  for (const subcommand of [invokeCommand(run), queryCommand(run), pushCommand(run)]) command.addCommand(subcommand);
  return command;
}

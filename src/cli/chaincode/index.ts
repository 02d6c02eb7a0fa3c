import { Command } from 'commander';

import type { Run } from '../command.ts';
import { invokeCommand, queryCommand } from './commands.ts';
import { pushCommand } from './push.ts';

/** `weft chaincode …`: what is done with a chaincode beside describing it. */
export function chaincodeCommand(run: Run): Command {
  const command = new Command('chaincode').description('Call the chaincodes of a network, push their images');
  for (const subcommand of [invokeCommand(run), queryCommand(run), pushCommand(run)]) command.addCommand(subcommand);
  return command;
}

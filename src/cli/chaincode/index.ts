import { Command } from 'commander';

import type { Run } from '../run.ts';
import { invokeCommand, queryCommand } from './commands.ts';

/** `weft chaincode …`: chaincodes of a network that stands. */
export function chaincodeCommand(run: Run): Command {
  const command = new Command('chaincode').description('Call the chaincodes of a network');
  for (const subcommand of [invokeCommand(run), queryCommand(run)]) command.addCommand(subcommand);
  return command;
}

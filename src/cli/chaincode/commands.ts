import { Command, InvalidArgumentError, Option } from 'commander';

import { timeoutFlag, withAccessFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandRunner } from '../command-runner.ts';
import type { CallFlags } from './flags.ts';
import { invoke, type InvokeFlags } from './invoke.ts';
import { query } from './query.ts';

const ARGUMENTS_HELP = `
Arguments go to the chaincode as they are; what begins with "-" stands behind "--".
It is called in the name of the organization's Admin, through the gateway of one of its peers.`;

/**
 * A block is cut after two seconds by default, an endorsement may start a chaincode; whoever looks quickly does not wait for
 * minutes.
 */
const DEFAULT_TIMEOUT_MS = 30_000;

export function invokeCommand(run: CommandRunner): Command {
  const command = callCommand('invoke', 'Submit a transaction, wait until it is committed, and print its result')
    .option('--init', 'submit it as the initialization that the definition asks for')
    .option('--endorsers <organizations>', 'whose peers endorse, e.g. org1,org2 (default: the gateway chooses)', names)
    .action((name: string, fn: string, args: string[], flags: InvokeFlags & CommonFlags) =>
      run(flags, (session) => invoke({ name, function: fn, args }, flags, session)),
    );
  command.addHelpText(
    'after',
    `${ARGUMENTS_HELP}\nWith -o json: transactionId, block, status and result (an object or a list where the result is JSON).`,
  );
  return withExamples(command, [
    'weft chaincode invoke basic CreateAsset asset7 blue 5 Ana 400',
    'weft chaincode invoke basic TransferAsset asset7 Ben --org org2',
    `weft chaincode invoke private CreateAsset --transient '{"asset": {"id": "asset7", "price": 400}}'`,
    'weft chaincode invoke basic InitLedger --channel mychannel --init',
  ]);
}

export function queryCommand(run: CommandRunner): Command {
  const command = callCommand('query', 'Ask a chaincode and print its answer; nothing is committed').action(
    (name: string, fn: string, args: string[], flags: CallFlags & CommonFlags) =>
      run(flags, (session) => query({ name, function: fn, args }, flags, session)),
  );
  command.addHelpText('after', ARGUMENTS_HELP);
  return withExamples(command, [
    'weft chaincode query basic ReadAsset asset7',
    'weft chaincode query basic GetAllAssets --org org2 --peer peer2 -o json',
    'weft chaincode query qscc GetChainInfo mychannel --channel mychannel   a system chaincode',
  ]);
}

function callCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<name>', 'name of the chaincode')
    .argument('<function>', 'the function to call')
    .argument('[args...]', 'its arguments')
    .option('--channel <name>', 'the channel; needless where the chaincode is on one only')
    .option('--org <name>', "in whose name (default: the channel's first member organization)")
    .option('--peer <name>', 'whose gateway is asked, e.g. peer1 (default: the first of its peers in the channel)')
    .addOption(
      new Option(
        '--transient <json>',
        'data that reaches the chaincode but no block: a JSON object, or @FILE with one; texts go as they are, anything else as JSON',
      ),
    )
    .addOption(
      timeoutFlag('stop waiting after this time, e.g. 90s; a transaction may still be committed').default(
        DEFAULT_TIMEOUT_MS,
        '30s',
      ),
    );
  return withAccessFlags(command);
}

function names(list: string): readonly string[] {
  const found = list.split(',').map((name) => name.trim());
  if (found.some((name) => name === '')) throw new InvalidArgumentError('It must be names separated by commas.');
  return found;
}

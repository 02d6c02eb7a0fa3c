import { Command } from 'commander';

import { backupCommands } from './backup/commands.ts';
import { chaincodeCommand } from './chaincode/index.ts';
import { codecCommand } from './codec/commands.ts';
import { completionCommand } from './completion.ts';
import { connectionCommand } from './connection/index.ts';
import { identityCommand } from './identity/commands.ts';
import { descriptionCommands } from './description/commands.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { withExamples } from './flags.ts';
import { networkCommands } from './network/commands.ts';
import type { CommandRunner } from './command-runner.ts';
import { serviceCommands } from './service/commands.ts';
import type { Services } from './session.ts';
import { temporalCommand } from './temporal.ts';
import { versionCommand } from './version.ts';
import { workerCommand } from './worker.ts';

const WHERE_HELP = `Where it works:
  Without --context it is the embedded platform: a Kubernetes node, a Temporal server and a worker on this machine.
  With --context NAME (or WEFT_CONTEXT) it is that cluster; Temporal is then found as the temporal command finds it
  (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, temporal.toml, …; localhost:7233 if nothing is said) and
  \`weft worker --context NAME\` must run somewhere. TEMPORAL_ADDRESS without --context: the embedded cluster, carried
  out by that Temporal; \`weft worker\` must run for it. Your kubeconfig's current context never counts.`;

/** The whole command line. @param run - carries out a command. */
export function programWith(
  run: CommandRunner,
  { terminal, localCommand }: Pick<Services, 'terminal' | 'localCommand'>,
): Command {
  const program = new Command('weft')
    // The flags of `weft worker role` are its own, though some of `weft worker` have the same names.
    .enablePositionalOptions()
    .description('Brings up Hyperledger Fabric networks on Kubernetes with Temporal workflows')
    .usage('<command> [flags]');
  const commands = [
    ...networkCommands(run),
    chaincodeCommand(run),
    connectionCommand(run),
    identityCommand(run),
    ...backupCommands(run),
    ...descriptionCommands(run),
    workerCommand(run),
    ...serviceCommands(run),
    temporalCommand(run),
    codecCommand(run),
    localCommand(),
    versionCommand(run),
    completionCommand(run, () => program),
  ];
  for (const command of commands) program.addCommand(command);
  program.addHelpText('after', `\n${WHERE_HELP}\n\n${EXIT_CODES_HELP}`);
  withExamples(program, [
    'weft up -f examples/test-network.yaml',
    'weft status test-network',
    'weft down test-network',
  ]);
  program.helpCommand('help [command]', 'Show the help of a command');
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          terminal.out(text);
        },
        writeErr: (text) => {
          terminal.err(text);
        },
      })
      .showHelpAfterError(`(${wordsOf(command).join(' ')} --help shows how it is used)`);
  }
  return program;
}

/** What is typed for a command: `weft local start`. */
function wordsOf(command: Command): string[] {
  return [...(command.parent === null ? [] : wordsOf(command.parent)), command.name()];
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

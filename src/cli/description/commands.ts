import { Command } from 'commander';
import { stringify } from 'yaml';

import { networkJsonSchema } from '../../spec/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withExamples, withFileFlag, type CommonFlags } from '../flags.ts';
import type { CommandRunner } from '../command-runner.ts';
import type { CommandResult, Session } from '../session.ts';
import { readDescription } from './source.ts';

/** The commands that work on a description alone and touch nothing. */
export function descriptionCommands(run: CommandRunner): Command[] {
  return [configCommand(run), schemaCommand(run)];
}

interface FileFlag {
  readonly file?: string;
}

/** `weft config`: the description with every default filled in and every short form expanded. */
export async function config({ file }: FileFlag, session: Session): Promise<CommandResult> {
  const { network } = await readDescription(session, file);
  return { exitCode: EXIT.done, text: stringify(network).trimEnd(), document: network };
}

/** `weft schema`: the JSON Schema of a description, for editors. */
export function schema(): CommandResult {
  const document = networkJsonSchema();
  return { exitCode: EXIT.done, text: JSON.stringify(document, undefined, 2), document };
}

function configCommand(run: CommandRunner): Command {
  const command = withFileFlag(new Command('config').description('Check a description and print its completed form'));
  withCommonFlags(command, 'yaml').action((flags: FileFlag & CommonFlags) =>
    run(flags, (session) => config(flags, session)),
  );
  return withExamples(command, [
    'weft config -f network.yaml',
    'weft config -f network.yaml -o json > network.json   for: temporal workflow start --type applyNetwork … --input-file network.json',
  ]);
}

function schemaCommand(run: CommandRunner): Command {
  const command = new Command('schema').description('Print the JSON Schema of a network description');
  withCommonFlags(command, 'json').action((flags: CommonFlags) => run(flags, () => Promise.resolve(schema())));
  return withExamples(command, [
    'weft schema > network.schema.json   then, first in network.yaml: # yaml-language-server: $schema=network.schema.json',
  ]);
}

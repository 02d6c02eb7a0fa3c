import { Command } from 'commander';

import { SearchAttributesRefused, temporalSettings, type Temporal } from '../client/index.ts';
import { CommandFailure } from './command-failure.ts';
import type { CommandRunner } from './command-runner.ts';
import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from './flags.ts';
import type { CommandResult, Session } from './session.ts';

/** `weft temporal setup`: lets a Temporal of the user's own know what runs are found by. */
async function setupTemporal(session: Session): Promise<CommandResult> {
  const settings = temporalSettings(session.env);
  const temporal = await session.connect(settings);
  try {
    const { added, known } = await registered(temporal);
    const where = `Temporal at ${settings.address}, namespace ${settings.namespace}`;
    const text = [
      added.length > 0 ? `${where}: registered the search attributes ${added.join(', ')}.` : '',
      known.length > 0 ? `${where}: knows the search attributes ${known.join(', ')} already.` : '',
    ];
    const document = { address: settings.address, namespace: settings.namespace, added, known };
    return { exitCode: EXIT.done, text: text.filter((line) => line !== '').join('\n'), document };
  } finally {
    await temporal.close();
  }
}

async function registered(temporal: Temporal): ReturnType<Temporal['registerSearchAttributes']> {
  try {
    return await temporal.registerSearchAttributes();
  } catch (error) {
    if (!(error instanceof SearchAttributesRefused)) throw error;
    throw new CommandFailure({
      exitCode: EXIT.forbidden,
      message: error.message,
      hints: [
        'Have them registered: temporal operator search-attribute create --name NAME --type TYPE (Temporal Cloud: in its page, or with tcld)',
        'Weft works without them; runs are then not labelled with network, cluster, operation and organizations.',
      ],
    });
  }
}

export function temporalCommand(run: CommandRunner): Command {
  const setup = new Command('setup').description(
    'Register the search attributes that runs are labelled with; changes nothing where they are known',
  );
  withCommonFlags(setup).action((flags: CommonFlags) => run(flags, setupTemporal));
  return new Command('temporal')
    .description('Prepare a Temporal of your own; the embedded one is prepared by weft local start')
    .addCommand(withExamples(setup, ['TEMPORAL_ADDRESS=temporal:7233 TEMPORAL_NAMESPACE=fabric weft temporal setup']));
}

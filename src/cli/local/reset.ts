import { createInterface } from 'node:readline/promises';

import { Command } from 'commander';

import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';
import { elapsedReport } from './progress.ts';

export function resetCommand(): Command {
  return withCommonFlags(new Command('reset'))
    .description('Remove the embedded platform with all its data: networks, ledgers, keys, histories')
    .option('-y, --yes', 'do not ask')
    .action(async (flags: CommonFlags & { yes?: boolean }) => {
      const { resetPlatform, resolveInstance } = await import('../../local/index.ts');
      const instance = await explained(() => resolveInstance());
      if (flags.yes !== true) await askFor(instance.name, instance.directory);
      await explained(() => resetPlatform({ instance, report: elapsedReport(flags.quiet === true) }));
      writeResult(flags.output, `Nothing is left of the embedded platform ${instance.name}.`, { outcome: 'removed' });
    });
}

/** @throws CommandFailure when the answer is not the platform's name, or there is nobody to ask. */
async function askFor(name: string, directory: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `weft local reset removes ${directory} with all networks in it, and there is no terminal to ask.`,
      hints: ['Say so beforehand: weft local reset --yes'],
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(
      `This removes ${directory} with all networks, ledgers and keys in it.\nType "${name}" to go on: `,
    );
    if (answer.trim() === name) return;
  } finally {
    prompt.close();
  }
  throw new CommandFailure({ exitCode: EXIT.declined, message: 'declined, nothing was removed.' });
}

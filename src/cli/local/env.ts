import { Command } from 'commander';

import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';

export function envCommand(): Command {
  return withCommonFlags(new Command('env'))
    .description('Print the exports that let kubectl and temporal talk to the embedded platform')
    .action(async (flags: CommonFlags) => {
      const { missingTemporalFolder, platformEnvironment } = await import('../../local/index.ts');
      const { kubeconfig, temporalAddress, ...others } = await explained(() => platformEnvironment());
      const variables = { KUBECONFIG: kubeconfig, TEMPORAL_ADDRESS: temporalAddress };
      const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
      const temporalFolder = await explained(() => missingTemporalFolder());
      if (temporalFolder !== undefined) lines.push(`export PATH="$PATH":${quoted(temporalFolder)}`);
      writeResult(flags.output, lines.join('\n'), { kubeconfig, temporalAddress, ...others });
    })
    .addHelpText('after', '\nUse it: eval "$(weft local env)"');
}

/** As sh reads it back: only a quote ends single quotes. */
function quoted(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

import { Command } from 'commander';

import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';
import { elapsedReport } from './progress.ts';

export function stopCommand(): Command {
  return withCommonFlags(new Command('stop'))
    .description('Stop the embedded platform and keep its data: weft local start carries on with it')
    .action(async (flags: CommonFlags) => {
      const { stopPlatform } = await import('../../local/index.ts');
      await explained(() => stopPlatform({ report: elapsedReport(flags.quiet === true) }));
      writeResult(flags.output, 'The embedded platform is stopped; its data is kept.', { outcome: 'stopped' });
    });
}

import { Command } from 'commander';

import { platformStatus, resolveInstance, type PlatformStatus } from '../../local/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { table } from '../render/table.ts';
import { whyNotUsable } from './existing-cluster.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';

export function statusCommand(): Command {
  return withCommonFlags(new Command('status'))
    .description('Show how each component of the embedded platform is, and where')
    .option('--exit-code', 'exit with 6 if it is not ready')
    .action(async (flags: CommonFlags & { exitCode?: boolean }) => {
      const status = await explained(() => platformStatus(resolveInstance(), whyNotUsable));
      writeResult(flags.output, renderStatus(status), status);
      if (flags.exitCode === true && !status.ready) process.exitCode = EXIT.notReady;
    });
}

function renderStatus(status: PlatformStatus): string {
  const heading = `${status.instance}: ${status.ready ? 'ready' : 'not ready'}, in ${status.directory}`;
  const rows = status.components.map(({ name, running, ready, reason, version, address }) => [
    name,
    ready ? 'ready' : running ? 'not ready' : 'not running',
    [reason, version, address].filter((text) => text !== undefined && text !== '').join('  '),
  ]);
  return [heading, '', table([['COMPONENT', 'STATE', 'DETAILS'], ...rows])].join('\n');
}

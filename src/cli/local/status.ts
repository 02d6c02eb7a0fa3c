import { Command } from 'commander';

import type { PlatformStatus } from '../../local/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { ageInWords, secondsBetween } from '../render/duration.ts';
import { table } from '../render/table.ts';
import { whyNotUsable } from './existing-cluster.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';

export function statusCommand(): Command {
  return withCommonFlags(new Command('status'))
    .description('Show how each component of the embedded platform is, and where')
    .option('--exit-code', 'exit with 6 if it is not ready')
    .action(async (flags: CommonFlags & { exitCode?: boolean }) => {
      const { platformStatus, resolveInstance } = await import('../../local/index.ts');
      const status = await explained(() => platformStatus(resolveInstance(), whyNotUsable));
      writeResult(flags.output, renderStatus(status, new Date()), status);
      if (flags.exitCode === true && !status.ready) process.exitCode = EXIT.notReady;
    });
}

/** A table with a row for each component; below it how those ended that ended by themselves. */
export function renderStatus(status: PlatformStatus, now: Date): string {
  const heading = `${status.instance}: ${status.ready ? 'ready' : 'not ready'}, in ${status.directory}`;
  const rows = status.components.map(({ name, running, ready, reason, version, address, since, restarts }) => [
    name,
    ready ? 'ready' : running ? 'not ready' : 'not running',
    since === undefined ? '-' : ageInWords(secondsBetween(new Date(since), now)),
    restarts === undefined ? '-' : String(restarts),
    [reason, version, address].filter((text) => text !== undefined && text !== '').join('  '),
  ]);
  const ends = status.components.flatMap(({ name, lastEnd }) => {
    if (lastEnd === undefined) return [];
    const ago = ageInWords(secondsBetween(new Date(lastEnd.at), now));
    return [[name, `${ago} ago`, lastEnd.reason, lastEnd.lastLine]];
  });
  return [
    heading,
    '',
    table([['COMPONENT', 'STATE', 'RUNS FOR', 'RESTARTS', 'DETAILS'], ...rows]),
    ...(ends.length === 0 ? [] : ['', table([['ENDED BY ITSELF', 'WHEN', 'HOW', 'LAST LINE OF ITS LOG'], ...ends])]),
  ].join('\n');
}

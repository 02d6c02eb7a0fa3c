import { Option, type Command } from 'commander';

import { withCommonFlags, withFileFlag, withTargetFlags } from '../flags.ts';
import type { OutputFormat } from '../session.ts';
import type { TargetFlags } from '../target.ts';

/** Flags of the commands that are clients of a network. */
export interface StandingFlags extends TargetFlags {
  readonly file?: string;
  readonly network?: string;
}

/** Adds them and those of every command. */
export function withStandingFlags(command: Command, output?: OutputFormat): Command {
  const which = new Option('--network <name>', 'the network; needless where the cluster has only one');
  return withCommonFlags(withTargetFlags(withFileFlag(command).addOption(which)), output);
}

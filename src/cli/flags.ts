import { InvalidArgumentError, Option, type Command } from 'commander';

import { PROGRESS_MODES } from './progress/mode.ts';
import { parseDuration } from './render/duration.ts';
import { COLOR_MODES } from './render/palette.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './session.ts';
import type { DestinationFlags } from './destination.ts';

/** Flags that every command takes. */
export interface CommonFlags {
  readonly output: OutputFormat;
  readonly color: (typeof COLOR_MODES)[number];
  readonly progress: (typeof PROGRESS_MODES)[number];
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly ascii?: boolean;
}

/** Adds the flags that every command takes. @param output - the format without `-o`. */
export function withCommonFlags(command: Command, output: OutputFormat = 'table'): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'format of the result on stdout').choices(OUTPUT_FORMATS).default(output),
    )
    .addOption(
      new Option('--progress <mode>', 'how progress is shown on stderr')
        .choices(PROGRESS_MODES)
        .default('auto')
        .env('WEFT_PROGRESS'),
    )
    .addOption(
      new Option('--color <when>', 'colours (also NO_COLOR, FORCE_COLOR)')
        .choices(COLOR_MODES)
        .default('auto')
        .env('WEFT_COLOR'),
    )
    .option('--ascii', 'no symbols beyond ASCII')
    .option('-q, --quiet', 'only the result and errors')
    .option('-v, --verbose', 'show where in Weft an unknown error came from');
}

/** Adds the flags that choose the cluster. */
export function withDestinationFlags(command: Command): Command {
  return command
    .option(
      '--context <name>',
      'the cluster: a context of your kubeconfig; without it the embedded platform (also WEFT_CONTEXT)',
    )
    .option('--kubeconfig <path>', 'the kubeconfig file to look for contexts in (also WEFT_KUBECONFIG)');
}

/**
 * The same for a command that cannot work through a service: it takes `--api` all the same, so that `findDestination` can say why not and what
 * to do instead.
 */
export function withOwnDestinationFlags(command: Command): Command {
  return withDestinationFlags(command).addOption(new Option('--api <url>').hideHelp());
}

/** Adds `-f`. */
export function withFileFlag(command: Command): Command {
  return command.option(
    '-f, --file <file>',
    'the network description, "-" for standard input (default: ./network.yaml)',
  );
}

/** Flags of the commands that are clients of a network. */
export interface AccessFlags extends DestinationFlags {
  readonly file?: string;
  readonly network?: string;
}

/** Adds the flags of a client of a network, and those of every command. */
export function withAccessFlags(command: Command, output?: OutputFormat): Command {
  const which = new Option('--network <name>', 'the network; needless where the cluster has only one');
  return withCommonFlags(withOwnDestinationFlags(withFileFlag(command).addOption(which)), output);
}

/** In milliseconds. Node's timers count in 32 bits: one that is longer ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `--timeout 30m` in milliseconds. */
export function timeoutFlag(what = 'stop waiting after this time, e.g. 90s or 30m; the run goes on'): Option {
  return new Option('--timeout <duration>', what).argParser((text) => {
    const milliseconds = duration(text);
    if (milliseconds > LONGEST_TIMER_MS) {
      throw new InvalidArgumentError(`It may be ${Math.floor(LONGEST_TIMER_MS / 3_600_000)}h at most.`);
    }
    return milliseconds;
  });
}

/** A flag whose value is a whole number above zero. */
export function countFlag(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text) => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It must be a whole number above zero.');
    return count;
  });
}

/** A flag whose value is a text of so many characters at most. */
export function textFlag(flags: string, what: string, longest: number): Option {
  return new Option(flags, what).argParser((text) => bounded(text, longest));
}

/** The same for a flag with several texts, of which there are so many at most. */
export function textsFlag(flags: string, what: string, { longest, most }: { longest: number; most: number }): Option {
  return new Option(flags, what).argParser((text, before: readonly string[] | undefined) => {
    if (before?.length === most) throw new InvalidArgumentError(`There may be ${most} at most.`);
    return [...(before ?? []), bounded(text, longest)];
  });
}

function bounded(text: string, longest: number): string {
  if (text.length <= longest) return text;
  throw new InvalidArgumentError(`It has ${text.length} characters, and may have ${longest} at most.`);
}

/** Reads a time such as `12h` as milliseconds. @throws InvalidArgumentError */
export function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined)
    throw new InvalidArgumentError('It must be a time above zero such as 90s, 30m or 1h30m.');
  return milliseconds;
}

/** Adds examples to a command's help. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

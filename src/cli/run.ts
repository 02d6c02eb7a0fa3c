import { parseArgs } from 'node:util';

import { CommanderError } from 'commander';

import type { CommandRunner } from './command-runner.ts';
import { EXIT } from './exit-codes.ts';
import { explain, renderFailure } from './explain/index.ts';
import type { CommonFlags } from './flags.ts';
import { programWith } from './program.ts';
import { progressMode } from './progress/mode.ts';
import { paletteFor } from './render/palette.ts';
import { renderResult } from './render/result.ts';
import { OUTPUT_FORMATS, type CommandResult, type OutputFormat, type Services, type Session } from './session.ts';

/**
 * Runs the command line.
 *
 * @param args - the words after `weft`.
 * @returns the exit code (see `exit-codes.ts`).
 */
export async function runWeft(args: readonly string[], services: Services): Promise<number> {
  let exitCode: number | undefined;
  const run: CommandRunner = async (flags, work) => {
    exitCode = await runCommand(flags, services, work);
  };
  try {
    await programWith(run, services).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : reportMisuse(error, args, services);
    return await reportFailure(error, DEFAULT_FLAGS, services);
  }
  return exitCode ?? Number(process.exitCode ?? EXIT.done);
}

/** The parser has told people already; programs get the document that they asked for. */
function reportMisuse({ message }: CommanderError, args: readonly string[], { terminal }: Services): number {
  const document = { outcome: 'failed', failure: { message, hints: [] } };
  const text = renderResult({ exitCode: EXIT.usage, text: '', document }, outputAskedFor(args));
  if (text !== '') terminal.out(`${text}\n`);
  return EXIT.usage;
}

/** The format among words that could not be parsed as a whole. */
function outputAskedFor(args: readonly string[]): OutputFormat {
  const options = { output: { type: 'string', short: 'o' } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true });
  return OUTPUT_FORMATS.find((format) => format === values.output) ?? 'table';
}

const DEFAULT_FLAGS: CommonFlags = { output: 'table', color: 'auto', progress: 'auto' };

async function runCommand(
  flags: CommonFlags,
  services: Services,
  work: (session: Session) => Promise<CommandResult>,
): Promise<number> {
  try {
    const result = await work(sessionFor(flags, services));
    const text = renderResult(result, flags.output);
    if (text !== '') services.terminal.out(`${text}\n`);
    return result.exitCode;
  } catch (error) {
    return await reportFailure(error, flags, services);
  }
}

function sessionFor(flags: CommonFlags, services: Services): Session {
  const { terminal, env } = services;
  const { columns } = terminal.size();
  const quiet = flags.quiet === true;
  const isTerminal = terminal.stderrIsTerminal;
  return {
    ...services,
    output: flags.output,
    quiet,
    progress: quiet
      ? 'quiet'
      : progressMode(flags.progress, env, { isTerminal, ...(columns === undefined ? {} : { columns }) }),
    // Results are coloured for the terminal that they go to; a pipe gets none.
    palette: paletteFor(
      { color: flags.color, ascii: flags.ascii === true },
      env,
      isTerminal && terminal.stdoutIsTerminal,
    ),
    note: (text) => {
      if (!quiet) terminal.err(text);
    },
  };
}

async function reportFailure(error: unknown, flags: CommonFlags, services: Services): Promise<number> {
  const { terminal, env } = services;
  const report = await explain(error);
  const palette = paletteFor({ color: flags.color, ascii: flags.ascii === true }, env, terminal.stderrIsTerminal);
  terminal.err(`${renderFailure(report, palette)}\n`);
  if (flags.verbose === true && error instanceof Error && error.stack !== undefined) terminal.err(`${error.stack}\n`);
  const failure = { message: report.message, hints: report.hints ?? [] };
  const document = { outcome: 'failed', failure, ...report.document };
  const text = renderResult({ exitCode: report.exitCode, text: '', document }, flags.output);
  if (text !== '') terminal.out(`${text}\n`);
  return report.exitCode;
}

import { execa, ExecaError } from 'execa';

import { ArtifactError } from '../failure.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that the program writes, as it writes it. */
  readonly onLine?: (line: string) => void;
  /** What the person can do when the program fails, as a sentence. */
  readonly nextStep: string;
}

/** Enough to hold a compiler's or apt's explanation, little enough to read. */
const shownLines = 20;

/** A program that is asked to stop and does not is killed after this time. */
const forceKillAfterMs = 5_000;

/**
 * Runs a program at a low priority to its end, and ends it when this process dies.
 *
 * @param artifact the artifact it is run for, to name in errors
 * @param command the program and its arguments; no secrets, they are shown when it fails
 * @returns what it wrote to stdout
 * @throws ArtifactError when it cannot be started or fails
 * @throws the signal's reason when the signal aborts
 */
export async function runTool(
  artifact: string,
  command: readonly [string, ...string[]],
  options: RunOptions,
): Promise<string> {
  // Without pdeathsig a killed `weft` would leave a build behind that uses all cores for minutes.
  const subprocess = execa('setpriv', ['--pdeathsig', 'KILL', 'nice', ...command], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.signal !== undefined && { cancelSignal: options.signal }),
    env: { ...options.env },
    stdin: 'ignore',
    forceKillAfterDelay: forceKillAfterMs,
    all: true,
  });
  const reading = options.onLine && readLines(subprocess.iterable({ from: 'all' }), options.onLine);
  try {
    const [result] = await Promise.all([subprocess, reading]);
    return result.stdout;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw failure(artifact, command, options.nextStep, error);
  }
}

async function readLines(lines: AsyncIterable<string>, onLine: (line: string) => void): Promise<void> {
  for await (const line of lines) onLine(line);
}

function failure(artifact: string, command: readonly string[], nextStep: string, cause: unknown): ArtifactError {
  if (!(cause instanceof ExecaError)) return new ArtifactError(`${artifact}: ${String(cause)}`, nextStep, { cause });
  const ending = cause.exitCode === undefined ? cause.originalMessage : `exit code ${cause.exitCode}`;
  const output: unknown = cause.all;
  const lines = typeof output === 'string' ? output.split('\n').slice(-shownLines) : [];
  const fact = [
    `${artifact}: the command failed (${ending}):`,
    `  ${command.join(' ')}`,
    ...lines.map((line) => `    ${line}`),
  ];
  return new ArtifactError(fact.join('\n'), nextStep, { cause });
}

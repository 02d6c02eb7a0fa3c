/*
 * Fabric's own programs, each call a process of its own: no shell, and nothing inherited from the environment that they
 * would take for configuration (they read every variable that begins with CORE_, CONFIGTX_ and the like).
 */
import { join } from 'node:path';

import { execa } from 'execa';

import { FabricError } from '../error.ts';

export type FabricProgram = 'configtxgen' | 'configtxlator';

export interface ProgramOptions {
  /** Working directory, and the program's home. */
  readonly folder: string;
  /** All that the program finds in its environment beside PATH and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads from stdin; absent means nothing. */
  readonly input?: Uint8Array;
  /** Ends the program, and the call with its reason. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export interface ProgramOutput {
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

export interface FabricPrograms {
  /**
   * Runs a program to its end.
   *
   * @param args no secrets: every user of the machine can read them
   * @throws ProgramFailure if it exits with another code than 0
   * @throws FabricError `programMissing` or `timeout`, or the signal's reason when it is aborted
   */
  run(program: FabricProgram, args: readonly string[], options: ProgramOptions): Promise<ProgramOutput>;
}

/**
 * A program that ended with an exit code other than 0. Its kind is `unexpected`: who knows the program's words turns it
 * into one that says more.
 */
export class ProgramFailure extends FabricError {
  override readonly name = 'ProgramFailure';
  readonly program: FabricProgram;
  /** Undefined if a signal ended the program. */
  readonly exitCode: number | undefined;
  /** All that it wrote to stderr, to be read by code; for people there is {@link errorOf}. */
  readonly stderr: string;

  constructor(
    program: FabricProgram,
    ending: { readonly exitCode: number | undefined; readonly signal: string | undefined; readonly stderr: string },
  ) {
    const { exitCode, signal, stderr } = ending;
    const how = exitCode === undefined ? `was ended by ${signal ?? 'a signal'}` : `failed with exit code ${exitCode}`;
    super('unexpected', `${program} ${how}: ${errorOf(stderr) || 'it did not say why'}`);
    this.program = program;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/**
 * The programs in a folder, or those on the PATH.
 *
 * @param options.folder the `bin` folder of a Fabric release
 */
export function fabricPrograms({ folder }: { readonly folder?: string } = {}): FabricPrograms {
  return {
    async run(program, args, options) {
      const { environment, input, signal, timeoutMs } = options;
      signal.throwIfAborted();
      const result = await execa(folder === undefined ? program : join(folder, program), args, {
        cwd: options.folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: options.folder, ...environment },
        extendEnv: false,
        ...(input === undefined ? { stdin: 'ignore' } : { input }),
        encoding: 'buffer',
        stripFinalNewline: false,
        cancelSignal: signal,
        timeout: timeoutMs,
        forceKillAfterDelay: FORCE_KILL_AFTER_MS,
        reject: false,
      });
      signal.throwIfAborted();
      const stderr = Buffer.from(result.stderr).toString('utf8');
      if (!result.failed) return { stdout: result.stdout, stderr };
      throw failure(program, folder, { result, stderr, timeoutMs });
    },
  };
}

/**
 * What a program of Fabric said last, as one line for people: its error without colours, time and place in the source.
 *
 * @param stderr all that it wrote there
 * @returns empty if it wrote nothing
 */
export function errorOf(stderr: string): string {
  const lines = stderr
    .replace(TERMINAL_COLOURS, '')
    .split('\n')
    .map((line) => line.replace(LOG_PREFIX, '').trim())
    .filter((line) => line !== '');
  // cobra prints the error, then how to call the program; Go prints a panic, then its stack.
  const found = lines.findLastIndex((line) => SAYS_WHY.test(line));
  const [line = '', ...following] = lines.slice(found === -1 ? -1 : found);
  const rest = following.findIndex((next) => !next.startsWith(BULLET));
  const details = following.slice(0, rest === -1 ? undefined : rest).map((detail) => detail.slice(BULLET.length));
  const words = `${line.replace(SAYS_WHY, '')} ${details.join('; ')}`.trimEnd();
  return words.length > SHOWN_CHARACTERS ? `${words.slice(0, SHOWN_CHARACTERS)}…` : words;
}

/** A program that is asked to end and does not is killed after this time: none of them has anything to finish. */
const FORCE_KILL_AFTER_MS = 2_000;

/** Enough for the longest sentence of Fabric's, little enough for one line of a log. */
const SHOWN_CHARACTERS = 500;

// eslint-disable-next-line no-control-regex -- colours are control characters
const TERMINAL_COLOURS = /\u001B\[[0-9;]*m/g;

// Fabric's log format (common/flogging/global.go): "2026-01-02 03:04:05.678 UTC 0001 ERRO [module] function -> text".
const LOG_PREFIX = /^\d{4}-\d{2}-\d{2} \S+ \S+ (?:[0-9a-f]+ \w{4} )?\[[^\]]+\] (?:\S+ -> )?(?:\w{4} [0-9a-f]+ )?/;

// A list of mistakes in a configuration file comes as lines of its own.
const BULLET = '* ';

const SAYS_WHY = /^(?:Error: |error: |panic: |configtxlator: error: )/;

interface Ending {
  readonly result: {
    readonly timedOut: boolean;
    readonly exitCode?: number | undefined;
    readonly signal?: string | undefined;
    readonly code?: string | undefined;
    readonly cause?: unknown;
  };
  readonly stderr: string;
  readonly timeoutMs: number;
}

function failure(program: FabricProgram, folder: string | undefined, ending: Ending): FabricError {
  const { result, stderr, timeoutMs } = ending;
  if (result.timedOut) return new FabricError('timeout', `${program} did not end within ${timeoutMs} ms`);
  if (result.exitCode === undefined && result.signal === undefined) return notStarted(program, folder, result);
  return new ProgramFailure(program, { exitCode: result.exitCode, signal: result.signal, stderr });
}

function notStarted(
  program: FabricProgram,
  folder: string | undefined,
  { code, cause }: Ending['result'],
): FabricError {
  if (code !== 'ENOENT' && code !== 'EACCES') {
    const why = cause instanceof Error ? cause.message : (code ?? 'for an unknown reason');
    return new FabricError('unexpected', `${program} could not be started: ${why}`, { cause });
  }
  const where = folder === undefined ? 'on the PATH of this worker' : `in ${folder}`;
  return new FabricError(
    'programMissing',
    `There is no program ${program} ${where}. Install Fabric's programs of the network's version ` +
      `(https://hyperledger-fabric.readthedocs.io/en/latest/install.html, \`install-fabric.sh binary\`) and put them there.`,
    { cause },
  );
}

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';

import { findCommand, isExecutable } from '../artifacts/find-command.ts';
import { PlatformError } from '../failure.ts';
import { filesOf, readIfPresent } from '../files.ts';
import type { Instance } from '../instance.ts';
import { endFilePrefix, forgetEnds, KEEPER_SCRIPT } from './end.ts';
import { isRunning, recordProcess, type ProcessRecord } from './record.ts';
import { until } from './wait.ts';

/** A program that runs on when the command that started it has ended. */
export interface ProcessPlan {
  /** Names its record and its log file. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** What it inherits of this process's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What its environment tells it on top; it is recorded. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Every process of an instance carries this variable, so that those that nobody recorded are found, too. */
const ownerVariable = 'WEFT_LOCAL_OWNER';

/**
 * Starts a program in a session of its own, with its output in the instance's logs, and records it. A shell stays beside it, to write down how it ends
 * (process/end.ts).
 *
 * @throws PlatformError if there is no such program, or it has ended at once
 */
export async function startProcess(
  instance: Instance,
  { name, command, environment, settings = {} }: ProcessPlan,
): Promise<ProcessRecord> {
  const [program] = command;
  forgetEnds(instance, name);
  mkdirSync(filesOf(instance.directory).run, { recursive: true, mode: 0o700 });
  const log = openLog(instance, name);
  try {
    const isThere = isAbsolute(program) ? isExecutable(program) : findCommand(program) !== undefined;
    const pid = isThere
      ? await spawnKept([endFilePrefix(instance, name), ...command], log, {
          ...{ ...environment, ...settings },
          [ownerVariable]: ownerMark(instance, name),
        })
      : undefined;
    const record =
      pid === undefined ? undefined : recordProcess(instance, name, { pid, command: [...command], settings });
    if (record === undefined)
      throw new PlatformError(`${name} cannot be started: ${program}\nLook at ${logFile(instance, name)}`);
    return record;
  } finally {
    closeSync(log);
  }
}

/** @returns the program's pid; undefined if the shell could not start it */
async function spawnKept(
  [endFile, ...command]: readonly [string, ...string[]],
  log: number,
  env: NodeJS.ProcessEnv,
): Promise<number | undefined> {
  const shell = spawn('sh', ['-c', KEEPER_SCRIPT, endFile, findCommand('setsid') ?? 'setsid', ...command], {
    ...{ cwd: '/', detached: true, env },
    stdio: ['ignore', log, log, 'pipe'],
  });
  // Without a listener a shell that cannot be started would end this process; no pid says the same.
  shell.on('error', () => undefined);
  shell.unref();
  const pipe = shell.stdio[3];
  if (!(pipe instanceof Readable)) return undefined;
  // The shell closes it when it has said the pid.
  const pid = Number((await text(pipe)).trim());
  return pid > 0 ? pid : undefined;
}

/** @returns the path of a process's log */
export function logFile(instance: Instance, name: string): string {
  return join(filesOf(instance.directory).logs, `${name}.log`);
}

/** Enough to hold a program's complaint, little enough to read. */
const shownLines = 15;

/** @returns the last lines of a process's log, indented, and where the log is */
export function lastLogLines(instance: Instance, name: string): string {
  const file = logFile(instance, name);
  const lines = (readIfPresent(file) ?? '').trimEnd().split('\n').slice(-shownLines);
  return [...lines.map((line) => `  ${line}`), `The whole log: ${file}`].join('\n');
}

/** A line of a terminal or two: what is longer is in the log. */
const shownCharacters = 200;

/** @returns the last line of a process's log that has words, without colours and cut to what a table can show; empty if there is none */
export function lastLogLine(instance: Instance, name: string): string {
  const lines = stripVTControlCharacters(readIfPresent(logFile(instance, name)) ?? '')
    .trimEnd()
    .split('\n');
  // An error that is printed as an object ends with a bracket.
  const last = lines.findLast((line) => /\p{L}/u.test(line)) ?? '';
  return last.trim().slice(0, shownCharacters);
}

export interface Ending {
  /** The process to ask, if it is not the recorded one. */
  readonly ask?: number;
  /** How long it may take to end by itself. */
  readonly graceMs: number;
}

/** Asks a recorded process to end, and kills it with all its group if it does not. Returns when it is gone. */
export async function endProcess(record: ProcessRecord, { ask = record.pid, graceMs }: Ending): Promise<void> {
  if (!isRunning(record)) return;
  signalTo(ask, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  await until(() => !isRunning(record) || Date.now() > deadline, {
    what: 'the process ends',
    timeoutMs: graceMs + 5_000,
    intervalMs: 20,
  });
  if (isRunning(record)) {
    signalTo(-record.pid, 'SIGKILL');
    signalTo(record.pid, 'SIGKILL');
  }
  await until(() => !isRunning(record), { what: 'the killed process ends', timeoutMs: 10_000, intervalMs: 20 });
}

/**
 * Kills every process that an instance ever started under a name, recorded or not, and returns when they are gone.
 *
 * @param name - all names, if there is none.
 */
export async function sweepProcesses(instance: Instance, name?: string): Promise<void> {
  const mark = name === undefined ? `${instance.directory}:` : ownerMark(instance, name);
  await until(
    () => {
      const left = processIds().filter((pid) => isOwned(pid, mark, name === undefined));
      for (const pid of left) signalTo(pid, 'SIGKILL');
      return left.length === 0;
    },
    { what: `the left-over processes of ${instance.name} end`, timeoutMs: 15_000, intervalMs: 50 },
  );
}

/** @returns the pids of a process's children */
export function childrenOf(parent: number): number[] {
  return processIds().filter((pid) => parentOf(pid) === parent);
}

/** Logs of a node that runs for weeks stay small enough to open. */
const maximumLogBytes = 10_000_000;

function openLog(instance: Instance, name: string): number {
  const file = logFile(instance, name);
  mkdirSync(filesOf(instance.directory).logs, { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maximumLogBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

function ownerMark(instance: Instance, name: string): string {
  return `${instance.directory}:${name}`;
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime, which is what the signal was for.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function isOwned(pid: number, mark: string, anyName: boolean): boolean {
  if (pid === process.pid) return false;
  const wanted = `${ownerVariable}=${mark}`;
  return readProcessFile(pid, 'environ')
    .split('\0')
    .some((entry) => (anyName ? entry.startsWith(wanted) : entry === wanted));
}

/** @returns the environment that a running process was started with; undefined if it has ended */
export function environmentOf(pid: number): Readonly<Record<string, string>> | undefined {
  const entries = readProcessFile(pid, 'environ').split('\0').filter(Boolean);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

function parentOf(pid: number): number | undefined {
  const stat = readProcessFile(pid, 'stat');
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** @returns the file's text; empty if the process has ended */
function readProcessFile(pid: number, file: string): string {
  try {
    return readFileSync(join('/proc', String(pid), file), 'utf8');
  } catch {
    return '';
  }
}

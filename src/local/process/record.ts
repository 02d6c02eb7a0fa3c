import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import { filesOf, readIfPresent, writePrivateFile } from '../files.ts';
import type { Instance } from '../instance.ts';

const recordSchema = z.object({
  pid: z.int().positive(),
  /** When the process started, in clock ticks since the machine did: a pid is used again, the pair is not. */
  startTime: z.string(),
  /** Which start of the machine the ticks count from. */
  bootId: z.string(),
  command: z.array(z.string()),
  /** What it was told by its environment, beside what every process of its kind is. Nothing secret. */
  settings: z.record(z.string(), z.string()).default({}),
  /** When it was started, by the wall clock. */
  startedAt: z.iso.datetime(),
});

/** What is remembered of a process that outlives the command that started it. */
export type ProcessRecord = z.infer<typeof recordSchema>;

/** Remembers a process under a name. @returns the record, or undefined if the process has ended already */
export function recordProcess(
  instance: Instance,
  name: string,
  { pid, command, settings }: Pick<ProcessRecord, 'pid' | 'command' | 'settings'>,
): ProcessRecord | undefined {
  const startTime = startTimeOf(pid);
  if (startTime === undefined) return undefined;
  const record = { pid, startTime, bootId: bootId(), command, settings, startedAt: new Date().toISOString() };
  writePrivateFile(recordFile(instance, name), JSON.stringify(record));
  return record;
}

/**
 * Finds a recorded process, if that same process still runs: a record that a killed run left behind, and whose pid now
 * belongs to somebody else, counts as none.
 */
export function findProcess(instance: Instance, name: string): ProcessRecord | undefined {
  const record = readRecord(instance, name);
  return record !== undefined && isRunning(record) ? record : undefined;
}

/** @returns what is recorded under a name, whether it still runs or has ended unasked: whoever ends a process on purpose forgets it */
export function readRecord(instance: Instance, name: string): ProcessRecord | undefined {
  const text = readIfPresent(recordFile(instance, name));
  return text === undefined ? undefined : parseRecord(text);
}

/** @returns whether it is still the process of the record that has its pid */
export function isRunning({ pid, startTime, bootId: recordedBoot }: ProcessRecord): boolean {
  return recordedBoot === bootId() && startTimeOf(pid) === startTime;
}

/** @returns whether the record is of a process that was started with the same command and settings */
export function isStartedAs(
  record: ProcessRecord,
  { command, settings }: Pick<ProcessRecord, 'command' | 'settings'>,
): boolean {
  return isDeepStrictEqual(record.command, command) && isDeepStrictEqual(record.settings, settings);
}

export function forgetProcess(instance: Instance, name: string): void {
  rmSync(recordFile(instance, name), { force: true });
}

/** @returns the names under which processes are recorded, whether they still run or not */
export function recordedNames(instance: Instance): readonly string[] {
  const folder = filesOf(instance.directory).run;
  return existsSync(folder) ? globSync('*.json', { cwd: folder }).map((file) => basename(file, '.json')) : [];
}

function recordFile(instance: Instance, name: string): string {
  return join(filesOf(instance.directory).run, `${name}.json`);
}

function parseRecord(text: string): ProcessRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    // A record is written whole; one that does not parse is not ours.
    return undefined;
  }
}

/** @returns when the process started, or undefined if there is none, or only its unread exit code */
function startTimeOf(pid: number): string | undefined {
  const stat = statOf(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return stat.startTime;
}

/** proc_pid_stat(5): field 3 is the state, field 22 the start time; the command in field 2 may hold anything. */
function statOf(pid: number): { state: string; startTime: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const [state, ...others] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = others[18];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

import { constants } from 'node:os';
import { globSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { filesOf, readIfPresent } from '../files.ts';
import type { Instance } from '../instance.ts';

/** How a process of the platform ended. */
export interface ProcessEnd {
  readonly at: Date;
  /** `exit code 3` or `signal SIGKILL`. */
  readonly reason: string;
}

/**
 * A shell script that runs a program in a session of its own, tells its pid on file descriptor 3, and writes its exit code to the file `$0-<pid>.end` when it
 * ends. Only a parent is told how a process ended, and the command that starts the platform is gone by then; so may be the supervisor.
 *
 * The program is run by `setsid` ($1), which execs it, so that it has the pid that the shell knows. The shell's own word on a killed program does not belong in
 * the program's log.
 */
export const KEEPER_SCRIPT = '"$@" 3>&- & echo "$!" >&3; exec 3>&- >/dev/null 2>&1; wait "$!"; echo "$?" >"$0-$!.end"';

/** @returns what `$0` is in the script, for processes with this name */
export function endFilePrefix(instance: Instance, name: string): string {
  return join(filesOf(instance.directory).run, name);
}

/** @returns how a process ended; undefined if that is not known: it still runs, or was killed together with the shell that waited for it */
export function readEnd(instance: Instance, name: string, pid: number): ProcessEnd | undefined {
  return readEndFile(`${endFilePrefix(instance, name)}-${pid}.end`);
}

/** The same of whichever process was started last with this name: one that ended before it could be recorded. */
export function readLastEnd(instance: Instance, name: string): ProcessEnd | undefined {
  const [file] = endFiles(instance, name);
  return file === undefined ? undefined : readEndFile(file);
}

function readEndFile(file: string): ProcessEnd | undefined {
  const text = readIfPresent(file)?.trim() ?? '';
  // The file is made a moment before it has its content.
  if (!/^\d+$/.test(text)) return undefined;
  const at = statSync(file, { throwIfNoEntry: false })?.mtime;
  return at === undefined ? undefined : { at, reason: reasonOf(Number(text)) };
}

/** Removes what is known of ends of earlier processes with this name. */
export function forgetEnds(instance: Instance, name: string): void {
  for (const file of endFiles(instance, name)) rmSync(file, { force: true });
}

function endFiles(instance: Instance, name: string): readonly string[] {
  const cwd = filesOf(instance.directory).run;
  return globSync(`${name}-[0-9]*.end`, { cwd }).map((file) => join(cwd, file));
}

/** A shell adds 128 to the number of the signal that ended a program (POSIX, "Exit Status for Commands"). */
const SIGNAL_OFFSET = 128;

function reasonOf(exitCode: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === exitCode - SIGNAL_OFFSET)?.[0];
  return signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
}

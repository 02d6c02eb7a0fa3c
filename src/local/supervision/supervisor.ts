import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

import type { Instance } from '../instance.ts';
import { endProcess, startProcess, sweepProcesses } from '../process/processes.ts';
import { findProcess, forgetProcess, isStartedAs, type ProcessRecord } from '../process/record.ts';

/** Name of the supervisor's process in records and logs. */
export const supervisorProcess = 'supervisor';

/** It has nothing to finish. */
const endingGraceMs = 2_000;

export function findSupervisor(instance: Instance): ProcessRecord | undefined {
  return findProcess(instance, supervisorProcess);
}

/**
 * Starts the supervisor of a platform, unless it runs with just this code. One that takes over from another, or from one that was killed, watches what runs.
 *
 * @param names of the processes that it starts again, in records
 */
export async function ensureSupervisor(instance: Instance, names: readonly string[]): Promise<{ wasStarted: boolean }> {
  const settings = {
    WEFT_LOCAL_INSTANCE: instance.name,
    WEFT_DATA: dirname(instance.directory),
    WEFT_SOURCES: ownSources(),
  };
  const program = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
  const command: [string, ...string[]] = [process.execPath, program, ...names];
  const running = findSupervisor(instance);
  if (running !== undefined && isStartedAs(running, { command, settings })) return { wasStarted: false };
  await stopSupervisor(instance);
  const { PATH, HOME } = process.env;
  await startProcess(instance, { name: supervisorProcess, command, settings, environment: { PATH, HOME } });
  return { wasStarted: true };
}

/** Ends the supervisor; what it watches runs on. */
export async function stopSupervisor(instance: Instance): Promise<void> {
  const record = findSupervisor(instance);
  if (record !== undefined) await endProcess(record, { graceMs: endingGraceMs });
  await sweepProcesses(instance, supervisorProcess);
  forgetProcess(instance, supervisorProcess);
}

/** What its code is recognised by: these folders are all that it is. */
function ownSources(): string {
  const hash = createHash('sha256');
  for (const name of ['supervision', 'process', 'temporal']) {
    const folder = join(import.meta.dirname, '..', name);
    for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

import { rmSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { resolveInstance } from './instance.ts';
import { withLock } from './artifacts/lock.ts';
import { sweepProcesses } from './process/processes.ts';
import { stopAll, type StopOptions } from './stop.ts';

/**
 * Removes the embedded platform from this machine: its processes, and with them mounts and network, its cgroups, its files
 * with all data. What was built or fetched stays in the cache, for the next start.
 */
export async function resetPlatform({
  report = () => undefined,
  instance = resolveInstance(),
}: StopOptions = {}): Promise<void> {
  await withLock(instance.lockFile, async () => {
    await stopAll(instance, report);
    await sweepProcesses(instance);
    report(`removing ${instance.directory}`);
    await rm(instance.directory, { recursive: true, force: true });
  });
  rmSync(instance.lockFile, { force: true });
  await removeIfEmpty(dirname(instance.lockFile));
}

/** The folder of all instances goes with the last one. */
async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { DatabaseInUse } from './failure.ts';

export interface FolderLock {
  readonly release: () => Promise<void>;
}

/** What `flock` says with its exit code when somebody else holds the lock; other codes are its own failures. */
const HELD_ELSEWHERE = 75;

/**
 * Takes the lock on a folder, for as long as this process lives. PGlite has none: two processes in one folder would destroy its data.
 *
 * The kernel holds the lock for a child (`flock` of util-linux) that ends when its stdin closes, so that it is free as soon as this process
 * is gone, however it went. A file with a process id or a time in it outlives a killed process.
 *
 * @throws DatabaseInUse if another process holds it; the error of `spawn` where there is no `flock`
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const options = ['--nonblock', '--conflict-exit-code', String(HELD_ELSEWHERE)];
  // A group of its own: Ctrl-C in the terminal must not free the lock before the database is closed.
  const holder = spawn('flock', [...options, join(folder, 'lock'), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const exited = once(holder, 'exit');
  const isHeld = await Promise.race([once(holder.stdout, 'data').then(() => true), exited.then(() => false)]);
  if (holder.exitCode === HELD_ELSEWHERE) throw new DatabaseInUse(folder);
  if (!isHeld) throw new Error(`flock could not lock the folder ${folder}: it ended with ${String(holder.exitCode)}`);
  return {
    release: async () => {
      holder.stdin.end();
      await exited;
    },
  };
}

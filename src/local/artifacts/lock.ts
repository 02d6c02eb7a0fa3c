import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { ArtifactError } from '../failure.ts';

/**
 * Does a piece of work while no other process that asks for the same lock file does its own.
 *
 * The kernel holds the lock for a child of this process (flock of util-linux) that ends when its stdin closes,
 * so that it is free as soon as this process is gone, however it went. A file with a process id or a time stamp
 * in it, as the npm packages for locking use, outlives a killed process.
 *
 * @param onWait called when another process holds the lock
 * @throws ArtifactError when the lock cannot be taken at all
 */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const holder = (await take(file, ['--nonblock'], options)) ?? (await wait(file, options));
  try {
    return await work();
  } finally {
    holder.stdin?.end();
    if (holder.exitCode === null && holder.signalCode === null) await once(holder, 'exit');
  }
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: () => void;
}

async function wait(file: string, options: LockOptions): Promise<ChildProcess> {
  options.onWait?.();
  const holder = await take(file, [], options);
  if (holder === undefined) {
    throw new ArtifactError(`The lock ${file} cannot be taken.`, 'Check that the folder is on a local, writable disk.');
  }
  return holder;
}

/** @returns the process that holds the lock, or undefined when flock gave up */
async function take(file: string, flags: readonly string[], options: LockOptions): Promise<ChildProcess | undefined> {
  options.signal?.throwIfAborted();
  // A group of its own: Ctrl-C in the terminal must not free the lock before the work has stopped.
  const holder = spawn('flock', [...flags, file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const abort = (): void => {
    holder.stdin.destroy();
    holder.kill();
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const held = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ]);
    options.signal?.throwIfAborted();
    return held ? holder : undefined;
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new ArtifactError(`flock cannot be run: ${String(cause)}`, 'Install the Debian package util-linux.', {
      cause,
    });
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

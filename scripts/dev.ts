import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

import { resolveInstance } from '../src/local/instance.ts';
import { logFile } from '../src/local/process/processes.ts';
import { workerProcess } from '../src/local/worker.ts';

/*
 * `make dev`: starts the embedded platform, shows the worker's log, and starts the platform again whenever the code
 * changes, which replaces a worker that runs older code and touches nothing else. Ctrl-C leaves the platform running.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a worker reads. */
const watched = ['src', 'kube'];

/** An editor that saves several files, or a `git checkout`, is one change. */
const settleMs = 300;

const stop = new AbortController();
process.once('SIGINT', () => {
  stop.abort();
});

if (!(await startPlatform())) process.exit(1);

let isRestartDue = false;
let restarts = Promise.resolve();
for (const folder of watched) watch(join(root, folder), { recursive: true, signal: stop.signal }, restartSoon);

await followLog();
await restarts;
console.error('The platform runs on: `weft local stop` stops it, `make reset` removes it.');

function restartSoon(): void {
  if (isRestartDue) return;
  isRestartDue = true;
  restarts = restarts.then(async () => {
    await delay(settleMs);
    isRestartDue = false;
    await startPlatform();
  });
}

/** @returns whether it is ready; if not, the command has said why */
async function startPlatform(): Promise<boolean> {
  const { exitCode } = await execa(join(root, 'weft'), ['local', 'start'], {
    // What the command says of itself; its result is for scripts.
    stdio: ['ignore', 'ignore', 'inherit'],
    reject: false,
  });
  return exitCode === 0;
}

/** Copies what the worker logs from now on, whichever worker that is, until Ctrl-C. */
async function followLog(): Promise<void> {
  await execa('tail', ['--lines=0', '-F', logFile(resolveInstance(), workerProcess)], {
    stdio: ['ignore', 'inherit', 'ignore'],
    reject: false,
    cancelSignal: stop.signal,
  });
}

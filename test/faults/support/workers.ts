import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { inject } from 'vitest';

import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import { eventually } from '../../support/eventually.ts';
import { platformVariables } from '../../support/weft.ts';
import { FOLDER_VARIABLE, marksIn, PLAN_FILE, startsIn } from './points.ts';

/** Workers that end or stop at points of a plan, and are replaced as a supervisor would. */
export interface MortalWorkers {
  /** Where points are noted. */
  readonly folder: string;
  /** What the newest of them wrote. */
  readonly log: () => string;
  /** Ends them. */
  readonly stop: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NODE = join(ROOT, 'node_modules/.bin/node');

/**
 * Starts them.
 *
 * @param points names of points, each for the first activity that comes to it
 */
export async function startMortalWorkers(points: readonly string[]): Promise<MortalWorkers> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-points-'));
  await writeFile(join(folder, PLAN_FILE), JSON.stringify(points));
  const stopping = new AbortController();
  let log = '';
  const keepOne = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const worker = startOne(folder, stopping.signal, (text) => (log += text));
      await Promise.race([worker.ended, stopped(folder, worker.pid, stopping.signal)]);
      if (await isStopped(folder, worker.pid)) void outlive(folder, worker, stopping.signal);
      log = log.slice(-LOG_LENGTH);
    }
  };
  const keeping = keepOne();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await keeping;
    await rm(folder, { recursive: true });
  };
  await eventually(() => {
    if (log.includes('polls weft')) return Promise.resolve();
    return Promise.reject(new Error(`The worker does not poll:\n${log}`));
  }, WORKER_START_MS).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { folder, log: () => log, stop };
}

/** Bundling the workflows takes a few seconds, more on a machine that is busy. */
const WORKER_START_MS = 60_000;

/** Enough to see why a worker does not start. */
const LOG_LENGTH = 20_000;

interface MortalWorker {
  readonly pid: number;
  /** Does nothing if it has ended. */
  readonly kill: (signal: 'SIGCONT' | 'SIGKILL') => void;
  readonly ended: Promise<unknown>;
}

function startOne(folder: string, signal: AbortSignal, onText: (text: string) => void): MortalWorker {
  const { kubeconfig, context } = inject('platform');
  const subprocess = execa(NODE, ['--import', join(import.meta.dirname, 'mortal.ts'), 'src/worker/main.ts'], {
    cwd: ROOT,
    reject: false,
    buffer: false,
    all: true,
    stdin: 'ignore',
    cancelSignal: signal,
    // One that stands still hears of nothing else.
    killSignal: 'SIGKILL',
    env: {
      ...platformVariables(),
      KUBECONFIG: kubeconfig,
      WEFT_CLUSTER: context,
      WEFT_FABRIC_BIN: dirname(locateArtifacts().path('peer')),
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'),
      [FOLDER_VARIABLE]: folder,
    },
  });
  subprocess.all.on('data', (chunk: Buffer) => {
    onText(chunk.toString('utf8'));
  });
  if (subprocess.pid === undefined) throw new Error('The worker could not be started.');
  const kill = (signal: 'SIGCONT' | 'SIGKILL'): void => void subprocess.kill(signal);
  return { pid: subprocess.pid, kill, ended: subprocess };
}

const POLL_MS = 200;

/** Returns when a worker has stopped itself. */
async function stopped(folder: string, pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isStopped(folder, pid))) await wait(POLL_MS);
}

async function isStopped(folder: string, pid: number): Promise<boolean> {
  return (await stopsOf(folder, pid)).length > 0;
}

async function stopsOf(folder: string, pid: number): Promise<readonly { activity: string; at: number }[]> {
  const marks = [...(await marksIn(folder))].filter(([point]) => point.endsWith('-stopped'));
  return marks.map(([, mark]) => mark).filter((mark) => mark.pid === pid);
}

/** Lets a stopped worker go on when all that it had under way was done by others, and ends it when it has had time to do harm. */
async function outlive(folder: string, { pid, kill, ended }: MortalWorker, signal: AbortSignal): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const starts = await startsIn(folder);
    const own = starts.filter((start) => start.pid === pid);
    const open = own.filter(
      ({ event, activity }) =>
        event === 'begun' && !own.some((other) => other.event === 'ended' && other.activity === activity),
    );
    return open.every(({ activity }) =>
      starts.some((other) => other.event === 'ended' && other.activity === activity && other.pid !== pid),
    );
  };
  while (!signal.aborted && !(await isDone())) await wait(POLL_MS);
  if (signal.aborted) return;
  kill('SIGCONT');
  await wait(LATE_MS);
  kill('SIGKILL');
  await ended;
}

/** Longer than a step of Weft takes that does not wait. */
const LATE_MS = 5_000;

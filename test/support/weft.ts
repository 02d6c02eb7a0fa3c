import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { inject } from 'vitest';

import { connectCluster, type Cluster } from '../../src/kubernetes/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import { eventually } from './eventually.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

/** The environment in which commands and workers talk to the tests' own platform, and to nothing else. */
export function platformVariables(): Record<string, string> {
  const { kubeconfig, context, temporalAddress } = inject('platform');
  return { WEFT_KUBECONFIG: kubeconfig, WEFT_CONTEXT: context, TEMPORAL_ADDRESS: temporalAddress };
}

/** The name that the tests' cluster has in workflow ids and task queues. */
export function clusterName(): string {
  return inject('platform').context;
}

/** The tests' cluster. Whoever connects closes. */
export function testCluster(): Cluster {
  const { kubeconfig, context } = inject('platform');
  return connectCluster({ kubeconfig, context });
}

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `weft` under way, as a process that can be signalled. */
export interface RunningWeft {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** What it wrote so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its end; never rejects for an exit code. */
  readonly ended: Promise<Ended>;
}

/** Starts `weft` as a user does, without a terminal. */
export function startWeft(
  parameters: readonly string[],
  options: { readonly input?: string; readonly variables?: Readonly<Record<string, string>> } = {},
): RunningWeft {
  const subprocess = execa(`${ROOT}/weft`, parameters, {
    cwd: ROOT,
    reject: false,
    env: { ...platformVariables(), CI: 'true', NO_COLOR: '1', ...options.variables },
    input: options.input ?? '',
  });
  let [stdout, stderr] = ['', ''];
  subprocess.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  subprocess.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return {
    kill: (signal) => {
      subprocess.kill(signal);
    },
    stdout: () => stdout,
    stderr: () => stderr,
    ended: subprocess.then((end) => ({ exitCode: end.exitCode ?? -1, stdout: end.stdout, stderr: end.stderr })),
  };
}

/** Runs `weft` to its end. */
export function weft(...parameters: readonly string[]): Promise<Ended> {
  return startWeft(parameters).ended;
}

/** A worker of the tests' cluster, as a process of its own that can be killed. */
export interface TestWorker {
  readonly pid: number;
  /** Everything that it wrote so far. */
  readonly log: () => string;
  /** SIGKILL: it gets no chance to hand anything back. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, and waits for its end. */
  readonly stop: () => Promise<void>;
}

// Bundling the workflows takes a few seconds, more on a machine that is busy.
const WORKER_START_MS = 60_000;

/**
 * Starts a worker and waits until it polls.
 *
 * @param root the folder of the Weft that it runs; by default this one
 */
export async function startWorker(
  variables: Readonly<Record<string, string>> = {},
  root: string = ROOT,
): Promise<TestWorker> {
  const { kubeconfig, context } = inject('platform');
  let log = '';
  const subprocess = execa(NODE, ['src/worker/main.ts'], {
    cwd: root,
    reject: false,
    buffer: false,
    all: true,
    stdin: 'ignore',
    env: {
      ...platformVariables(),
      KUBECONFIG: kubeconfig,
      WEFT_CLUSTER: context,
      WEFT_FABRIC_BIN: dirname(locateArtifacts().path('peer')),
      // As the launcher has it: a worker starts in half of the processor's time.
      NODE_COMPILE_CACHE: `${ROOT}/node_modules/.cache/node`,
      ...variables,
    },
  });
  subprocess.all.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const pid = subprocess.pid;
  if (pid === undefined) throw new Error('The worker could not be started.');
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    subprocess.kill(signal);
    await subprocess;
  };
  const worker = { pid, log: () => log, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
  await eventually(() => {
    if (log.includes('polls weft')) return Promise.resolve();
    return Promise.reject(new Error(`The worker does not poll:\n${log}`));
  }, WORKER_START_MS).catch(async (error: unknown) => {
    await worker.kill();
    throw error;
  });
  return worker;
}

import { resolve } from 'node:path';

import type { PlatformEnvironment } from './environment.ts';
import type { Instance } from './instance.ts';
import { endProcess, startProcess, sweepProcesses } from './process/processes.ts';
import {
  findProcess,
  forgetProcess,
  isStartedAs,
  recordedNames,
  recordProcess,
  type ProcessRecord,
} from './process/record.ts';

/** Name of the worker's process in records and logs. */
export const workerProcess = 'worker';

/** Begins the names in records of workers whose place a newer one has taken, each with its pid. */
const replacedPrefix = `${workerProcess}-replaced-`;

/** The queue of Weft's workflows, which the worker polls; design, decision 14. */
export const workerTaskQueue = 'weft';

/** How the platform's worker is started; the addresses of the platform come on top. */
export interface WorkerPlan {
  readonly command: readonly [string, ...string[]];
  /** What its code is recognised by: one that runs older code is replaced. */
  readonly sources: string;
}

/** Where a worker finds what it works with. */
export interface WorkerSurroundings {
  readonly temporalAddress: string;
  readonly cluster: Pick<PlatformEnvironment, 'cluster' | 'kubeconfig' | 'context'>;
  /** Folder of Fabric's programs. */
  readonly fabricPrograms: string;
}

/** A worker hands its activities back when it is asked to end, which takes it some seconds. */
const endingGraceMs = 15_000;

export function findWorker(instance: Instance): ProcessRecord | undefined {
  return findProcess(instance, workerProcess);
}

/**
 * Starts the worker, if it does not run yet with just this command and code on the same platform. One of older code runs
 * on until `drainReplacedWorkers` tells it to end.
 */
export async function ensureWorker(
  instance: Instance,
  { command: [program, ...args], sources }: WorkerPlan,
  { temporalAddress, cluster: { cluster, kubeconfig, context }, fabricPrograms }: WorkerSurroundings,
): Promise<{ record: ProcessRecord; wasStarted: boolean }> {
  const command: [string, ...string[]] = [program, ...args];
  const settings = {
    KUBECONFIG: kubeconfig,
    WEFT_CONTEXT: context,
    TEMPORAL_ADDRESS: temporalAddress,
    WEFT_CLUSTER: cluster,
    WEFT_FABRIC_BIN: fabricPrograms,
    WEFT_SOURCES: sources,
    // Also where its code is older than that of the worker before: whoever starts it wants it so.
    WEFT_TAKE_NEW_RUNS: 'yes',
    ...encodingSettings(process.env),
  };
  const running = findWorker(instance);
  if (running !== undefined && isStartedAs(running, { command, settings }))
    return { record: running, wasStarted: false };
  // Only a worker that still reaches the platform's Temporal can carry anything on.
  if (running?.settings['TEMPORAL_ADDRESS'] === temporalAddress) setAside(instance, running);
  else if (running !== undefined || replacedWorkers(instance).length === 0) await stopWorker(instance);
  const environment = withoutTemporal(process.env);
  return {
    record: await startProcess(instance, { name: workerProcess, command, environment, settings }),
    wasStarted: true,
  };
}

/** Keeps the record of a worker that is about to be replaced under another name. */
function setAside(instance: Instance, { pid, command, settings }: ProcessRecord): void {
  recordProcess(instance, `${replacedPrefix}${pid}`, { pid, command, settings });
  forgetProcess(instance, workerProcess);
}

/**
 * Tells workers that were replaced to end when the runs have ended that began on their code. It may be told more than once.
 *
 * @returns how many there are
 */
export function drainReplacedWorkers(instance: Instance): number {
  const replaced = replacedWorkers(instance);
  for (const { pid } of replaced) process.kill(pid, 'SIGUSR2');
  return replaced.length;
}

function replacedWorkers(instance: Instance): readonly ProcessRecord[] {
  return recordedNames(instance)
    .filter((name) => name.startsWith(replacedPrefix))
    .flatMap((name) => {
      const record = findProcess(instance, name);
      if (record === undefined) forgetProcess(instance, name);
      return record ?? [];
    });
}

/** Ends all workers: they are asked to hand back their work first. */
export async function stopWorker(instance: Instance): Promise<void> {
  const current = findWorker(instance);
  const records = [...(current === undefined ? [] : [current]), ...replacedWorkers(instance)];
  await Promise.all(records.map((record) => endProcess(record, { graceMs: endingGraceMs })));
  await sweepProcesses(instance, workerProcess);
  for (const name of recordedNames(instance)) {
    if (name === workerProcess || name.startsWith(replacedPrefix)) forgetProcess(instance, name);
  }
}

/** Name the files that say how what Temporal keeps is encoded. */
const encodingVariables = ['WEFT_DATA_CONVERTER', 'WEFT_PAYLOAD_KEY_FILE'];

/** Worker and API read runs as their clients wrote them; they are started in another folder than those are. */
export function encodingSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    encodingVariables.flatMap((name): [string, string][] => {
      const path = env[name];
      return path === undefined || path === '' ? [] : [[name, resolve(path)]];
    }),
  );
}

/** Whatever Temporal the user has set up otherwise, with its namespace and keys, is not the platform's. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') && name !== 'WEFT_CONTEXT'),
  );
}

import { join } from 'node:path';

import { filesOf } from './files.ts';
import type { Instance } from './instance.ts';
import { findProcess, forgetProcess, isStartedAs, type ProcessRecord } from './process/record.ts';
import { endProcess, startProcess, sweepProcesses } from './process/processes.ts';

/** Name of the worker's process in records and logs. */
export const workerProcess = 'worker';

/** The queue of Weft's workflows, which the worker polls; design, decision 14. */
export const workerTaskQueue = 'weft';

/** How the platform's worker is started; the addresses of the platform come on top. */
export interface WorkerPlan {
  readonly command: readonly [string, ...string[]];
}

/** Where a worker finds what it works with. */
export interface WorkerSurroundings {
  readonly temporalAddress: string;
  /** Folder of Fabric's programs. */
  readonly fabricPrograms: string;
}

/** A worker hands its activities back when it is asked to end, which takes it some seconds. */
const endingGraceMs = 15_000;

/** @returns the worker that comes with Weft */
export function weftWorker(): WorkerPlan {
  return { command: [process.execPath, join(import.meta.dirname, '..', 'worker', 'main.ts')] };
}

export function findWorker(instance: Instance): ProcessRecord | undefined {
  return findProcess(instance, workerProcess);
}

/** Starts the worker, if it does not run yet with just this command on the same platform. */
export async function ensureWorker(
  instance: Instance,
  { command: [program, ...args] }: WorkerPlan,
  { temporalAddress, fabricPrograms }: WorkerSurroundings,
): Promise<{ record: ProcessRecord; wasStarted: boolean }> {
  const command: [string, ...string[]] = [program, ...args];
  const settings = {
    KUBECONFIG: filesOf(instance.directory).kubeconfig,
    TEMPORAL_ADDRESS: temporalAddress,
    WEFT_CLUSTER: 'local',
    WEFT_FABRIC_BIN: fabricPrograms,
  };
  const running = findWorker(instance);
  if (running !== undefined && isStartedAs(running, { command, settings }))
    return { record: running, wasStarted: false };
  await stopWorker(instance);
  const environment = withoutTemporal(process.env);
  return { record: startProcess(instance, { name: workerProcess, command, environment, settings }), wasStarted: true };
}

/** Ends the worker: it is asked to hand back its work first. */
export async function stopWorker(instance: Instance): Promise<void> {
  const record = findWorker(instance);
  if (record !== undefined) await endProcess(record, { graceMs: endingGraceMs });
  await sweepProcesses(instance, workerProcess);
  forgetProcess(instance, workerProcess);
}

/** Whatever Temporal the user has set up otherwise, with its namespace and keys, is not the platform's. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') && name !== 'WEFT_CONTEXT'),
  );
}

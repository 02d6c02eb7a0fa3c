import { dirname } from 'node:path';

import { apiProcess, ensureApi, isApiReady, stopApi, type ApiPlan } from './api.ts';
import { platformEnvironment, type PlatformEnvironment } from './environment.ts';
import { PlatformError } from './failure.ts';
import { resolveInstance, type Instance } from './instance.ts';
import { awaitKubernetes, ensureNode } from './node/start.ts';
import { formatProgressLine, prepareArtifacts } from './artifacts/index.ts';
import { withLock } from './artifacts/lock.ts';
import { preparePage } from './artifacts/page.ts';
import { lastLogLines } from './process/processes.ts';
import { isRunning } from './process/record.ts';
import { until } from './process/wait.ts';
import type { Report, StartContext } from './start-context.ts';
import { isServing, takesRuns } from './temporal/health.ts';
import { ensureTemporal, stopTemporal, type TemporalAddresses } from './temporal/server.ts';
import {
  drainReplacedWorkers,
  ensureWorker,
  stopWorker,
  workerProcess,
  workerTaskQueue,
  type WorkerPlan,
} from './worker.ts';

export interface StartOptions {
  /** Receives what is being done, in words. */
  readonly report?: Report;
  /** Stops the start; what it has started is stopped, what ran before runs on. */
  readonly signal?: AbortSignal;
  /** The worker to run. `none` leaves the platform without, and ends one that runs. */
  readonly worker: WorkerPlan | 'none';
  /** The HTTP API with the page. `none` leaves the platform without, and ends one that runs. */
  readonly api: ApiPlan | 'none';
  /** Which platform; by default the one that the environment names. */
  readonly instance?: Instance;
}

/**
 * Starts what does not run of the embedded platform, and returns when all of it is ready: the Kubernetes node, its DNS and
 * storage, the Temporal server, the worker. Left-overs of a killed platform do not disturb it.
 *
 * @returns how to reach the platform
 * @throws PlatformError when a component does not start, with the last lines of its log.
 * @throws ArtifactError when something that the platform is made of cannot be obtained.
 * @throws the signal's reason when the signal aborts.
 */
export async function startPlatform(options: StartOptions): Promise<PlatformEnvironment> {
  const { report = () => undefined, signal, instance = resolveInstance() } = options;
  refuseUnfitMachine();
  const artifacts = await prepareArtifacts((line) => {
    report(formatProgressLine(line));
  }, signal);
  const onWait = (): void => {
    report(`waiting for another command that works on ${instance.name}`);
  };
  const start: StartContext = { instance, artifacts, report, signal, undo: [] };
  return withLock(instance.lockFile, () => startAll(start, options), { signal, onWait });
}

/**
 * @throws PlatformError when this process cannot run a Kubernetes node here, with all reasons at once.
 */
function refuseUnfitMachine(): void {
  const reasons = [
    ...(process.platform === 'linux' ? [] : [`it needs Linux, this is ${process.platform}`]),
    ...(process.getuid?.() === 0 ? [] : ['namespaces, mounts and cgroups need root, and this is not root']),
  ];
  if (reasons.length === 0) return;
  throw new PlatformError(
    `The embedded platform cannot run here: ${reasons.join('; ')}.\n` +
      'Run it as root on Linux, or use a cluster of your own: --context NAME',
  );
}

async function startAll(
  start: StartContext,
  { worker, api }: Pick<StartOptions, 'worker' | 'api'>,
): Promise<PlatformEnvironment> {
  try {
    const [node, temporal] = await settled([ensureNode(start), startTemporal(start)]);
    // Both take their time, and neither needs the other to be ready.
    await settled([awaitKubernetes(start, node), startWorker(start, worker, temporal.address), startApi(start, api)]);
    return platformEnvironment(start.instance);
  } catch (error) {
    if (start.signal?.aborted === true) {
      start.report('interrupted, stopping what was started');
      for (const undo of start.undo.toReversed()) await undo();
    }
    throw error;
  }
}

/** Awaits each to its end also when another fails: nothing may be at work when what was started is undone. */
async function settled<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Each question to Temporal is a process of its own, which takes time from what is awaited. */
const askIntervalMs = 250;

/** It answers within a second or two; a busy machine may need longer to load the program. */
const temporalTimeoutMs = 60_000;

async function startTemporal({ instance, artifacts, report, signal, undo }: StartContext): Promise<TemporalAddresses> {
  const program = artifacts.path('temporal');
  const { address, ui, wasStarted } = await ensureTemporal(instance, program);
  if (wasStarted) undo.push(() => stopTemporal(instance));
  await until(() => isServing(program, address), {
    what: `Temporal answers at ${address}`,
    timeoutMs: temporalTimeoutMs,
    intervalMs: askIntervalMs,
    signal,
  });
  if (wasStarted) report(`Temporal: answers at ${address}, its page at ${ui}`);
  return { address, ui };
}

/** Loading the worker and bundling the workflows takes some seconds of a processor that others use, too. */
const workerTimeoutMs = 90_000;

async function startWorker(
  { instance, artifacts, report, signal, undo }: StartContext,
  worker: WorkerPlan | 'none',
  temporalAddress: string,
): Promise<void> {
  if (worker === 'none') {
    await stopWorker(instance);
    return;
  }
  const { record, wasStarted } = await ensureWorker(instance, worker, {
    temporalAddress,
    fabricPrograms: dirname(artifacts.path('configtxgen')),
  });
  if (!wasStarted) return;
  undo.push(() => stopWorker(instance));
  const poller = { taskQueue: workerTaskQueue, pid: record.pid, since: new Date(record.startedAt) };
  const isReady = (): Promise<boolean> => {
    if (isRunning(record)) return takesRuns(artifacts.path('temporal'), temporalAddress, poller);
    throw new PlatformError(
      `The worker has ended by itself. The last lines of its log:\n${lastLogLines(instance, workerProcess)}`,
    );
  };
  await until(isReady, {
    what: `the worker polls ${workerTaskQueue}`,
    timeoutMs: workerTimeoutMs,
    intervalMs: askIntervalMs,
    signal,
  });
  report(`worker: polls ${workerTaskQueue}`);
  const draining = drainReplacedWorkers(instance);
  if (draining > 0) report(`worker: the one before ends when the runs have ended that it began`);
}

/** Opening its tables for the first time and loading the code take some seconds. */
const apiTimeoutMs = 60_000;

async function startApi({ instance, report, signal, undo }: StartContext, api: ApiPlan | 'none'): Promise<void> {
  if (api === 'none') {
    await stopApi(instance);
    return;
  }
  // Here its progress is seen, and the API, which needs it, has its time for itself.
  await preparePage((line) => {
    report(formatProgressLine(line));
  }, signal);
  const { record, address, wasStarted } = await ensureApi(instance, api);
  if (!wasStarted) return;
  undo.push(() => stopApi(instance));
  const isReady = (): Promise<boolean> => {
    if (isRunning(record)) return isApiReady(address, signal);
    throw new PlatformError(
      `The API has ended by itself. The last lines of its log:\n${lastLogLines(instance, apiProcess)}`,
    );
  };
  await until(isReady, {
    ...{ what: `the API answers at ${address}`, timeoutMs: apiTimeoutMs, intervalMs: askIntervalMs },
    signal,
  });
  report(`API: answers at ${address}`);
}

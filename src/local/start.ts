import { apiProcess, ensureApi, isApiReady, stopApi, type ApiPlan } from './api.ts';
import { clusterOf, platformEnvironment, type PlatformEnvironment } from './environment.ts';
import { chooseCluster, existingCluster, type ExistingCluster } from './existing-cluster.ts';
import { PlatformError } from './failure.ts';
import { resolveInstance, type Instance } from './instance.ts';
import { preparePage } from './artifacts/page.ts';
import { awaitKubernetes, ensureNode } from './node/start.ts';
import {
  formatProgressLine,
  prepareArtifacts,
  preparePrograms,
  programsOf,
  type ProgressLine,
} from './artifacts/index.ts';
import { withLock } from './artifacts/lock.ts';
import { lastLogLines } from './process/processes.ts';
import { isRunning } from './process/record.ts';
import { until } from './process/wait.ts';
import type { NodeStartContext, Report, StartContext } from './start-context.ts';
import { ASK_INTERVAL_MS, takesRuns } from './temporal/health.ts';
import { registryPortProcess } from './registry/registry.ts';
import { ensureSupervisor, stopSupervisor } from './supervision/supervisor.ts';
import {
  awaitTemporal,
  ensureTemporal,
  stopTemporal,
  temporalProcess,
  type TemporalAddresses,
} from './temporal/server.ts';
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
  /** A cluster that is there already, to work on in place of a node of its own; absent means what the platform works on already, else such a node. */
  readonly cluster?: ExistingCluster;
  /** Which platform; by default the one that the environment names. */
  readonly instance?: Instance;
}

/**
 * Starts what does not run of the embedded platform, and returns when all of it is ready: the Kubernetes node, its DNS and
 * storage, unless it works on a cluster that is there already, the Temporal server, the worker, the API, and a supervisor that starts again what ends of
 * those. Left-overs of a killed platform do not disturb it.
 *
 * @returns how to reach the platform
 * @throws PlatformError when a component does not start, with the last lines of its log.
 * @throws ArtifactError when something that the platform is made of cannot be obtained.
 * @throws the signal's reason when the signal aborts.
 */
export async function startPlatform(options: StartOptions): Promise<PlatformEnvironment> {
  const { report = () => undefined, signal, instance = resolveInstance() } = options;
  const reportLine = (line: ProgressLine): void => {
    report(formatProgressLine(line));
  };
  const onWait = (): void => {
    report(`waiting for another command that works on ${instance.name}`);
  };
  const isExisting = (options.cluster ?? existingCluster(instance)) !== undefined;
  refuseUnfitMachine(isExisting);
  if (isExisting) {
    const start: StartContext = {
      ...{ instance, report, signal, undo: [] },
      programs: await preparePrograms(reportLine, signal),
    };
    const work = (): Promise<PlatformEnvironment> => {
      chooseCluster(instance, options.cluster);
      return startAll(start, options, () => Promise.resolve(NOTHING_TO_AWAIT));
    };
    return withLock(instance.lockFile, work, { signal, onWait });
  }
  const artifacts = await prepareArtifacts(reportLine, signal);
  const start: NodeStartContext = {
    ...{ instance, artifacts, report, signal, undo: [] },
    programs: programsOf(artifacts),
  };
  const startNode = async (): Promise<() => Promise<void>> => {
    const node = await ensureNode(start);
    return () => awaitKubernetes(start, node);
  };
  return withLock(instance.lockFile, () => startAll(start, options, startNode), { signal, onWait });
}

const NOTHING_TO_AWAIT = (): Promise<void> => Promise.resolve();

/**
 * @throws PlatformError when this process cannot run a platform here, with all reasons at once.
 */
function refuseUnfitMachine(isClusterExisting: boolean): void {
  const isRoot = isClusterExisting || process.getuid?.() === 0;
  const reasons = [
    ...(process.platform === 'linux' ? [] : [`it needs Linux, this is ${process.platform}`]),
    ...(isRoot ? [] : ['namespaces, mounts and cgroups need root, and this is not root']),
  ];
  if (reasons.length === 0) return;
  throw new PlatformError(
    `The embedded platform cannot run here: ${reasons.join('; ')}.\n` +
      'Run it as root on Linux, or on a cluster that you have: weft local start --context NAME',
  );
}

/**
 * What is started again when it ends, each after what it needs. The node is not among them: its parts are supervised in it, and its outermost process does
 * nothing that could fail; it ends when somebody kills it, with all that was in it.
 */
const SUPERVISED = [temporalProcess, registryPortProcess, workerProcess, apiProcess];

/** @param startCluster starts the cluster, and returns what waits until it is of use */
async function startAll(
  start: StartContext,
  { worker, api }: Pick<StartOptions, 'worker' | 'api'>,
  startCluster: () => Promise<() => Promise<void>>,
): Promise<PlatformEnvironment> {
  try {
    // First, so that also what a start that fails has left behind is watched.
    if ((await ensureSupervisor(start.instance, SUPERVISED)).wasStarted)
      start.undo.push(() => stopSupervisor(start.instance));
    const [awaitCluster, temporal] = await settled([startCluster(), startTemporal(start)]);
    // Both take their time, and neither needs the other to be ready.
    await settled([awaitCluster(), startWorker(start, worker, temporal.address), startApi(start, api)]);
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

async function startTemporal({ instance, programs, report, signal, undo }: StartContext): Promise<TemporalAddresses> {
  const { address, ui, record, wasStarted } = await ensureTemporal(instance, programs.temporal);
  if (wasStarted) undo.push(() => stopTemporal(instance));
  await awaitTemporal(instance, record, signal);
  if (wasStarted) report(`Temporal: answers at ${address}, its page at ${ui}`);
  return { address, ui };
}

/** Loading the worker and bundling the workflows takes some seconds of a processor that others use, too. */
const workerTimeoutMs = 90_000;

async function startWorker(
  { instance, programs, report, signal, undo }: StartContext,
  worker: WorkerPlan | 'none',
  temporalAddress: string,
): Promise<void> {
  if (worker === 'none') {
    await stopWorker(instance);
    return;
  }
  const { record, wasStarted } = await ensureWorker(instance, worker, {
    temporalAddress,
    cluster: clusterOf(instance),
    fabricPrograms: programs.fabric,
  });
  if (!wasStarted) return;
  undo.push(() => stopWorker(instance));
  const poller = { taskQueue: workerTaskQueue, pid: record.pid, since: new Date(record.startedAt) };
  const isReady = (): Promise<boolean> => {
    if (isRunning(record)) return takesRuns(programs.temporal, temporalAddress, poller);
    throw new PlatformError(
      `The worker has ended by itself. The last lines of its log:\n${lastLogLines(instance, workerProcess)}`,
    );
  };
  await until(isReady, {
    what: `the worker polls ${workerTaskQueue}`,
    timeoutMs: workerTimeoutMs,
    intervalMs: ASK_INTERVAL_MS,
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
  // The page first: a server would be no sooner ready that builds it.
  const { record, address, wasStarted } = await ensureApi(instance, api, async () => {
    await preparePage((line) => {
      report(formatProgressLine(line));
    }, signal);
  });
  if (!wasStarted) return;
  undo.push(() => stopApi(instance));
  const isReady = (): Promise<boolean> => {
    if (isRunning(record)) return isApiReady(address, signal);
    throw new PlatformError(
      `The API has ended by itself. The last lines of its log:\n${lastLogLines(instance, apiProcess)}`,
    );
  };
  await until(isReady, {
    ...{ what: `the API answers at ${address}`, timeoutMs: apiTimeoutMs, intervalMs: ASK_INTERVAL_MS },
    signal,
  });
  report(`API: answers at ${address}`);
}

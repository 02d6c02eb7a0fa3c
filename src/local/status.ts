import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { apiAddress, apiProcess, findApi, isApiReady } from './api.ts';
import { clusterOf } from './environment.ts';
import { existingCluster, type ExistingCluster } from './existing-cluster.ts';
import { filesOf } from './files.ts';
import { resolveInstance, type Instance } from './instance.ts';
import { connectApi } from './node/api-client.ts';
import { ports } from './node/cluster-network.ts';
import { findNode, nodeProcess, readSandboxReport, readComponentVersions } from './node/node.ts';
import { registryName } from './node/components.ts';
import { versionOf } from './node/programs.ts';
import { dnsReadiness, nodeReadiness, storageReadiness, type NodeReadiness, type Readiness } from './node/readiness.ts';
import { coreDnsImage, temporalProgram } from './artifacts/index.ts';
import { lastLogLine, logFile } from './process/processes.ts';
import { findProcess } from './process/record.ts';
import { registryAddress, registryPortProcess, registryReadiness } from './registry/registry.ts';
import { chosenAddresses } from './state.ts';
import { pastOf, whyNotRunning, type ProcessPast } from './supervision/past.ts';
import { findSupervisor, supervisorProcess } from './supervision/supervisor.ts';
import { isServing, takesRuns } from './temporal/health.ts';
import { findTemporal, temporalAddresses, temporalProcess } from './temporal/server.ts';
import { findWorker, workerProcess, workerTaskQueue } from './worker.ts';

/** How one component of the platform is. */
export interface ComponentStatus extends ProcessPast {
  readonly name: string;
  /** Its process is there; for what is not a process, the cluster that it is in. */
  readonly running: boolean;
  readonly ready: boolean;
  /** Why it is not ready; empty if it is. */
  readonly reason: string;
  readonly pid?: number;
  readonly version?: string;
  readonly address?: string;
  readonly log?: string;
}

export interface PlatformStatus {
  readonly instance: string;
  readonly directory: string;
  /** All components are. */
  readonly ready: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly temporalAddress?: string;
  readonly components: readonly ComponentStatus[];
}

/** Asks a cluster that is there already. @returns why it is of no use; empty if it is */
export type AskCluster = (cluster: ExistingCluster) => Promise<string>;

/** Looks at every component of the embedded platform, running or not. It changes nothing. */
export async function platformStatus(
  instance: Instance = resolveInstance(),
  askCluster: AskCluster = () => Promise.resolve(''),
): Promise<PlatformStatus> {
  const existing = existingCluster(instance);
  const [node, temporal, worker, api] = await Promise.all([
    existing === undefined ? nodeStatus(instance) : existingClusterStatus(existing, askCluster),
    temporalStatus(instance),
    workerStatus(instance),
    apiStatus(instance),
  ]);
  const components = [...node, temporal, worker, api, supervisorStatus(instance)];
  const { kubeconfig, context } = clusterOf(instance);
  const temporalAddress = temporalAddresses(instance)?.address;
  return {
    instance: instance.name,
    directory: instance.directory,
    ready: components.every(({ ready }) => ready),
    ...(existsSync(kubeconfig) && { kubeconfig, context }),
    ...(temporalAddress !== undefined && { temporalAddress }),
    components,
  };
}

function notRunning(instance: Instance, name: string): ComponentStatus {
  const { nextStart, ...past } = pastOf(instance, name);
  // Where there is no supervisor, nothing is started again, whatever it had in mind.
  const isAwaited = nextStart !== undefined && findSupervisor(instance) !== undefined;
  const reason = whyNotRunning({ ...past, ...(isAwaited && { nextStart }) }, new Date());
  return { name, running: false, ready: false, reason, ...past };
}

/** What is said of a process that runs, ready or not. */
function running(
  instance: Instance,
  { name, pid }: { name: string; pid: number },
): Omit<ComponentStatus, 'ready' | 'reason'> {
  return { name, running: true, pid, ...pastOf(instance, name), log: logFile(instance, name) };
}

function supervisorStatus(instance: Instance): ComponentStatus {
  const record = findSupervisor(instance);
  if (record === undefined) return notRunning(instance, supervisorProcess);
  return { ...running(instance, { name: supervisorProcess, pid: record.pid }), ready: true, reason: '' };
}

async function existingClusterStatus(cluster: ExistingCluster, ask: AskCluster): Promise<ComponentStatus[]> {
  const reason = await ask(cluster);
  const address = `context ${cluster.context} of ${cluster.kubeconfig}`;
  return [{ name: 'cluster', running: reason === '', ready: reason === '', reason, address }];
}

async function nodeStatus(instance: Instance): Promise<ComponentStatus[]> {
  const record = findNode(instance);
  const addresses = chosenAddresses(instance);
  if (record === undefined || addresses === undefined) return [notRunning(instance, nodeProcess)];
  const api = connectApi(instance, addresses);
  const started = { name: instance.name, startedAt: record.startedAt };
  try {
    const [node, dns, storage] = await Promise.all([
      answered(() => nodeReadiness(api, started)),
      answered(() => dnsReadiness(api, started)),
      answered(() => storageReadiness(api)),
    ]);
    return [
      {
        ...running(instance, { name: nodeProcess, pid: record.pid }),
        ...reasoned(node),
        ...(node.kubernetesVersion !== undefined && {
          version: `${node.kubernetesVersion}, ${node.containerRuntime ?? ''}`,
        }),
        address: addresses.node,
      },
      ...(await Promise.all(
        sandboxStatus(instance, addresses.node).map((component) => seenFromOutside(instance, component)),
      )),
      { name: 'dns', running: true, ...reasoned(dns), version: coreDnsImage.slice(coreDnsImage.lastIndexOf(':') + 1) },
      { name: 'storage', running: true, ...reasoned(storage) },
      await registryPortStatus(instance),
    ];
  } finally {
    api.close();
  }
}

function sandboxStatus(instance: Instance, nodeAddress: string): ComponentStatus[] {
  const versions = readComponentVersions(instance);
  return (readSandboxReport(instance)?.components ?? []).map((component) => {
    const { name, state, restarts, lastEnd, lastEndAt, since } = component;
    const hasEnded = lastEnd !== undefined && lastEndAt !== undefined;
    return {
      name,
      running: state === 'starting' || state === 'ready',
      ready: state === 'ready',
      reason: state === 'ready' ? '' : state,
      ...(state === 'ready' && { since }),
      restarts,
      ...(hasEnded && { lastEnd: { at: lastEndAt, reason: lastEnd, lastLine: lastLogLine(instance, name) } }),
      ...versionField(versions.get(name)),
      ...(name === 'kube-apiserver' && { address: `https://${nodeAddress}:${ports.apiServer}` }),
      log: join(filesOf(instance.directory).logs, `${name}.log`),
    };
  });
}

/** The registry is of use when also this machine reaches it. */
async function seenFromOutside(instance: Instance, component: ComponentStatus): Promise<ComponentStatus> {
  if (component.name !== registryName) return component;
  const address = registryAddress(instance);
  const outside = component.ready ? await registryReadiness(instance) : component;
  return { ...component, ...reasoned(outside), ...(address !== undefined && { address }) };
}

/** What makes the registry's port lead to the node: the registry itself is a component of that. */
async function registryPortStatus(instance: Instance): Promise<ComponentStatus> {
  const record = findProcess(instance, registryPortProcess);
  if (record === undefined) return notRunning(instance, registryPortProcess);
  const address = registryAddress(instance);
  return {
    ...running(instance, { name: registryPortProcess, pid: record.pid }),
    ...reasoned(await registryReadiness(instance)),
    ...(address !== undefined && { address }),
  };
}

async function temporalStatus(instance: Instance): Promise<ComponentStatus> {
  const record = findTemporal(instance);
  const addresses = temporalAddresses(instance);
  if (record === undefined || addresses === undefined) return notRunning(instance, temporalProcess);
  const serving = await isServing(temporalProgram(), addresses.address);
  return {
    ...running(instance, { name: temporalProcess, pid: record.pid }),
    ready: serving,
    reason: serving ? '' : `it does not answer at ${addresses.address}`,
    ...versionField(versionOf(record.command[0] ?? '')),
    address: `${addresses.address}, page ${addresses.ui}`,
  };
}

/** A worker asks for work about once a minute when there is none; one that has just started may not have yet. */
const pollWindowMs = 90_000;

async function workerStatus(instance: Instance): Promise<ComponentStatus> {
  const record = findWorker(instance);
  const addresses = temporalAddresses(instance);
  if (record === undefined || addresses === undefined) return notRunning(instance, workerProcess);
  const since = new Date(Date.now() - pollWindowMs);
  const isReady = await takesRuns(temporalProgram(), addresses.address, {
    taskQueue: workerTaskQueue,
    pid: record.pid,
    since,
  });
  return {
    ...running(instance, { name: workerProcess, pid: record.pid }),
    ready: isReady,
    reason: isReady ? '' : `it takes no runs from the task queue ${workerTaskQueue}`,
  };
}

async function apiStatus(instance: Instance): Promise<ComponentStatus> {
  const record = findApi(instance);
  const address = apiAddress(instance);
  if (record === undefined || address === undefined) return notRunning(instance, apiProcess);
  const isReady = await isApiReady(address);
  return {
    ...running(instance, { name: apiProcess, pid: record.pid }),
    ...{ ready: isReady, address },
    reason: isReady ? '' : 'it does not answer, or does not reach its tables or Temporal',
  };
}

function versionField(version: string | undefined): { version?: string } {
  return version === undefined ? {} : { version };
}

async function answered(look: () => Promise<NodeReadiness>): Promise<NodeReadiness> {
  try {
    return await look();
  } catch (error) {
    return {
      ready: false,
      reason: `the API server does not answer: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function reasoned({ ready, reason = '' }: Readiness): { ready: boolean; reason: string } {
  return { ready, reason };
}

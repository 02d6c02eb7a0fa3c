import { dirname } from 'node:path';

import { PlatformNotRunning } from './failure.ts';
import { filesOf } from './files.ts';
import { resolveInstance, type Instance } from './instance.ts';
import { findNode } from './node/node.ts';
import { findCommand } from './artifacts/find-command.ts';
import { temporalProgram } from './artifacts/index.ts';
import { existingCluster } from './existing-cluster.ts';
import { findTemporal, temporalAddresses } from './temporal/server.ts';

/** How to reach the embedded platform. */
export interface PlatformEnvironment {
  /** The cluster's name in workflow ids and task queues. */
  readonly cluster: string;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** `host:port` */
  readonly temporalAddress: string;
}

/**
 * @param instance - which platform; by default the one that the environment names.
 * @throws PlatformNotRunning when its node or its Temporal server does not run.
 */
export function platformEnvironment(instance: Instance = resolveInstance()): PlatformEnvironment {
  const missing = missingProcess(instance);
  if (missing !== undefined) throw new PlatformNotRunning(`The embedded platform does not run: ${missing}.`);
  return environmentOf(instance);
}

/** @returns how to reach the platform, or undefined if it does not run */
export function findPlatform(instance: Instance = resolveInstance()): PlatformEnvironment | undefined {
  return missingProcess(instance) === undefined ? environmentOf(instance) : undefined;
}

/** @returns the folder of the platform's own `temporal` command, for those who have none on their PATH; else undefined */
export function missingTemporalFolder(): string | undefined {
  return findCommand('temporal') === undefined ? dirname(temporalProgram()) : undefined;
}

function missingProcess(instance: Instance): string | undefined {
  if (existingCluster(instance) === undefined && findNode(instance) === undefined)
    return `there is no Kubernetes node ${instance.name}`;
  if (findTemporal(instance) === undefined) return 'its Temporal server has ended';
  return undefined;
}

function environmentOf(instance: Instance): PlatformEnvironment {
  const temporal = temporalAddresses(instance);
  if (temporal === undefined) throw new PlatformNotRunning('The embedded platform has lost its state file.');
  return { ...clusterOf(instance), temporalAddress: temporal.address };
}

/** Name of a platform's own cluster in workflow ids and task queues. */
const OWN_CLUSTER = 'local';

/** @returns name of the platform's cluster in workflow ids and task queues, whether or not it runs */
export function platformCluster(instance: Instance = resolveInstance()): string {
  return clusterOf(instance).cluster;
}

/** The cluster that a platform works on. */
export function clusterOf(instance: Instance): Pick<PlatformEnvironment, 'cluster' | 'kubeconfig' | 'context'> {
  const existing = existingCluster(instance);
  if (existing !== undefined) {
    return { cluster: existing.name, kubeconfig: existing.kubeconfig, context: existing.context };
  }
  return { cluster: OWN_CLUSTER, kubeconfig: filesOf(instance.directory).kubeconfig, context: instance.context };
}

import { existsSync } from 'node:fs';

import { findApi, stopApi } from './api.ts';
import { resolveInstance, type Instance } from './instance.ts';
import { existingCluster } from './existing-cluster.ts';
import { findNode, stopNode } from './node/node.ts';
import { withLock } from './artifacts/lock.ts';
import { admitOtherUsers } from './process/other-users.ts';
import type { Report } from './start-context.ts';
import { closeRegistryPort } from './registry/registry.ts';
import { stopSupervisor } from './supervision/supervisor.ts';
import { findTemporal, stopTemporal } from './temporal/server.ts';
import { findWorker, stopWorker } from './worker.ts';

export interface StopOptions {
  /** Receives what is being done, in words. */
  readonly report?: Report;
  /** Which platform; by default the one that the environment names. */
  readonly instance?: Instance;
}

/** Stops the embedded platform and keeps its data: volumes, cluster state, histories. What does not run is fine, too. */
export async function stopPlatform({
  report = () => undefined,
  instance = resolveInstance(),
}: StopOptions = {}): Promise<void> {
  if (!existsSync(instance.directory)) return;
  await withLock(instance.lockFile, () => stopAll(instance, report));
}

/** As stopPlatform, for who holds the instance's lock. */
export async function stopAll(instance: Instance, report: Report): Promise<void> {
  // First, though it would start nothing under the lock: it would be told of ends that are no news.
  await stopSupervisor(instance);
  if (findApi(instance) !== undefined) report('stopping the API');
  await stopApi(instance);
  // The worker before what it works with: it can still tell Temporal that somebody else should carry on.
  if (findWorker(instance) !== undefined) report('stopping the worker');
  await stopWorker(instance);
  if (findTemporal(instance) !== undefined) report('stopping Temporal');
  if (findNode(instance) !== undefined) report('stopping the Kubernetes node');
  await stopTemporal(instance);
  // What needs root was never started by who works on a cluster of theirs.
  if (existingCluster(instance) !== undefined) return;
  await Promise.all([stopNode(instance), closeRegistryPort(instance)]);
  await admitOtherUsers(instance);
}

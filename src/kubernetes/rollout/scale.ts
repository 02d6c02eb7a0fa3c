import { setTimeout as delay } from 'node:timers/promises';

import { repeatedWrite } from '../../calls/index.ts';
import { FIELD_MANAGER, requireOurs } from '../apply/ownership.ts';
import type { Cluster } from '../client/cluster.ts';
import { describeObject } from '../client/objects.ts';
import { list, observe } from '../client/observe.ts';
import { objectPath } from '../client/paths.ts';
import { isNotFound, KubernetesError, passingRequest } from '../errors/errors.ts';
import { awaitRollout, type RolloutOptions, type RolloutTarget } from './rollout.ts';
import { podSelector, type Deployment } from './workloads.ts';

export interface ScaleOptions extends Pick<RolloutOptions, 'signal' | 'onWaiting'> {
  /** The network that the Deployment was made for. */
  readonly network: string;
}

type Scaled = Pick<RolloutTarget, 'namespace' | 'name'>;

/** Scales a Deployment to zero and waits until its pods are gone. */
export async function stopDeployment(cluster: Cluster, target: Scaled, options: ScaleOptions): Promise<void> {
  const deployment = await scale(cluster, target, 0, options);
  // Without labels to select by, every pod of the namespace would be awaited.
  if (deployment === undefined) return;
  const labelSelector = podSelector(deployment);
  const { namespace, name } = target;
  const { signal, onWaiting } = options;
  for (;;) {
    const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector, signal });
    if (pods.length === 0) return;
    onWaiting?.({ reason: 'Terminating', message: `${name} in namespace ${namespace} is being stopped` });
    await delay(POLL_MILLISECONDS, undefined, { signal });
  }
}

/** A pod of Fabric ends within a second. */
const POLL_MILLISECONDS = 300;

/** Scales a Deployment back to one. Its rollout is awaited by `awaitRollout`. */
export async function startDeployment(cluster: Cluster, target: Scaled, options: ScaleOptions): Promise<void> {
  await scale(cluster, target, 1, options);
}

/**
 * Lets `work` be done while the pods of a Deployment are gone, and their volumes nobody's. The Deployment has its one pod again
 * afterwards, whatever comes of the work: nodes of Fabric have one each, and an earlier stop that was cut short is made good.
 *
 * @param target the Deployment; where there is none, nothing is stopped
 * @throws RolloutFailed if the pod does not come back; KubernetesError; what `work` throws
 */
export async function whileStopped<Result>(
  cluster: Cluster,
  target: Scaled,
  options: ScaleOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: target };
  if ((await observe(cluster, reference, options)) === undefined) return work();
  let result: Result;
  try {
    await stopDeployment(cluster, target, options);
    result = await work();
  } finally {
    // Not by the signal: who interrupts the work does not mean the node.
    await startDeployment(cluster, target, { ...options, signal: AbortSignal.timeout(SCALE_MS) });
  }
  await awaitRollout(cluster, { ...target, timeoutSeconds: START_SECONDS }, options);
  return result;
}

const SCALE_MS = 30_000;

/** A CA answers two seconds after its start; the rest is for a machine that is busy. */
const START_SECONDS = 180;

/** @returns the Deployment as it was; undefined if there is none */
async function scale(
  cluster: Cluster,
  { namespace, name }: Scaled,
  replicas: number,
  { network, signal }: ScaleOptions,
): Promise<Deployment | undefined> {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } };
  const live: Deployment | undefined = await observe(cluster, reference, { signal });
  if (live === undefined) return undefined;
  requireOurs(live, network);
  if (live.spec?.replicas === replicas) return live;
  const { resourceVersion } = live.metadata;
  try {
    await repeatedWrite(
      () =>
        cluster.request({
          method: 'PATCH',
          path: objectPath(reference),
          query: { fieldManager: FIELD_MANAGER },
          contentType: 'application/merge-patch+json',
          // What was looked at is what is scaled: one that comes late must not undo what was done after it.
          body: { metadata: { resourceVersion }, spec: { replicas } },
          purpose: `scale ${describeObject(reference)} to ${String(replicas)}`,
          signal,
        }),
      async () => {
        const now: Deployment | undefined = await observe(cluster, reference, { signal });
        return now === undefined || now.spec?.replicas === replicas ? reference : undefined;
      },
      { passing: passingRequest, signal },
    );
  } catch (error) {
    // Somebody removed it meanwhile.
    if (isNotFound(error)) return undefined;
    // Its controller writes its status a few times just after a change; then it is quiet.
    if (error instanceof KubernetesError && error.kind === 'conflict') {
      return scale(cluster, { namespace, name }, replicas, { network, signal });
    }
    throw error;
  }
  return live;
}

import type { Cluster } from '../client/cluster.ts';
import { describeObject, type KubernetesObject } from '../client/objects.ts';
import { list, observe } from '../client/observe.ts';
import { objectPath } from '../client/paths.ts';
import { awaitGone } from '../apply/remove.ts';
import { isNotFound } from '../errors/errors.ts';
import { awaitRollout } from '../rollout/rollout.ts';
import type { Deployment } from '../rollout/workloads.ts';

/**
 * Lets `work` be done while the pods of a Deployment are gone, and their volumes nobody's. The Deployment has its one pod again
 * afterwards, whatever comes of the work: nodes of Fabric have one each, and an earlier stop that was cut short is made good.
 *
 * @param name of the Deployment; where there is none, nothing is stopped
 * @throws RolloutFailed if the pod does not come back; KubernetesError; what `work` throws
 */
export async function whileStopped<Result>(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } };
  const deployment = (await observe(cluster, reference, { signal })) as Deployment | undefined;
  if (deployment === undefined) return work();
  let result: Result;
  try {
    await scale(cluster, deployment, 0, signal);
    await podsGone(cluster, deployment, signal);
    result = await work();
  } finally {
    // Not by the signal: who interrupts the work does not mean the node.
    await scale(cluster, deployment, 1, AbortSignal.timeout(SCALE_MS));
  }
  await awaitRollout(cluster, { namespace, name, timeoutSeconds: START_SECONDS }, { signal });
  return result;
}

const SCALE_MS = 30_000;

/** A CA answers two seconds after its start; the rest is for a machine that is busy. */
const START_SECONDS = 180;

async function scale(
  cluster: Cluster,
  deployment: KubernetesObject,
  replicas: number,
  signal: AbortSignal,
): Promise<void> {
  const purpose = `scale ${describeObject(deployment)} to ${String(replicas)}`;
  try {
    await cluster.request({
      method: 'PATCH',
      path: `${objectPath(deployment)}/scale`,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas } },
      purpose,
      signal,
    });
  } catch (error) {
    // Somebody removed it meanwhile: there is nothing left to start.
    if (replicas === 0 || !isNotFound(error)) throw error;
  }
}

async function podsGone(cluster: Cluster, deployment: Deployment, signal: AbortSignal): Promise<void> {
  const labels = Object.entries(deployment.spec?.selector?.matchLabels ?? {});
  const labelSelector = labels.map(([label, value]) => `${label}=${value}`).join(',');
  const { namespace } = deployment.metadata;
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector, signal });
  await Promise.all(pods.map((pod) => awaitGone(cluster, pod, signal)));
}

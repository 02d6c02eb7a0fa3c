import { setTimeout as delay } from 'node:timers/promises';

import { apply } from '../apply/apply.ts';
import { awaitGone, remove } from '../apply/remove.ts';
import type { Cluster } from '../client/cluster.ts';
import { podLogs } from '../client/logs.ts';
import { describeObject, type KubernetesObject } from '../client/objects.ts';
import { list, observe } from '../client/observe.ts';
import type { RolloutOptions } from '../rollout/rollout.ts';
import type { Pod } from '../rollout/workloads.ts';

export interface JobOptions extends Pick<RolloutOptions, 'signal' | 'onWaiting'> {
  /** The network that the Job belongs to; its manifest carries the label. */
  readonly network: string;
}

/** How a Job ended. */
export interface JobEnd {
  readonly succeeded: boolean;
  /** The last lines of its pod's log. */
  readonly log: string;
}

/**
 * Runs a Job to its end and removes it. One of the same name that is there already is followed: somebody began it and did not see its end.
 *
 * @param job with one container and without retries of its own
 * @throws {KubernetesError}; the signal's reason or an AbortError of it, once it is aborted
 */
export async function runJob(cluster: Cluster, job: KubernetesObject, options: JobOptions): Promise<JobEnd> {
  const { network, signal } = options;
  const earlier = await observe(cluster, job, { signal });
  if (earlier?.metadata.deletionTimestamp !== undefined) await awaitGone(cluster, earlier, signal);
  if (earlier === undefined || earlier.metadata.deletionTimestamp !== undefined) {
    await apply(cluster, job, { network, signal });
  }
  const succeeded = await awaitEnd(cluster, job, options);
  const log = await logOf(cluster, job, signal);
  await remove(cluster, job, { network, signal });
  await awaitGone(cluster, job, signal);
  return { succeeded, log };
}

/** @returns whether it succeeded */
async function awaitEnd(cluster: Cluster, job: KubernetesObject, { signal, onWaiting }: JobOptions): Promise<boolean> {
  for (let looks = 1; ; looks += 1) {
    const conditions = conditionsOf(await observe(cluster, job, { signal }));
    if (conditions.includes('Complete')) return true;
    if (conditions.includes('Failed')) return false;
    if (looks > LOOKS_BEFORE_WORDS) onWaiting?.({ reason: 'JobRunning', message: await stateOf(cluster, job, signal) });
    await delay(POLL_MILLISECONDS, undefined, { signal });
  }
}

/** A container starts within a second. */
const POLL_MILLISECONDS = 300;
const LOOKS_BEFORE_WORDS = 10;

/** The types of the conditions that hold; none for a Job that is not there. */
function conditionsOf(job: KubernetesObject | undefined): string[] {
  const { conditions = [] } = (job?.['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.filter(({ status }) => status === 'True').map(({ type }) => type);
}

async function stateOf(cluster: Cluster, job: KubernetesObject, signal: AbortSignal): Promise<string> {
  const [pod] = await podsOf(cluster, job, signal);
  const why = pod === undefined ? undefined : whyWaiting(pod);
  return `${describeObject(job)} has not ended${why === undefined ? '' : `: ${why}`}`;
}

/** Why a pod has not started, in the cluster's words. */
function whyWaiting({ status }: Pod): string | undefined {
  const [waiting] = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting ?? []);
  if (waiting !== undefined) return waiting.message ?? waiting.reason;
  return status?.conditions?.find(({ type, status: value }) => type === 'PodScheduled' && value === 'False')?.message;
}

/** So much tells why a program failed. */
const LAST_LINES = 20;

async function logOf(cluster: Cluster, job: KubernetesObject, signal: AbortSignal): Promise<string> {
  const [pod] = await podsOf(cluster, job, signal);
  if (pod === undefined) return '';
  const { name, namespace = '' } = pod.metadata;
  return (await podLogs(cluster, { namespace, name }, { tailLines: LAST_LINES, signal })).trimEnd();
}

async function podsOf(cluster: Cluster, { metadata }: KubernetesObject, signal: AbortSignal): Promise<Pod[]> {
  const { namespace, name } = metadata;
  return list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: `job-name=${name}`, signal });
}

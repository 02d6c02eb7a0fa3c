import {
  nodePod,
  observe,
  podVariables,
  remove,
  renderManifestFile,
  runJob,
  withoutKeys,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import type { StepContext } from '../activity.ts';
import { hashOf, type Dependencies } from '../cluster/manifests.ts';
import { failure } from '../failures.ts';
import type { NetworkInput, OrganizationReference } from '../inputs.ts';

/** Something that is done once to a node's volume, for one channel. */
export interface VolumeJob extends Pick<NetworkInput, 'network'> {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
  readonly channel: string;
  /** File in kube/. */
  readonly manifest: 'peer-unjoin.yaml' | 'orderer-clean.yaml';
  /** Its part in the Job's name, e.g. `unjoin`. */
  readonly task: string;
  /** What its program says when there is nothing to do any more. */
  readonly nothingToDo?: string;
}

/** A node's Deployment; undefined only if the cluster says for certain that there is none. */
export function observeNode(
  { cluster }: Dependencies,
  { organization: { namespace }, node }: Pick<VolumeJob, 'organization' | 'node'>,
  signal: AbortSignal,
): Promise<NodeDeployment | undefined> {
  return observe(
    cluster,
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: node } },
    { signal },
  );
}

export interface NodeDeployment extends KubernetesObject {
  readonly spec?: { readonly replicas?: number };
}

/**
 * Runs a Job on a node's volume with the node's own image.
 *
 * @throws ApplicationFailure `VolumeJobFailed` with the end of its log
 */
export async function runVolumeJob(
  { cluster }: Dependencies,
  task: VolumeJob,
  deployment: NodeDeployment,
  { signal, waiting }: Pick<StepContext, 'signal' | 'waiting'>,
): Promise<void> {
  const { network, organization, node, channel, nothingToDo } = task;
  const job = await jobOf(task, deployment);
  const { succeeded, log } = await runJob(cluster, job, { network: network.name, signal, onWaiting: waiting });
  if (succeeded || (nothingToDo !== undefined && log.includes(nothingToDo))) return;
  throw failure(
    'VolumeJobFailed',
    `Job ${job.metadata.name} in namespace ${organization.namespace} failed, which works on ${channel} in the volume of ${node}. Its last log lines:\n${withoutKeys(log)}`,
    { remedy: { kind: 'runAgain' } },
  );
}

/** Removes a Job that an earlier attempt has run to its end without seeing it. */
export async function removeVolumeJob(
  { cluster }: Dependencies,
  {
    network,
    organization: { namespace },
    ...task
  }: Pick<VolumeJob, 'network' | 'organization' | 'node' | 'channel' | 'task'>,
  signal: AbortSignal,
): Promise<void> {
  const reference = { apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace, name: jobName(task) } };
  await remove(cluster, reference, { network: network.name, signal });
}

/** The name of a channel may be longer than that of a Job. */
function jobName({ node, task, channel }: Pick<VolumeJob, 'node' | 'task' | 'channel'>): string {
  return `${node}-${task}-${hashOf(channel).slice(0, SHORT_HASH)}`;
}

async function jobOf(
  { network, organization, node, channel, manifest, task }: VolumeJob,
  deployment: NodeDeployment,
): Promise<KubernetesObject> {
  const pod = nodePod(deployment);
  const [job] = await renderManifestFile(manifest, {
    JOB: jobName({ node, task, channel }),
    NETWORK: network.name,
    NAMESPACE: organization.namespace,
    ORGANIZATION: organization.name,
    NODE: node,
    IMAGE: pod.image,
    ...podVariables(pod),
    CHANNEL: channel,
    // It takes the peer's place.
    ...(manifest === 'peer-unjoin.yaml' ? { RESOURCES: pod.resources, SECRET_VARIABLES: pod.env ?? null } : {}),
  });
  if (job === undefined) throw new TypeError(`${manifest} has no Job.`);
  return job;
}

/** Enough to tell the channels of one node apart, and a Job's name from others. */
const SHORT_HASH = 8;

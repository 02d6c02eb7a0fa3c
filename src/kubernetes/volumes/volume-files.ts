import { setTimeout as delay } from 'node:timers/promises';

import { apply } from '../apply/apply.ts';
import { awaitGone, remove } from '../apply/remove.ts';
import type { Cluster } from '../client/cluster.ts';
import { renderManifestFile } from '../client/manifest.ts';
import type { KubernetesObject } from '../client/objects.ts';
import { list, observe } from '../client/observe.ts';
import { execInPod } from '../connect/exec.ts';
import { KubernetesError } from '../errors/errors.ts';
import { diagnosePod } from '../rollout/diagnose-pod.ts';
import { isReady, type Event, type Pod } from '../rollout/workloads.ts';
import { podVariables, type PodSettings } from './pod-settings.ts';

/** The volume of one node, and what is needed to look into it: an image that has `tar` and `sleep`. */
export interface NodeVolume extends PodSettings {
  readonly network: string;
  readonly namespace: string;
  readonly organization: string;
  /** Name of the claim, of the Deployment whose pod uses it, and of the node. */
  readonly node: string;
}

/** What is in a volume, while a pod holds it. */
export interface VolumeFiles {
  /** @returns a tar archive of all files, paths relative to the volume's root */
  read(): Promise<Uint8Array>;
  /** Unpacks a tar archive into the volume. */
  write(archive: Uint8Array): Promise<void>;
}

/**
 * Lets `work` look into a volume, through a pod that is there for that alone. Nobody else may use the volume meanwhile, see
 * `whileStopped`.
 *
 * @throws {KubernetesError} `unavailable` if the pod does not start, with the reason; `invalid` if the image has no `tar`; all others
 */
export async function withVolumeFiles<Result>(
  cluster: Cluster,
  volume: NodeVolume,
  signal: AbortSignal,
  work: (files: VolumeFiles) => Promise<Result>,
): Promise<Result> {
  const { network, namespace } = volume;
  const variables = { NETWORK: network, NAMESPACE: namespace, ORGANIZATION: volume.organization, NODE: volume.node };
  const settings = { IMAGE: volume.image, ...podVariables(volume) };
  const manifest = await renderManifestFile('volume-files.yaml', { ...variables, ...settings });
  const [pod] = manifest;
  if (pod === undefined) throw new TypeError('volume-files.yaml has no pod.');
  // One that was left behind by a process that died holds the volume still.
  await removePod(cluster, pod, network, signal);
  await apply(cluster, pod, { network, signal });
  try {
    await awaitRunning(cluster, pod, signal);
    const { name } = pod.metadata;
    const run = (command: readonly string[], stdin?: Uint8Array): Promise<Uint8Array> =>
      execInPod(cluster, { namespace, pod: name, command }, { signal, ...(stdin && { stdin }) });
    return await work({
      read: () => run([...['tar', '-c', '-f', '-', '-C', MOUNT], `--exclude=${LOST_AND_FOUND}`, '.']),
      write: async (archive) => {
        await run(['tar', '-x', '-f', '-', '-C', MOUNT], archive);
      },
    });
  } finally {
    // Also after an interruption: the pod would keep the node itself from its volume.
    await removePod(cluster, pod, network, AbortSignal.timeout(REMOVAL_MS));
  }
}

/** Where kube/volume-files.yaml mounts the volume. */
const MOUNT = '/volume';

/** The file system's own folder, which is root's alone. */
const LOST_AND_FOUND = './lost+found';

/** It ends within a second, and the kubelet says so within a few. */
const REMOVAL_MS = 60_000;

async function removePod(cluster: Cluster, pod: KubernetesObject, network: string, signal: AbortSignal): Promise<void> {
  const { outcome } = await remove(cluster, pod, { network, signal });
  if (outcome === 'removed') await awaitGone(cluster, pod, signal);
}

/** A volume that is new to a node has to be attached, an image has to be pulled. */
const START_MS = 180_000;

/** Starting takes a second or two where the node has image and volume. */
const POLL_MS = 250;

async function awaitRunning(cluster: Cluster, reference: KubernetesObject, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const pod = (await observe(cluster, reference, { signal })) as Pod | undefined;
    if (pod !== undefined && isReady(pod)) return;
    const hasEnded = pod === undefined || ENDED_PHASES.has(pod.status?.phase ?? '');
    if (hasEnded || Date.now() >= deadline) throw await notRunning(cluster, reference, pod, signal);
    await delay(POLL_MS, undefined, { signal });
  }
}

const ENDED_PHASES = new Set(['Failed', 'Succeeded']);

async function notRunning(
  cluster: Cluster,
  { metadata: { name, namespace } }: KubernetesObject,
  pod: Pod | undefined,
  signal: AbortSignal,
): Promise<KubernetesError> {
  const subject = `Pod ${name} in namespace ${namespace ?? ''}, which is to hold the volume,`;
  if (pod === undefined) return new KubernetesError('unavailable', `${subject} was removed by somebody else.`);
  const fieldSelector = `involvedObject.uid=${pod.metadata.uid ?? ''}`;
  const events = await list(cluster, { apiVersion: 'v1', kind: 'Event' }, { namespace, fieldSelector, signal });
  const diagnosis = diagnosePod(name, pod, events as Event[]);
  return new KubernetesError(
    'unavailable',
    `${subject} does not start: ${diagnosis?.message ?? 'the cluster does not say why.'}`,
  );
}

import type { Cluster } from '../client/cluster.ts';
import { claimNames, currentPods, type ObservedRollout } from './diagnose.ts';
import type { Cancellable, KubernetesObject, ObjectKind } from '../client/objects.ts';
import { list, observe } from '../client/observe.ts';
import { podSelector, type Deployment, type Event, type PersistentVolumeClaim, type Pod } from './workloads.ts';

/**
 * Reads what the cluster knows about a Deployment and its pods, for `diagnoseRollout`.
 *
 * @throws {KubernetesError}
 */
export async function observeRollout(
  cluster: Cluster,
  deployment: Deployment,
  options: Cancellable = {},
): Promise<ObservedRollout> {
  const pods = await readCurrentPods(cluster, deployment, options);
  const claims = await readClaims(cluster, deployment, pods, options);
  const events = await Promise.all([...pods, ...claims].map((object) => eventsAbout(cluster, object, options)));
  return { deployment, pods, claims, events: events.flat() };
}

async function readCurrentPods(cluster: Cluster, deployment: Deployment, { signal }: Cancellable): Promise<Pod[]> {
  const labelSelector = podSelector(deployment);
  const listOwn = (kind: ObjectKind): Promise<KubernetesObject[]> =>
    list(cluster, kind, { namespace: deployment.metadata.namespace, labelSelector, signal });
  const [replicaSets, pods] = await Promise.all([
    listOwn({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }),
    listOwn({ apiVersion: 'v1', kind: 'Pod' }),
  ]);
  return currentPods(deployment, replicaSets, pods);
}

async function readClaims(
  cluster: Cluster,
  { metadata: { namespace = '' } }: Deployment,
  pods: readonly Pod[],
  options: Cancellable,
): Promise<PersistentVolumeClaim[]> {
  const claims = await Promise.all(
    [...claimNames(pods)].map((name) =>
      observe(cluster, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name } }, options),
    ),
  );
  return claims.filter((claim) => claim !== undefined);
}

async function eventsAbout(
  cluster: Cluster,
  { metadata: { uid = '', namespace } }: KubernetesObject,
  { signal }: Cancellable,
): Promise<Event[]> {
  const fieldSelector = `involvedObject.uid=${uid}`;
  const events = await list(cluster, { apiVersion: 'v1', kind: 'Event' }, { namespace, fieldSelector, signal });
  return events.filter(isEvent);
}

function isEvent(object: KubernetesObject): object is Event {
  return typeof object['involvedObject'] === 'object';
}

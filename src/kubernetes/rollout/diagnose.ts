import { isObserved } from './deployment-status.ts';
import { diagnosePod, type Diagnosis } from './diagnose-pod.ts';
import type { KubernetesObject } from '../client/objects.ts';
import { admissionRefusal } from '../errors/admission.ts';
import { isOwnedBy, type Deployment, type Event, type PersistentVolumeClaim, type Pod } from './workloads.ts';

/** What the cluster knows about one Deployment. */
export interface ObservedRollout {
  readonly deployment: Deployment;
  /** The pods of its present template, see {@link currentPods}. */
  readonly pods: readonly Pod[];
  /** The volume claims that the pods name, as far as they exist. */
  readonly claims: readonly PersistentVolumeClaim[];
  /** About the pods and the claims; others are ignored. */
  readonly events: readonly Event[];
}

/**
 * Says why a Deployment is not ready.
 *
 * @returns undefined while there is nothing but patience to ask for
 */
export function diagnoseRollout({ deployment, pods, claims, events }: ObservedRollout): Diagnosis | undefined {
  if (!isObserved(deployment)) return undefined;
  return (
    replicaFailure(deployment) ??
    first(claims, (claim) => unboundClaim(deployment, claim, events)) ??
    first(pods.toSorted(endedLast), (pod) => diagnosePod(deployment.metadata.name, pod, eventsAbout(pod, events)))
  );
}

/** The pods of a Deployment's present template: one that is being replaced no longer matters. */
export function currentPods(
  deployment: Deployment,
  replicaSets: readonly KubernetesObject[],
  pods: readonly Pod[],
): Pod[] {
  const revision = deployment.metadata.annotations?.[REVISION_ANNOTATION];
  const current = replicaSets.find(
    (set) => isOwnedBy(set, deployment.metadata) && set.metadata.annotations?.[REVISION_ANNOTATION] === revision,
  );
  if (current === undefined) return [];
  return pods.filter((pod) => isOwnedBy(pod, current.metadata) && pod.metadata.deletionTimestamp === undefined);
}

/** The names of the volume claims that pods use. */
export function claimNames(pods: readonly Pod[]): Set<string> {
  const volumes = pods.flatMap((pod) => pod.spec?.volumes ?? []);
  return new Set(volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []));
}

/** A pod that was evicted stays, beside the one that was made in its place. */
function endedLast(one: Pod, other: Pod): number {
  return Number(one.status?.phase === 'Failed') - Number(other.status?.phase === 'Failed');
}

/** How the Deployment controller marks the ReplicaSet of the present template. */
const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

/** The controller may not make pods: a quota, a Pod Security Standard, an admission webhook. */
function replicaFailure({ metadata: { name }, status }: Deployment): Diagnosis | undefined {
  const failure = status?.conditions?.find(
    (condition) => condition.type === 'ReplicaFailure' && condition.status === 'True',
  );
  if (failure === undefined) return undefined;
  const fact = (failure.message ?? 'the controller does not say why').replace(/^pods ".*?" is forbidden: /, '');
  const message = `${name}: its pod cannot be made: ${fact}`;
  if (fact.includes('exceeded quota')) return { reason: 'QuotaExceeded', message, retryable: true };
  const refusal = admissionRefusal(fact);
  return { reason: refusal ?? 'ReplicaFailure', message, retryable: refusal === undefined };
}

function unboundClaim(
  deployment: Deployment,
  claim: PersistentVolumeClaim,
  events: readonly Event[],
): Diagnosis | undefined {
  if (claim.status?.phase === 'Bound') return undefined;
  const subject = `${deployment.metadata.name}: volume claim ${claim.metadata.name}`;
  if (claim.status?.phase === 'Lost') {
    return { reason: 'VolumeLost', message: `${subject} has lost its volume.`, retryable: false };
  }
  const event = eventsAbout(claim, events).find(({ reason = '' }) => FAILED_CLAIM.has(reason));
  if (event === undefined) return undefined;
  const fact = event.message ?? '';
  if (/storageclass.*not found/.test(fact)) {
    const storageClass = claim.spec?.storageClassName ?? '';
    return {
      reason: 'StorageClassMissing',
      message: `${subject} waits for the storage class ${storageClass}, which does not exist.`,
      retryable: false,
    };
  }
  return { reason: 'VolumePending', message: `${subject} has no volume: ${fact}`, retryable: true };
}

/**
 * `WaitForFirstConsumer` is no failure: the scheduler is at work. Nor is `ExternalProvisioning`, as long as the provisioner that it names exists;
 * whoever waits for long wants to know which one it is.
 */
const FAILED_CLAIM = new Set(['ProvisioningFailed', 'FailedBinding', 'VolumeMismatch', 'ExternalProvisioning']);

/** The events about an object, the latest first. */
function eventsAbout({ metadata: { uid } }: KubernetesObject, events: readonly Event[]): Event[] {
  return events
    .filter(({ involvedObject }) => involvedObject.uid === uid)
    .sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
}

function timeOf(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? '';
}

function first<Item>(items: readonly Item[], explain: (item: Item) => Diagnosis | undefined): Diagnosis | undefined {
  for (const item of items) {
    const diagnosis = explain(item);
    if (diagnosis !== undefined) return diagnosis;
  }
  return undefined;
}

import type { Deployment } from './workloads.ts';

/** How far the rollout of a Deployment is. */
export type RolloutStatus =
  | { readonly state: 'done'; readonly message: string }
  | { readonly state: 'waiting'; readonly message: string }
  | { readonly state: 'failed'; readonly reason: string; readonly message: string };

/**
 * Judges a Deployment exactly as `kubectl rollout status` does, in its words (kubectl
 * pkg/polymorphichelpers/rollout_status.go).
 */
export function deploymentStatus(deployment: Deployment): RolloutStatus {
  const { name } = deployment.metadata;
  const { desired, current, updated, available } = replicasOf(deployment);
  if (!isObserved(deployment)) return waiting('Waiting for deployment spec update to be observed...');
  if (hasExceededDeadline(deployment)) {
    const message = `deployment "${name}" exceeded its progress deadline`;
    return { state: 'failed', reason: DEADLINE_EXCEEDED, message };
  }
  if (updated < desired) {
    return waitingFor(name, `${String(updated)} out of ${String(desired)} new replicas have been updated...`);
  }
  if (current > updated) {
    return waitingFor(name, `${String(current - updated)} old replicas are pending termination...`);
  }
  if (available < updated) {
    return waitingFor(name, `${String(available)} of ${String(updated)} updated replicas are available...`);
  }
  return { state: 'done', message: `deployment "${name}" successfully rolled out` };
}

/** Since when a Deployment has been available, or not available, RFC 3339; undefined where Kubernetes does not say it. */
export function availableSince({ status }: Deployment): string | undefined {
  return status?.conditions?.find(({ type }) => type === 'Available')?.lastTransitionTime;
}

/** Whether the status of a Deployment is about its present spec, and not about an earlier one. */
export function isObserved({ metadata, status }: Deployment): boolean {
  return (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
}

/** The reason that Kubernetes gives to a rollout that does not get on. */
const DEADLINE_EXCEEDED = 'ProgressDeadlineExceeded';

interface Replicas {
  readonly desired: number;
  readonly current: number;
  readonly updated: number;
  readonly available: number;
}

/** Kubernetes leaves out a number that is 0. */
function replicasOf({ spec, status }: Deployment): Replicas {
  const { replicas: current = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status ?? {};
  return { desired: spec?.replicas ?? 0, current, updated, available };
}

function hasExceededDeadline({ status }: Deployment): boolean {
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return progressing?.reason === DEADLINE_EXCEEDED;
}

function waitingFor(name: string, what: string): RolloutStatus {
  return waiting(`Waiting for deployment "${name}" rollout to finish: ${what}`);
}

function waiting(message: string): RolloutStatus {
  return { state: 'waiting', message };
}

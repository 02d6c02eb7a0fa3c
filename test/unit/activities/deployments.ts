import type { KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { ObjectStore } from './object-store.ts';

interface DeploymentSpec {
  readonly replicas: number;
  readonly template: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
}

/** The hash of what a node's pod reads at its start: a new one restarts it. */
export function configurationOf(store: ObjectStore, name: string): string | undefined {
  return specOf(store.find('Deployment', name)).template.metadata.annotations['weft.dev/configuration'];
}

/** Lets the rollout of a Deployment be done. */
export function rollOut(store: ObjectStore, name: string): void {
  const deployment = store.find('Deployment', name);
  const { replicas } = specOf(deployment);
  const status = { observedGeneration: 1, replicas, updatedReplicas: replicas, availableReplicas: replicas };
  if (deployment !== undefined) store.put({ ...deployment, status });
}

function specOf(deployment: KubernetesObject | undefined): DeploymentSpec {
  if (deployment === undefined) throw new Error('There is no such Deployment.');
  return deployment['spec'] as DeploymentSpec;
}

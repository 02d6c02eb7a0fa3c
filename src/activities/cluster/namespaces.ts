import { isForbidden, NETWORK_LABEL, observe, type KubernetesObject } from '../../kubernetes/index.ts';
import { asStep, UNCHANGED, type StepResult } from '../activity.ts';
import type { NamespaceInput } from '../inputs.ts';
import { applyManifest, type Dependencies } from './manifests.ts';

export interface NamespaceActivities {
  applyNamespace: (input: NamespaceInput) => Promise<StepResult>;
}

/** Ensures that the namespace of an organization exists. */
export function createNamespaceActivities(dependencies: Dependencies): NamespaceActivities {
  return {
    applyNamespace: asStep(async ({ namespace, ...input }, { signal }) => {
      const { network } = input;
      const existing = await observe(dependencies.cluster, namespaceReference(namespace), { signal });
      if (existing !== undefined && isForeignNamespace(existing, network.name)) return UNCHANGED;
      const variables = { NETWORK: network.name, NAMESPACE: namespace };
      try {
        return await applyManifest(dependencies, 'namespace.yaml', variables, { ...input, signal });
      } catch (error) {
        // One that may be used but not changed is used as it is: a Role in it allows no more (kube/weft/worker-role.yaml).
        if (existing !== undefined && isForbidden(error)) return UNCHANGED;
        throw error;
      }
    }),
  };
}

/** Somebody else's namespace is used as it is: its labels and policies are not Weft's to change. */
export function isForeignNamespace({ metadata: { labels = {} } }: KubernetesObject, network: string): boolean {
  return labels[NETWORK_LABEL] !== network;
}

export function namespaceReference(name: string): { apiVersion: string; kind: string; metadata: { name: string } } {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

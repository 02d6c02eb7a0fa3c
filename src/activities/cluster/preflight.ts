import {
  isForbidden,
  list,
  missingRights,
  observe,
  workerRights,
  type AccessRight,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import { failure } from '../failures.ts';
import { applyManifest, type Dependencies } from './manifests.ts';
import { asStep, UNCHANGED, type StepResult } from '../activity.ts';
import type { NamespaceInput, NetworkInput } from '../inputs.ts';

export interface ClusterInput extends NetworkInput {
  readonly namespaces: readonly string[];
  /** Storage classes that volumes ask for by name, and whether any volume asks for the cluster's default. */
  readonly storage: { readonly classes: readonly string[]; readonly usesDefault: boolean };
}

export interface ClusterActivities {
  checkCluster: (target: ClusterInput) => Promise<StepResult>;
  applyNamespace: (target: NamespaceInput) => Promise<StepResult>;
}

/** What must be so before anything is touched: the cluster answers, allows what is needed, and has the storage asked for. */
export function createClusterActivities(dependencies: Dependencies): ClusterActivities {
  const { cluster } = dependencies;
  return {
    checkCluster: asStep(async ({ namespaces, storage }, { signal }) => {
      const [absent, rights] = await Promise.all([
        absentNamespaces(dependencies, namespaces, signal),
        Promise.all(namespaces.map(workerRights)),
      ]);
      const needed = [...rights.flat(), ...(absent.length > 0 ? [CREATE_NAMESPACE] : [])];
      const missing = await missingRights(cluster, needed, { signal });
      if (missing.length > 0) {
        throw failure(
          'ClusterForbidden',
          `The credentials for ${cluster.name} lack rights that Weft needs: ${missing.join('; ')}. Nothing was touched. Grant them (a Role and a RoleBinding), then run weft up again.`,
          { details: { missing } },
        );
      }
      await checkStorage(dependencies, storage, signal);
      return UNCHANGED;
    }),

    applyNamespace: asStep(async ({ namespace, ...target }, { signal }) => {
      const existing = await observe(cluster, namespaceReference(namespace), { signal });
      // Somebody else's namespace is used as it is: its labels and policies are not Weft's to change.
      if (existing !== undefined && existing.metadata.labels?.['weft.dev/network'] !== target.network.name)
        return UNCHANGED;
      try {
        return await applyManifest(
          dependencies,
          'namespace.yaml',
          { NETWORK: target.network.name, NAMESPACE: namespace },
          { ...target, signal },
        );
      } catch (error) {
        // So is one that may be used but not changed: a Role in it allows no more (kube/weft/worker-role.yaml).
        if (existing !== undefined && isForbidden(error)) return UNCHANGED;
        throw error;
      }
    }),
  };
}

export function namespaceReference(name: string): { apiVersion: string; kind: string; metadata: { name: string } } {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

const CREATE_NAMESPACE: AccessRight = { verb: 'create', resource: 'namespaces' };

async function absentNamespaces(
  { cluster }: Dependencies,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const absent = namespaces.map(async (namespace) => {
    try {
      return (await observe(cluster, namespaceReference(namespace), { signal })) === undefined;
    } catch (error) {
      // Not allowed to look is told together with all other rights that are missing.
      if (isForbidden(error)) return false;
      throw error;
    }
  });
  const answers = await Promise.all(absent);
  return namespaces.filter((_, index) => answers[index]);
}

// As kubectl marks a default class; the beta name is still what some provisioners set.
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

async function checkStorage(
  dependencies: Dependencies,
  { classes, usesDefault }: ClusterInput['storage'],
  signal: AbortSignal,
): Promise<void> {
  const present = await listStorageClasses(dependencies, signal);
  // Not allowed to look is not a reason to stop: if a class is missing, the volume's events will say so.
  if (present === undefined) return;
  const names = present.map((storageClass) => storageClass.metadata.name);
  const hint = names.length === 0 ? 'The cluster has none.' : `The cluster has: ${names.join(', ')}.`;
  const missing = classes.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw failure(
      'StorageClassMissing',
      `There is no storage class ${missing.join(', ')}. ${hint} Name one of them as storageClass in the description. Nothing was touched.`,
    );
  }
  const hasDefault = present.some(({ metadata }) =>
    DEFAULT_CLASS.some((annotation) => metadata.annotations?.[annotation] === 'true'),
  );
  if (usesDefault && !hasDefault) {
    throw failure(
      'StorageClassMissing',
      `The cluster has no default storage class, and the description names none. ${hint} Set kubernetes.storageClass in the description. Nothing was touched.`,
    );
  }
}

async function listStorageClasses(
  { cluster }: Dependencies,
  signal: AbortSignal,
): Promise<KubernetesObject[] | undefined> {
  try {
    return await list(cluster, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }, { signal });
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

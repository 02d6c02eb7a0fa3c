import type { ObjectKind, ObjectReference } from './objects.ts';

/**
 * The REST path of an object, e.g. `/apis/apps/v1/namespaces/test-network/deployments/org1-peer1`.
 *
 * @throws {TypeError} for a kind that Weft does not use, or a namespaced object without a namespace
 */
export function objectPath(reference: ObjectReference): string {
  const { name, namespace } = reference.metadata;
  if (resourceOf(reference).namespaced && namespace === undefined) {
    throw new TypeError(`${reference.kind} ${name} has no namespace.`);
  }
  return `${collectionPath(reference, namespace)}/${encodeURIComponent(name)}`;
}

/** The REST path of all objects of a kind, of one namespace or, without one, of the whole cluster. */
export function collectionPath(kind: ObjectKind, namespace?: string): string {
  const { plural, namespaced } = resourceOf(kind);
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  return namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`;
}

interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/**
 * The kinds that Weft uses. All are built into Kubernetes and stable, so a table says what discovery would, without
 * a round trip and its failures.
 */
const RESOURCES: Readonly<Record<string, Resource>> = {
  'v1/Namespace': { plural: 'namespaces', namespaced: false },
  'v1/ConfigMap': { plural: 'configmaps', namespaced: true },
  'v1/Secret': { plural: 'secrets', namespaced: true },
  'v1/Service': { plural: 'services', namespaced: true },
  'v1/PersistentVolumeClaim': { plural: 'persistentvolumeclaims', namespaced: true },
  'v1/Pod': { plural: 'pods', namespaced: true },
  'v1/Event': { plural: 'events', namespaced: true },
  'apps/v1/Deployment': { plural: 'deployments', namespaced: true },
  'batch/v1/Job': { plural: 'jobs', namespaced: true },
  'apps/v1/ReplicaSet': { plural: 'replicasets', namespaced: true },
  'policy/v1/PodDisruptionBudget': { plural: 'poddisruptionbudgets', namespaced: true },
  'networking.k8s.io/v1/NetworkPolicy': { plural: 'networkpolicies', namespaced: true },
  'storage.k8s.io/v1/StorageClass': { plural: 'storageclasses', namespaced: false },
};

function resourceOf({ apiVersion, kind }: ObjectKind): Resource {
  const resource = RESOURCES[`${apiVersion}/${kind}`];
  if (resource === undefined) throw new TypeError(`Weft does not know the kind ${apiVersion} ${kind}.`);
  return resource;
}

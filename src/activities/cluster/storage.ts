import { isForbidden, list, type Cluster, type KubernetesObject } from '../../kubernetes/index.ts';

/** The storage that the volumes of a network ask for. */
export interface WantedStorage {
  /** Storage classes that are asked for by name. */
  readonly classes: readonly string[];
  /** Whether any volume asks for the cluster's default class. */
  readonly usesDefault: boolean;
}

/** Storage that is asked for and not there. */
export interface StorageIssue {
  /** A sentence that says which class is missing and which there are. */
  readonly message: string;
  /** Names of the classes that there are. */
  readonly allowed: readonly string[];
}

/**
 * What is wrong with the storage that is asked for.
 *
 * @param present the storage classes of the cluster; undefined where they may not be looked at, which is no reason to
 *   stop: if one is missing, the volume's events will say so
 * @returns undefined where nothing is wrong
 */
export function storageIssue(
  { classes, usesDefault }: WantedStorage,
  present: readonly KubernetesObject[] | undefined,
): StorageIssue | undefined {
  if (present === undefined) return undefined;
  const allowed = present.map(({ metadata }) => metadata.name);
  const known = allowed.length === 0 ? 'The cluster has none.' : `The cluster has: ${allowed.join(', ')}.`;
  const missing = classes.filter((name) => !allowed.includes(name));
  if (missing.length > 0) {
    return { message: `There is no storage class ${missing.join(', ')}. ${known}`, allowed };
  }
  if (!usesDefault || present.some(isDefault)) return undefined;
  return { message: `The cluster has no default storage class, and the description names none. ${known}`, allowed };
}

// As kubectl marks a default class; the beta name is still what some provisioners set.
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

function isDefault({ metadata: { annotations = {} } }: KubernetesObject): boolean {
  return DEFAULT_CLASS.some((annotation) => annotations[annotation] === 'true');
}

/** The storage classes of a cluster; undefined where the credentials, such as those of a Role, may not look at them. */
export async function storageClasses(cluster: Cluster, signal: AbortSignal): Promise<KubernetesObject[] | undefined> {
  try {
    return await list(cluster, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }, { signal });
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

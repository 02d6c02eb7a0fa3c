import { list, observe, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';

/** What a namespace can hold, apart from what Kubernetes writes on its own account (events, leases, endpoints). */
const KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
] as const;

/** Every object of a namespace and the namespace itself, by kind and name; pods and ReplicaSets by their node. */
export type Snapshot = ReadonlyMap<string, { readonly uid: string; readonly version: string }>;

export async function snapshot(cluster: Cluster, namespace: string): Promise<Snapshot> {
  const objects = await objectsIn(cluster, namespace);
  const own = await observe(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return new Map(
    [...(own === undefined ? [] : [own]), ...objects].map((object) => [
      `${object.kind} ${object.metadata.name}`,
      { uid: object.metadata.uid ?? '', version: versionOf(object) },
    ]),
  );
}

/** Kubernetes writes into the status of a budget whenever a pod comes or goes: of it only what it asks for counts. */
function versionOf({ kind, metadata: { resourceVersion = '', generation } }: KubernetesObject): string {
  return kind === 'PodDisruptionBudget' ? String(generation) : resourceVersion;
}

export async function objectsIn(
  cluster: Cluster,
  namespace: string,
  labelSelector?: string,
): Promise<KubernetesObject[]> {
  const lists = KINDS.map((kind) => list(cluster, kind, { namespace, labelSelector }));
  return (await Promise.all(lists)).flat();
}

/** How two snapshots differ. An object that was made anew under its old name counts as changed. */
export function differences(
  before: Snapshot,
  after: Snapshot,
): { readonly added: string[]; readonly removed: string[]; readonly changed: string[] } {
  const names = (one: Snapshot, other: Snapshot): string[] => [...one.keys()].filter((name) => !other.has(name)).sort();
  return {
    added: names(after, before),
    removed: names(before, after),
    changed: [...after]
      .filter(([name, { uid, version }]) => {
        const earlier = before.get(name);
        return earlier !== undefined && (earlier.uid !== uid || earlier.version !== version);
      })
      .map(([name]) => name)
      .sort(),
  };
}

/** Nothing differs. */
export const NOTHING = { added: [], removed: [], changed: [] };

/** The decoded data of a Secret or ConfigMap that must be there. */
export async function dataOf(
  cluster: Cluster,
  kind: 'Secret' | 'ConfigMap',
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const object = await observe(cluster, { apiVersion: 'v1', kind, metadata: { namespace, name } });
  if (object === undefined) throw new Error(`There is no ${kind} ${name} in namespace ${namespace}.`);
  return decoded(object);
}

/** The data of a Secret or ConfigMap as text. */
export function decoded(object: KubernetesObject): Readonly<Record<string, string>> {
  const data = Object.entries((object['data'] ?? {}) as Readonly<Record<string, string>>);
  if (object.kind !== 'Secret') return Object.fromEntries(data);
  return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
}

/** An entry of a Secret or ConfigMap, which must be there. */
export function entry(data: Readonly<Record<string, string>>, key: string): string {
  const value = data[key];
  if (value === undefined) throw new Error(`There is no ${key}; there are ${Object.keys(data).join(', ')}.`);
  return value;
}

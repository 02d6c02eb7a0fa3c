import {
  isForbidden,
  isOurs,
  observe,
  wasApplied,
  type Cluster,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import {
  foreignRecord,
  networkConfigMaps,
  readIdentity,
  type ClusterRecords,
  type FoundRecord,
} from '../../spec/index.ts';
import { textsOf } from './manifests.ts';
import { namespaceReference } from './namespaces.ts';
import { listOwned, listOwnedAsFarAsAllowed } from './owned.ts';

/** Which networks to look for. */
export interface RecordLookup {
  /** Name of the network. */
  readonly network: string;
  /** Where its organizations are, as far as that is known; absent means in any namespace of the cluster. */
  readonly namespaces?: readonly string[];
}

/** What a cluster has under the name of a network. */
export interface RecordObjects extends ClusterRecords {
  /** ConfigMaps that belong to the network, of all namespaces that may be searched. */
  readonly configMaps: readonly KubernetesObject[];
}

export const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' } as const;

/** The records of every network of this name. One that moved has its record where it was: all of the cluster is searched, where that is allowed. */
export async function findRecordObjects(
  cluster: Cluster,
  { network, namespaces }: RecordLookup,
  signal: AbortSignal,
): Promise<RecordObjects> {
  const { description: name } = networkConfigMaps({ name: network });
  const [uid, owned, named] = await Promise.all([
    clusterUid(cluster, signal),
    namespaces === undefined
      ? listOwned(cluster, [CONFIG_MAP], { network }, signal)
      : listOwnedAsFarAsAllowed(cluster, [CONFIG_MAP], { network, namespaces }, signal),
    // Where somebody has put another ConfigMap in the record's place it has none of Weft's labels.
    Promise.all(
      (namespaces ?? []).map((namespace) =>
        observe(cluster, { ...CONFIG_MAP, metadata: { namespace, name } }, { signal }),
      ),
    ),
  ]);
  const unlabelled = named.filter((object) => object !== undefined).filter((object) => !isOurs(object, network));
  const isExpected = (namespace: string): boolean => namespaces?.includes(namespace) ?? true;
  const records = [...owned.filter(({ metadata }) => metadata.name === name), ...unlabelled].map((object) =>
    foundRecord(network, object, isExpected),
  );
  return { ...(uid === undefined ? {} : { uid }), records, configMaps: owned };
}

function foundRecord(
  network: string,
  object: KubernetesObject,
  isExpected: (namespace: string) => boolean,
): FoundRecord {
  const { namespace = '', uid = '' } = object.metadata;
  const entries = textsOf(object);
  const identity = readIdentity(entries);
  const stored = { uid, isLabelled: isOurs(object, network), isApplied: wasApplied(object), entries };
  const foreign = foreignRecord(network, stored);
  return {
    ...{ namespace, uid, isExpected: isExpected(namespace) },
    ...(identity && { identity }),
    ...(foreign === undefined ? {} : { foreign }),
  };
}

/** What tells a cluster from all others; undefined where the credentials, such as those of a Role, may not read it. */
async function clusterUid(cluster: Cluster, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await observe(cluster, namespaceReference('kube-system'), { signal }))?.metadata.uid;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

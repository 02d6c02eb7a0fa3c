import {
  isForbidden,
  list,
  ownedBy,
  type Cluster,
  type KubernetesObject,
  type ObjectKind,
} from '../../kubernetes/index.ts';
import { failure } from '../failures.ts';

/** Where to look for what Weft made for a network. */
export interface OwnedSearch {
  /** Name of the network. */
  readonly network: string;
  /** Absent means every namespace of the cluster. */
  readonly namespaces?: readonly string[] | undefined;
}

/**
 * Lists what Weft made for a network, by its labels.
 *
 * @throws ApplicationFailure ClusterForbidden where every namespace is to be searched and the credentials, such as those
 *   of a Role, reach some only
 */
export async function listOwned(
  cluster: Cluster,
  kinds: readonly ObjectKind[],
  search: OwnedSearch,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  try {
    return await listLabelled(cluster, kinds, search, signal);
  } catch (error) {
    if (search.namespaces !== undefined || !isForbidden(error)) throw error;
    throw failure(
      'ClusterForbidden',
      `The credentials for ${cluster.name} may not search every namespace for ${search.network}: ${error.message} Give its description, which says where it is.`,
    );
  }
}

/**
 * Lists what Weft made for a network in the whole cluster, so that what an organization left in another namespace is
 * found too; where the credentials do not reach that far, in the namespaces that they are for.
 */
export async function listOwnedAsFarAsAllowed(
  cluster: Cluster,
  kinds: readonly ObjectKind[],
  { network, namespaces }: Required<OwnedSearch>,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  try {
    return await listLabelled(cluster, kinds, { network }, signal);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return listLabelled(cluster, kinds, { network, namespaces }, signal);
  }
}

async function listLabelled(
  cluster: Cluster,
  kinds: readonly ObjectKind[],
  { network, namespaces }: OwnedSearch,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  const found = (namespaces ?? [undefined]).flatMap((namespace) =>
    kinds.map((kind) => list(cluster, kind, { namespace, labelSelector: ownedBy(network), signal })),
  );
  return (await Promise.all(found)).flat();
}

import type { Cluster, ClusterRequest } from './cluster.ts';
import type { KubernetesObject, ObjectKind } from './objects.ts';
import { list, type ListOptions } from './observe.ts';
import { collectionPath, objectPath } from './paths.ts';

/**
 * A cluster as it is now, for who looks at many objects of it and changes none: objects are read once, in lists, and then told
 * from memory, and so are the lists. What was not listed is asked of the cluster itself, so that absent means absent there too.
 *
 * @throws {KubernetesError} when a kind cannot be listed
 */
export async function snapshotOf(
  cluster: Cluster,
  kinds: readonly ObjectKind[],
  options: ListOptions & { readonly namespace: string },
): Promise<Cluster> {
  const { namespace, labelSelector } = options;
  const lists = await Promise.all(
    kinds.map(async (kind) => [collectionPath(kind, namespace), await list(cluster, kind, options)] as const),
  );
  const listed = new Map(lists);
  const objects = new Map<string, KubernetesObject>(
    lists.flatMap(([, items]) => items.map((object) => [objectPath(object), object] as const)),
  );
  const known = ({ method, path, query }: ClusterRequest): unknown => {
    if (method !== 'GET') return undefined;
    const items = query?.['labelSelector'] === labelSelector ? listed.get(path) : undefined;
    return items === undefined ? objects.get(path) : { items };
  };
  return {
    ...cluster,
    request: (request) => {
      const answer = known(request);
      return answer === undefined ? cluster.request(request) : Promise.resolve(answer);
    },
  };
}

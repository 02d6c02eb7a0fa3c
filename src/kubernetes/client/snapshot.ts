import type { Cluster } from './cluster.ts';
import type { KubernetesObject, ObjectKind } from './objects.ts';
import { list, type ListOptions } from './observe.ts';
import { objectPath } from './paths.ts';

/**
 * A cluster as it is now, for who looks at many objects of it and changes none: objects are read once, in lists, and then told
 * from memory. What was not listed is asked of the cluster itself, so that absent means absent there too.
 *
 * @throws {KubernetesError} when a kind cannot be listed
 */
export async function snapshotOf(
  cluster: Cluster,
  kinds: readonly ObjectKind[],
  options: ListOptions & { readonly namespace: string },
): Promise<Cluster> {
  const lists = await Promise.all(kinds.map((kind) => list(cluster, kind, options)));
  const objects = new Map<string, KubernetesObject>(lists.flat().map((object) => [objectPath(object), object]));
  return {
    ...cluster,
    request: (request) => {
      const known = request.method === 'GET' ? objects.get(request.path) : undefined;
      return known === undefined ? cluster.request(request) : Promise.resolve(known);
    },
  };
}

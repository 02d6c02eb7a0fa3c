import type { Network } from '../spec/index.ts';
import type { NetworkSelector, SelectedCluster } from '../workflows/messages.ts';

/** Which network a description describes, and where its organizations are. */
export function selectorOf({ name, organizations }: Network): NetworkSelector {
  const own = organizations.filter(({ cluster }) => cluster === undefined);
  const others = new Map<string, Set<string>>();
  for (const { cluster, namespace } of organizations) {
    if (cluster === undefined) continue;
    others.set(cluster, (others.get(cluster) ?? new Set()).add(namespace));
  }
  const elsewhere = [...others].map(([cluster, namespaces]): SelectedCluster => ({
    cluster,
    namespaces: [...namespaces],
  }));
  return {
    network: name,
    namespaces: [...new Set(own.map(({ namespace }) => namespace))],
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
  };
}

/**
 * Names of the clusters on which a selected network is, each once.
 *
 * @param cluster the one that is meant where the selector names none
 */
export function clustersOf({ namespaces, elsewhere = [] }: NetworkSelector, cluster: string): readonly string[] {
  const own = namespaces?.length === 0 ? [] : [cluster];
  return [...new Set([...own, ...elsewhere.map((other) => other.cluster)])];
}

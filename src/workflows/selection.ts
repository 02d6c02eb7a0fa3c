import type { Network } from '../spec/index.ts';
import type { Place } from './inputs.ts';
import type { NetworkSelector, SelectedCluster } from './messages.ts';

/** Which network a description describes, and where its organizations are. */
export function selectorOf({ name, organizations }: Pick<Network, 'name' | 'organizations'>): NetworkSelector {
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

/** Where to look on one cluster. */
export interface ClusterSelection {
  readonly cluster: string;
  /** Absent means in every namespace. */
  readonly namespaces?: readonly string[];
}

/**
 * The clusters on which to look for a network, each once.
 *
 * @param cluster the one that is meant where the selector names none
 */
export function selectedClusters(
  { namespaces, elsewhere = [] }: NetworkSelector,
  cluster: string,
): readonly ClusterSelection[] {
  // A network can be on other clusters alone: then the selector names no namespace on the run's own.
  const own = namespaces?.length === 0 ? [] : [{ cluster, ...(namespaces === undefined ? {} : { namespaces }) }];
  return [...own, ...elsewhere];
}

/** Where to look for what is in some places: each cluster once. */
export function selectionOfPlaces(places: readonly Place[]): readonly Required<ClusterSelection>[] {
  const clusters = [...new Set(places.map(({ cluster }) => cluster))];
  return clusters.map((cluster) => ({
    cluster,
    namespaces: places.filter((place) => place.cluster === cluster).map(({ namespace }) => namespace),
  }));
}

/** Names of the clusters on which a selected network is; see {@link selectedClusters}. */
export function clustersOf(selector: NetworkSelector, cluster: string): readonly string[] {
  return selectedClusters(selector, cluster).map((selected) => selected.cluster);
}

/** Of the clusters on which a network is, those on which it has not been looked for. */
export function clustersBesides(
  looked: readonly ClusterSelection[],
  all: readonly ClusterSelection[],
): readonly ClusterSelection[] {
  const names = new Set(looked.map(({ cluster }) => cluster));
  return all.filter(({ cluster }) => !names.has(cluster));
}

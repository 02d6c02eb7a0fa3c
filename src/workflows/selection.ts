import type { NetworkSelector } from './messages.ts';

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

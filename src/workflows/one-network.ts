import type { ApplicationFailure } from '@temporalio/workflow';

import type { FailureType } from '../activities/failures.ts';
import { identityIssue, networkConfigMaps, type NamedClusterRecords } from '../spec/index.ts';
import { refusal } from './durable/refusal.ts';

/** What is asked about a network: a run changes it and holds its lock, a look by name is meant for the one of that name. */
export interface Asked {
  readonly network: string;
  /** Name of the cluster in the workflow id of a run. */
  readonly home?: string;
  /** Whether a description says in which namespaces the network is. */
  readonly isDescribed: boolean;
}

/**
 * Refuses what would touch another network of the same name, a cluster that only has the name of one of the network's, or a network whose
 * record somebody has replaced.
 *
 * @throws ApplicationFailure `OtherNetwork`, `OtherCluster`, `ForeignRecord`
 */
export function requireOneNetwork(asked: Asked, clusters: readonly NamedClusterRecords[]): void {
  const { network, home, isDescribed } = asked;
  const issue = identityIssue(network, home, clusters);
  if (issue === undefined) return;
  const record = networkConfigMaps({ name: network }).description;
  switch (issue.kind) {
    case 'other network': {
      const { fact, namespaces } = issue;
      throw refused(
        'OtherNetwork',
        fact,
        isDescribed ? { kind: 'renameNetwork', network, namespaces } : { kind: 'nameNamespaces', network },
      );
    }
    case 'other cluster': {
      throw refused('OtherCluster', issue.fact, { kind: 'connectWorker', cluster: issue.cluster, network, record });
    }
    case 'foreign record': {
      const { namespace } = issue.record;
      throw refused(
        'ForeignRecord',
        `ConfigMap ${record} in namespace ${namespace} of cluster ${issue.cluster} ${issue.reason}: it is not the record of ${network}`,
        isDescribed ? { kind: 'removeRecord', namespace, record } : { kind: 'nameNamespaces', network },
      );
    }
  }
}

function refused(type: FailureType, fact: string, remedy: Parameters<typeof refusal>[2]): ApplicationFailure {
  return refusal(type, `${fact.charAt(0).toUpperCase()}${fact.slice(1)}. Nothing was touched.`, remedy);
}

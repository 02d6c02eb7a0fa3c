import { list, ownedBy, podLogs, type Cluster, type LogOptions } from '../../kubernetes/index.ts';
import type { OrganizationReference } from '../inputs.ts';

/** A node of a network whose log is read. */
export interface LoggingNode {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
  readonly network: { readonly name: string };
}

/** The ends of the logs of a node's pods; empty where there is none to read. @throws KubernetesError if its pods cannot be listed */
export async function nodeLogs(
  cluster: Cluster,
  { organization, node, network }: LoggingNode,
  options: LogOptions & { readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const { namespace } = organization;
  const { signal } = options;
  const labelSelector = `${ownedBy(network.name)},weft.dev/node=${node}`;
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector, signal });
  return Promise.all(
    pods.map(({ metadata: { name } }) =>
      podLogs(cluster, { namespace, name }, options).catch(() => {
        signal.throwIfAborted();
        return '';
      }),
    ),
  );
}

import type { Cluster } from './cluster.ts';
import type { Cancellable } from './objects.ts';

export interface LogOptions extends Cancellable {
  readonly container?: string;
  /** How many of the last lines. */
  readonly tailLines: number;
  /** The log of the container that ran before the present one. */
  readonly previous?: boolean;
}

/**
 * Reads the end of a container's log.
 *
 * @throws {KubernetesError} `invalid` while the container has not started, `notFound` when the pod is gone
 */
export function podLogs(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { container, tailLines, previous, signal }: LogOptions,
): Promise<string> {
  return cluster.requestText({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`,
    query: { container, tailLines, previous, limitBytes: MOST_BYTES },
    purpose: `read the log of pod ${name} in namespace ${namespace}`,
    signal,
  });
}

/** Enough for what a person reads in an error; one line can be of any length. */
const MOST_BYTES = 64 * 1024;

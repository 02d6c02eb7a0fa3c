import type { Cluster } from '../../../src/kubernetes/index.ts';
import { applyForeign, applyNamespace } from './apply.ts';

/** Something that keeps a run waiting until somebody lifts it. */
export interface Hindrance {
  readonly lift: () => Promise<void>;
}

/**
 * A quota that forbids every new object of a kind in a namespace, which is made if it is not there.
 *
 * @param resource e.g. `pods`
 */
export async function forbidNew(cluster: Cluster, namespace: string, resource: string): Promise<Hindrance> {
  const allow = (most: string): Promise<void> =>
    applyForeign(cluster, `/api/v1/namespaces/${namespace}/resourcequotas`, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: `it-${resource}`, namespace },
      spec: { hard: { [resource]: most } },
    });
  await applyNamespace(cluster, namespace);
  await allow('0');
  return { lift: () => allow('100') };
}

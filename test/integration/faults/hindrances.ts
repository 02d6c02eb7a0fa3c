import { observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { eventually } from '../../support/eventually.ts';
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

/** A pod of Fabric ends within seconds, on a busy machine in some more. */
const ENDED_MS = 60_000;

/**
 * Takes a node's pod away and lets no other one start: it waits for a machine that the cluster does not have. The
 * Deployment stays as Weft applied it. Returns when the pod has ended.
 */
export async function keepDown(cluster: Cluster, namespace: string, node: string): Promise<Hindrance> {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: node } };
  const place = (where: object): Promise<void> =>
    applyForeign(cluster, `/apis/apps/v1/namespaces/${namespace}/deployments`, { ...reference, ...where });
  await place({ spec: { template: { spec: { nodeSelector: { 'weft.test/machine': 'none' } } } } });
  await eventually(async () => {
    const deployment = await observe(cluster, reference);
    const { observedGeneration, readyReplicas = 0 } = (deployment?.['status'] ?? {}) as {
      readonly observedGeneration?: number;
      readonly readyReplicas?: number;
    };
    const isSeen = observedGeneration === deployment?.metadata.generation;
    if (!isSeen || readyReplicas > 0) throw new Error(`${node} still has a pod.`);
  }, ENDED_MS);
  return { lift: () => place({}) };
}

import type { Cluster } from '../../../src/kubernetes/index.ts';

/** An object as somebody other than Weft makes it. */
export interface ForeignObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/**
 * Makes or changes an object, as somebody other than Weft.
 *
 * @param collection path of the objects of its kind, e.g. `/api/v1/namespaces`
 */
export async function applyForeign(cluster: Cluster, collection: string, object: ForeignObject): Promise<void> {
  await cluster.request({
    method: 'PATCH',
    path: `${collection}/${object.metadata.name}`,
    query: { fieldManager: 'test', force: true },
    contentType: 'application/apply-patch+yaml',
    body: object,
    purpose: `apply ${object.kind} ${object.metadata.name} of the test`,
  });
}

/** Makes a namespace, as somebody other than Weft. */
export function applyNamespace(cluster: Cluster, name: string): Promise<void> {
  return applyForeign(cluster, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

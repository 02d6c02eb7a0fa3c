import type { Cluster } from '../client/cluster.ts';
import type { Cancellable, KubernetesObject } from '../client/objects.ts';
import { requireNotTerminating, requireOurs } from './ownership.ts';
import { serverSideApply } from './server-side-apply.ts';

export interface WriteOptions extends Cancellable {
  /** The network that the object belongs to. */
  readonly network: string;
}

/**
 * Writes an object that the caller has just read and knows to be absent or different: one request, where `apply` reads
 * it and compares first.
 *
 * @param over the object as it was read; undefined if there was none. A newer version of it is not written over.
 * @returns the object as it stands now
 * @throws {KubernetesError} `conflict` if the object has changed since it was read; otherwise as `apply`
 */
export async function write(
  cluster: Cluster,
  object: KubernetesObject,
  over: KubernetesObject | undefined,
  { network, signal }: WriteOptions,
): Promise<KubernetesObject> {
  if (over === undefined) return serverSideApply(cluster, object, { dryRun: false, isNew: true, signal });
  requireOurs(over, network);
  requireNotTerminating(over);
  const { resourceVersion = '', uid } = over.metadata;
  // By its UID, too: a version alone would have one made anew that was removed meanwhile.
  const next = { ...object, metadata: { ...object.metadata, resourceVersion, ...(uid === undefined ? {} : { uid }) } };
  return serverSideApply(cluster, next, { dryRun: false, signal });
}

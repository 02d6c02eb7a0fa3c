import { KubernetesError } from '../errors/errors.ts';
import { describeObject, type KubernetesObject } from '../client/objects.ts';

/** @throws {KubernetesError} of kind `objectTerminating` or `namespaceTerminating` for an object that is on its way out */
export function requireStaying(live: KubernetesObject): void {
  if (live.metadata.deletionTimestamp === undefined) return;
  const kind = live.kind === 'Namespace' ? 'namespaceTerminating' : 'objectTerminating';
  throw new KubernetesError(kind, `${describeObject(live)} is being deleted; it can be made again once it is gone.`);
}

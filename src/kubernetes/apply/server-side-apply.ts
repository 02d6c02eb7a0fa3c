import type { Cluster } from '../client/cluster.ts';
import { describeObject, type Cancellable, type KubernetesObject } from '../client/objects.ts';
import { requireObject } from '../client/observe.ts';
import { FIELD_MANAGER } from './ownership.ts';
import { objectPath } from '../client/paths.ts';

export interface ServerSideApplyOptions extends Cancellable {
  /** Have the API server say what it would do, and do nothing. */
  readonly dryRun: boolean;
}

/**
 * Server-side apply with strict field validation, as a controller does it: our fields are ours.
 *
 * @returns the object as it stands then, or would stand
 * @throws {KubernetesError}
 */
export async function serverSideApply(
  cluster: Cluster,
  object: KubernetesObject,
  { dryRun, signal }: ServerSideApplyOptions,
): Promise<KubernetesObject> {
  const purpose = `apply ${describeObject(object)}`;
  const answer = await cluster.request({
    method: 'PATCH',
    path: objectPath(object),
    query: { fieldManager: FIELD_MANAGER, force: true, fieldValidation: 'Strict', dryRun: dryRun ? 'All' : undefined },
    // JSON is YAML.
    contentType: 'application/apply-patch+yaml',
    body: object,
    confidential: object.kind === 'Secret',
    purpose,
    signal,
  });
  return requireObject(answer, purpose);
}

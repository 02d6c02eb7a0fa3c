import { repeatedWrite } from '../../calls/index.ts';
import type { Cluster } from '../client/cluster.ts';
import { describeObject, type Cancellable, type KubernetesObject } from '../client/objects.ts';
import { observe, requireObject } from '../client/observe.ts';
import { KubernetesError, passingRequest } from '../errors/errors.ts';
import { isApplied } from './managed-fields.ts';
import { FIELD_MANAGER } from './ownership.ts';
import { objectPath } from '../client/paths.ts';

export interface ServerSideApplyOptions extends Cancellable {
  /** Have the API server say what it would do, and do nothing. */
  readonly dryRun: boolean;
  /** The object was absent: it is made, and one that stands there by then is not written over. */
  readonly isNew?: boolean;
}

/**
 * Server-side apply with strict field validation, as a controller does it: our fields are ours. Where its answer is lost, the object is
 * looked at before it is applied again.
 *
 * @returns the object as it stands then, or would stand
 * @throws {KubernetesError}
 */
export async function serverSideApply(
  cluster: Cluster,
  object: KubernetesObject,
  { dryRun, isNew = false, signal }: ServerSideApplyOptions,
): Promise<KubernetesObject> {
  if (dryRun) return sendApply(cluster, object, { dryRun, signal });
  const sent = isNew ? { ...object, metadata: { ...object.metadata, resourceVersion: VERSION_OF_NONE } } : object;
  return repeatedWrite(
    () => sendApply(cluster, sent, { dryRun, signal }),
    async () => {
      const live = await observe(cluster, object, { signal });
      if (live === undefined) return undefined;
      if (isApplied(live, withoutVersion(object))) return live;
      if (!isNew) return undefined;
      throw new KubernetesError('conflict', `${describeObject(object)} was made by somebody else meanwhile.`);
    },
    { passing: passingRequest, signal },
  );
}

/**
 * Server-side apply makes what is absent whatever version the manifest names, and refuses what stands in another one (`Update` in
 * k8s.io/apiserver/pkg/registry/generic/registry/store.go). Revisions of etcd begin at 1, and the first of them is no object's: this version
 * stands for "only if there is none", for which apply, unlike POST, has no word of its own.
 */
const VERSION_OF_NONE = '1';

/** The version is the one that the manifest is for, not the one that it becomes. */
function withoutVersion(object: KubernetesObject): KubernetesObject {
  const kept = Object.entries(object.metadata).filter(([field]) => field !== 'resourceVersion');
  return { ...object, metadata: { name: object.metadata.name, ...Object.fromEntries(kept) } };
}

async function sendApply(
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

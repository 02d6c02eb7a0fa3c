import { changedFields, contradictedFields, describeChanges } from './changes.ts';
import type { Cluster } from '../client/cluster.ts';
import { KubernetesError } from '../errors/errors.ts';
import { describeObject, type Cancellable, type KubernetesObject } from '../client/objects.ts';
import { observe } from '../client/observe.ts';
import { isApplied } from './managed-fields.ts';
import {
  FIELD_MANAGER,
  isOurs,
  MANAGED_BY_LABEL,
  NETWORK_LABEL,
  requireNotTerminating,
  requireOurs,
} from './ownership.ts';
import { serverSideApply } from './server-side-apply.ts';

/** What was done to an object, or in a dry run would be. */
export interface Decision {
  readonly outcome: 'unchanged' | 'created' | 'updated' | 'removed';
  /** Why there was something to do; empty for `unchanged`. Never holds a value of a Secret. */
  readonly reason: string;
}

export interface ObjectApplyOptions extends Cancellable {
  /** The network that the object belongs to; its manifest carries the label. */
  readonly network: string;
  /** Decide, but change nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes an object stand in the cluster as its manifest says: creates it if it is definitely absent, updates it if
 * it differs, and otherwise sends no write at all. Fields that the manifest leaves open stay as they are.
 *
 * Server-side apply with strict field validation: an unknown field is an error.
 *
 * @param object carries Weft's labels
 * @throws {KubernetesError} `conflict` if the object was absent and is not any more, `notOurs` if it exists but Weft did not make it for this network, `immutable` if
 *   it would have to change a field that cannot change, `objectTerminating` while it is being deleted, and all others
 */
export async function apply(
  cluster: Cluster,
  object: KubernetesObject,
  options: ObjectApplyOptions,
): Promise<Decision> {
  if (!isOurs(object, options.network)) {
    throw new TypeError(
      `The manifest of ${describeObject(object)} lacks the labels ${MANAGED_BY_LABEL}: ${FIELD_MANAGER} and ${NETWORK_LABEL}: ${options.network}.`,
    );
  }
  const { live, proposed } = await compareWithLive(cluster, object, options);
  if (live === undefined || proposed === undefined) return create(cluster, object, options);
  const changes = changedFields(live, proposed);
  if (changes.length === 0) return { outcome: 'unchanged', reason: '' };
  if (options.dryRun !== true) await serverSideApply(cluster, object, { ...options, dryRun: false });
  return { outcome: 'updated', reason: `${object.kind} ${object.metadata.name}: ${describeChanges(object, changes)}` };
}

/**
 * Applies objects that make up one thing: first namespaces, then what pods need, then what makes pods. Objects of one
 * kind of these are applied at the same time.
 *
 * @returns one decision per object, in the order given
 */
export async function applyAll(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: ObjectApplyOptions,
): Promise<Decision[]> {
  const decisions = new Map<KubernetesObject, Decision>();
  for (const stage of [isNamespace, isMaterial, isWorkload]) {
    const applied = objects.filter(stage).map(async (object) => {
      decisions.set(object, await apply(cluster, object, options));
    });
    await Promise.all(applied);
  }
  return objects.flatMap((object) => decisions.get(object) ?? []);
}

interface Comparison {
  readonly live: KubernetesObject | undefined;
  /** What the object would be after applying; absent if there is none yet. */
  readonly proposed?: KubernetesObject;
}

/** A controller writes to an object a few times just after it was made; then it is quiet. */
const COMPARISONS = 5;

/**
 * Reads the object and, where it cannot be told from the object alone that it is as described, has the API server try the
 * manifest on it: both on the same version of it.
 */
async function compareWithLive(
  cluster: Cluster,
  object: KubernetesObject,
  options: ObjectApplyOptions,
): Promise<Comparison> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await observe(cluster, object, options);
    if (live === undefined) return { live };
    requireOurs(live, options.network);
    requireNotTerminating(live);
    if (isApplied(live, object)) return { live, proposed: live };
    const proposed = await propose(cluster, object, live, options);
    const sameVersion = live.metadata.resourceVersion === proposed.metadata.resourceVersion;
    if (sameVersion || attempt === COMPARISONS) return { live, proposed };
  }
}

async function propose(
  cluster: Cluster,
  object: KubernetesObject,
  live: KubernetesObject,
  options: ObjectApplyOptions,
): Promise<KubernetesObject> {
  try {
    return await serverSideApply(cluster, object, { ...options, dryRun: true });
  } catch (error) {
    throw error instanceof KubernetesError && error.kind === 'immutable' ? immutableError(error, object, live) : error;
  }
}

/** Names the fields in our manifest's words: the API names the whole `spec` for some kinds. */
function immutableError(error: KubernetesError, object: KubernetesObject, live: KubernetesObject): KubernetesError {
  const refused = contradictedFields(live, object).filter(
    ({ path }) =>
      error.fields.length === 0 || error.fields.some((field) => path.startsWith(field) || field.startsWith(path)),
  );
  const what = refused.length > 0 ? describeChanges(object, refused) : error.fields.join(', ');
  return new KubernetesError(
    'immutable',
    `${describeObject(object)} cannot be changed in place (${what}): Kubernetes allows it only for a new object. Undo the change, or remove the object so that it is made again.`,
    {
      statusCode: error.statusCode,
      fields: refused.length > 0 ? refused.map(({ path }) => path) : error.fields,
      cause: error,
    },
  );
}

async function create(cluster: Cluster, object: KubernetesObject, options: ObjectApplyOptions): Promise<Decision> {
  const created: Decision = { outcome: 'created', reason: `${object.kind} ${object.metadata.name} does not exist` };
  try {
    await serverSideApply(cluster, object, { ...options, dryRun: options.dryRun === true, isNew: true });
  } catch (error) {
    // A dry run on nothing: the namespace would be made first.
    if (options.dryRun === true && error instanceof KubernetesError && error.kind === 'notFound') return created;
    throw error;
  }
  return created;
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'Job', 'Pod']);

function isNamespace({ kind }: KubernetesObject): boolean {
  return kind === 'Namespace';
}

/** A pod that starts before its Secret or ConfigMap exists waits for the kubelet's next look, up to 15 s. */
function isMaterial(object: KubernetesObject): boolean {
  return !isNamespace(object) && !isWorkload(object);
}

function isWorkload({ kind }: KubernetesObject): boolean {
  return WORKLOADS.has(kind);
}

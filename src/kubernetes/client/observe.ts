import type { Cluster } from './cluster.ts';
import { isNotFound, KubernetesError } from '../errors/errors.ts';
import { describeObject, isKubernetesObject, isMapping } from './objects.ts';
import type { Cancellable, KubernetesObject, ObjectKind, ObjectReference } from './objects.ts';
import { collectionPath, objectPath } from './paths.ts';

/**
 * Reads an object.
 *
 * @returns undefined only if the cluster says for certain that there is none
 * @throws {KubernetesError} when it cannot be read
 */
export async function observe(
  cluster: Cluster,
  reference: ObjectReference,
  { signal }: Cancellable = {},
): Promise<KubernetesObject | undefined> {
  try {
    const purpose = `read ${describeObject(reference)}`;
    return requireObject(
      await cluster.request({ method: 'GET', path: objectPath(reference), purpose, signal }),
      purpose,
    );
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export interface ListOptions extends Cancellable {
  /** Absent means all namespaces. */
  readonly namespace?: string | undefined;
  /** e.g. `weft.dev/network=test-network`. */
  readonly labelSelector?: string | undefined;
  /** e.g. `involvedObject.uid=…`. */
  readonly fieldSelector?: string | undefined;
}

/**
 * Reads all objects of a kind, page by page.
 *
 * @throws {KubernetesError}
 */
export async function list(cluster: Cluster, kind: ObjectKind, options: ListOptions = {}): Promise<KubernetesObject[]> {
  const items: KubernetesObject[] = [];
  let next: string | undefined;
  do {
    const page = await listPage(cluster, kind, options, next);
    items.push(...page.items);
    next = page.next;
  } while (next !== undefined);
  return items;
}

/** What kubectl asks for at once. */
const PAGE_SIZE = 500;

interface Page {
  readonly items: readonly KubernetesObject[];
  readonly next: string | undefined;
}

async function listPage(
  cluster: Cluster,
  kind: ObjectKind,
  options: ListOptions,
  from: string | undefined,
): Promise<Page> {
  const { namespace, labelSelector, fieldSelector, signal } = options;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const purpose = `list ${kind.kind} objects${where}`;
  const answer = await cluster.request({
    method: 'GET',
    path: collectionPath(kind, namespace),
    query: { limit: PAGE_SIZE, continue: from, labelSelector, fieldSelector },
    purpose,
    signal,
  });
  const items = requireItems(answer, kind, purpose);
  const metadata = isMapping(answer) ? answer['metadata'] : undefined;
  const next = isMapping(metadata) ? metadata['continue'] : undefined;
  return { items, next: typeof next === 'string' && next !== '' ? next : undefined };
}

/** @throws {KubernetesError} of kind `unavailable` if an answer is no list of objects */
export function requireItems(answer: unknown, kind: ObjectKind, purpose: string): KubernetesObject[] {
  if (!isMapping(answer) || !Array.isArray(answer['items'])) throw incomprehensible(purpose);
  // Items of a list do not repeat what they are.
  return answer['items'].map((item: unknown) => requireObject(isMapping(item) ? { ...kind, ...item } : item, purpose));
}

/** @throws {KubernetesError} of kind `unavailable` if an answer is no object */
export function requireObject(answer: unknown, purpose: string): KubernetesObject {
  if (isKubernetesObject(answer)) return answer;
  throw incomprehensible(purpose);
}

function incomprehensible(purpose: string): KubernetesError {
  return new KubernetesError('unavailable', `Cannot ${purpose}: the answer is no Kubernetes object.`);
}

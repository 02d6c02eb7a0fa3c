import type { Cluster } from './cluster.ts';
import { isMapping, type KubernetesObject } from './objects.ts';
import { requireItems } from './observe.ts';

/** Kinds that Kubernetes itself keeps in every namespace, or that only tell about others; nobody misses them. */
const PASSING = new Set(['events', 'endpoints', 'endpointslices', 'leases', 'controllerrevisions', 'podmetrics']);

export interface ContentsOptions {
  /** Which objects, e.g. `weft.dev/network!=test-network`. */
  readonly labelSelector: string;
  readonly signal: AbortSignal;
}

/**
 * Objects in a namespace of every kind that the API server serves, custom resources included, other than those that
 * belong to another object and go with it. Of each kind not more than {@link MOST}.
 *
 * @throws {KubernetesError} when a kind cannot be listed: what could not be looked at is not nothing
 */
export async function namespaceContents(
  cluster: Cluster,
  namespace: string,
  { labelSelector, signal }: ContentsOptions,
): Promise<KubernetesObject[]> {
  const groups = await groupVersions(cluster, signal);
  const resources = (await Promise.all(groups.map((group) => listableResources(cluster, group, signal)))).flat();
  const contents = await Promise.all(
    resources.map(async ({ group, plural, kind }) => {
      const purpose = `list ${plural} in namespace ${namespace}`;
      const path = `${rootOf(group)}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
      const query = { limit: MOST, labelSelector };
      const answer = await cluster.request({ method: 'GET', path, query, purpose, signal });
      return requireItems(answer, { apiVersion: group, kind }, purpose);
    }),
  );
  return contents.flat().filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
}

/** One object is enough to say that a namespace is in use; a few more to name. */
const MOST = 50;

interface Resource {
  /** e.g. `apps/v1`; `v1` for the core. */
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

function rootOf(group: string): string {
  return group.includes('/') ? `/apis/${group}` : `/api/${group}`;
}

/** The core API and the preferred version of every group (Kubernetes API discovery). */
async function groupVersions(cluster: Cluster, signal: AbortSignal): Promise<string[]> {
  const answer = await cluster.request({ method: 'GET', path: '/apis', purpose: 'read the API groups', signal });
  const groups = isMapping(answer) && Array.isArray(answer['groups']) ? answer['groups'].filter(isMapping) : [];
  const preferred = groups.map(({ preferredVersion }) =>
    isMapping(preferredVersion) ? preferredVersion['groupVersion'] : '',
  );
  return ['v1', ...preferred.filter((version): version is string => typeof version === 'string' && version !== '')];
}

async function listableResources(cluster: Cluster, group: string, signal: AbortSignal): Promise<Resource[]> {
  const purpose = `read the resources of ${group}`;
  const answer = await cluster.request({ method: 'GET', path: rootOf(group), purpose, signal });
  const resources =
    isMapping(answer) && Array.isArray(answer['resources']) ? answer['resources'].filter(isMapping) : [];
  return resources.flatMap(({ name, kind, namespaced, verbs }) => {
    if (typeof name !== 'string' || typeof kind !== 'string' || namespaced !== true) return [];
    if (!Array.isArray(verbs) || !verbs.includes('list') || PASSING.has(name)) return [];
    return [{ group, plural: name, kind }];
  });
}

import type { Cluster } from '../client/cluster.ts';
import { KubernetesError } from '../errors/errors.ts';
import { isMapping, type Cancellable } from '../client/objects.ts';

/** A rule by which the cluster allows something to us; `*` stands for all. */
export interface GrantedRule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  /** Plural, with subresource where there is one: e.g. `pods/log`. */
  readonly resources: readonly string[];
}

/**
 * Asks the cluster for everything that it allows to us in a namespace: one request, where each single right takes one.
 *
 * @returns the rules that hold for objects of any name; none where the cluster cannot list them all, since what it does
 *   not list may also forbid
 * @throws {KubernetesError}
 */
export async function grantedRules(
  cluster: Cluster,
  namespace: string,
  { signal }: Cancellable,
): Promise<readonly GrantedRule[]> {
  try {
    const answer = await cluster.request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
      purpose: `ask what we may do in namespace ${namespace}`,
      signal,
    });
    const status = isMapping(answer) ? answer['status'] : undefined;
    if (!isMapping(status) || status['incomplete'] === true || !Array.isArray(status['resourceRules'])) return [];
    return status['resourceRules'].flatMap((rule: unknown) => (isMapping(rule) ? anyName(rule) : []));
  } catch (error) {
    // Not allowed to ask, or not served: then every right is asked for by itself.
    if (error instanceof KubernetesError && ['forbidden', 'notFound'].includes(error.kind)) return [];
    throw error;
  }
}

/** Whether a rule allows a verb on a resource, as the API server's RBAC matches them. */
export function grants(
  { verbs, groups, resources }: GrantedRule,
  { verb, group = '', resource }: { readonly verb: string; readonly group?: string; readonly resource: string },
): boolean {
  const [, subresource] = resource.split('/');
  const names = ['*', resource, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return (
    verbs.some((granted) => granted === '*' || granted === verb) &&
    groups.some((granted) => granted === '*' || granted === group) &&
    resources.some((granted) => names.includes(granted))
  );
}

function anyName(rule: Readonly<Record<string, unknown>>): GrantedRule[] {
  if (textsIn(rule['resourceNames']).length > 0) return [];
  return [{ verbs: textsIn(rule['verbs']), groups: textsIn(rule['apiGroups']), resources: textsIn(rule['resources']) }];
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

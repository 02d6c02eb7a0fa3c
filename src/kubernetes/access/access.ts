import type { Cluster } from '../client/cluster.ts';
import { isMapping, type Cancellable } from '../client/objects.ts';
import { KubernetesError } from '../errors/errors.ts';
import { allows, policyRules, type PolicyRule } from './policy-rules.ts';

/** Something that Weft has to be allowed to do. */
export interface AccessRight {
  /** e.g. `create`. */
  readonly verb: string;
  /** Plural, e.g. `deployments`, or with its subresource `pods/portforward`. */
  readonly resource: string;
  /** API group, e.g. `apps`; absent for the core group. */
  readonly group?: string;
  /** Absent for what is not namespaced. */
  readonly namespace?: string;
}

/**
 * Asks the cluster which of some rights we lack.
 *
 * @returns the missing ones in words, e.g. `create deployments.apps in namespace test-network`
 * @throws {KubernetesError}
 */
export async function missingRights(
  cluster: Cluster,
  rights: readonly AccessRight[],
  options: Cancellable = {},
): Promise<string[]> {
  const doubtful = await notListed(cluster, rights, options);
  const allowed = await Promise.all(doubtful.map((right) => isAllowed(cluster, right, options)));
  return doubtful.filter((_, index) => allowed[index] !== true).map(describeRight);
}

/** The rights that no rule of their namespace shows to be granted; each of them has to be asked for by itself. */
async function notListed(
  cluster: Cluster,
  rights: readonly AccessRight[],
  options: Cancellable,
): Promise<AccessRight[]> {
  const namespaces = [...new Set(rights.flatMap(({ namespace }) => namespace ?? []))];
  const rules = new Map(
    await Promise.all(
      namespaces.map(async (namespace) => [namespace, await grantedRules(cluster, namespace, options)] as const),
    ),
  );
  return rights.filter(
    (right) =>
      right.namespace === undefined || rules.get(right.namespace)?.some((rule) => allows(rule, right)) !== true,
  );
}

/**
 * Asks the cluster for everything that it allows to us in a namespace: one request, where each single right takes one.
 *
 * @returns none where the cluster cannot list them all, since what it does not list may also forbid
 */
async function grantedRules(
  cluster: Cluster,
  namespace: string,
  { signal }: Cancellable,
): Promise<readonly PolicyRule[]> {
  try {
    const answer = await cluster.request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
      isQuestion: true,
      purpose: `ask what we may do in namespace ${namespace}`,
      signal,
    });
    const status = isMapping(answer) ? answer['status'] : undefined;
    return isMapping(status) && status['incomplete'] !== true ? policyRules(status['resourceRules']) : [];
  } catch (error) {
    // Not allowed to ask, or not served: then every right is asked for by itself.
    if (error instanceof KubernetesError && ['forbidden', 'notFound'].includes(error.kind)) return [];
    throw error;
  }
}

async function isAllowed(cluster: Cluster, right: AccessRight, { signal }: Cancellable): Promise<boolean> {
  const { verb, group = '', namespace } = right;
  const [resource, subresource] = right.resource.split('/');
  const answer = await cluster.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
    },
    isQuestion: true,
    purpose: `ask whether we may ${describeRight(right)}`,
    signal,
  });
  const status = isMapping(answer) ? answer['status'] : undefined;
  return isMapping(status) && status['allowed'] === true;
}

function describeRight({ verb, resource, group, namespace }: AccessRight): string {
  const [name = '', subresource] = resource.split('/');
  const object = group === undefined ? name : `${name}.${group}`;
  const whole = subresource === undefined ? object : `${object}/${subresource}`;
  return namespace === undefined ? `${verb} ${whole}` : `${verb} ${whole} in namespace ${namespace}`;
}

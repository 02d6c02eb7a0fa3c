import { isMapping } from '../client/objects.ts';

/** A rule of RBAC: what it allows, on objects of any name. `*` means all. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  /** The core group is empty. */
  readonly apiGroups: readonly string[];
  /** Plural, with subresource where there is one: e.g. `pods/log`. */
  readonly resources: readonly string[];
}

/** Reads the rules of a Role or of a SelfSubjectRulesReview. A rule for objects of certain names only is left out. */
export function policyRules(rules: unknown): PolicyRule[] {
  if (!Array.isArray(rules)) return [];
  return rules.filter(isMapping).flatMap((rule) => {
    if (textsIn(rule['resourceNames']).length > 0) return [];
    const { verbs, apiGroups, resources } = rule;
    return [{ verbs: textsIn(verbs), apiGroups: textsIn(apiGroups), resources: textsIn(resources) }];
  });
}

/** Whether a rule allows a verb on a resource, as the API server's RBAC matches them. */
export function allows(
  { verbs, apiGroups, resources }: PolicyRule,
  { verb, group = '', resource }: { readonly verb: string; readonly group?: string; readonly resource: string },
): boolean {
  const [, subresource] = resource.split('/');
  const names = ['*', resource, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return (
    verbs.some((allowed) => allowed === '*' || allowed === verb) &&
    apiGroups.some((allowed) => allowed === '*' || allowed === group) &&
    resources.some((allowed) => names.includes(allowed))
  );
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

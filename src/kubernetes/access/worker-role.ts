import { fillTemplateText, loadTemplate, type TemplateVariables } from '../../templates/index.ts';
import { renderManifestFile } from '../client/manifest.ts';
import type { KubernetesObject } from '../client/objects.ts';
import type { AccessRight } from './access.ts';
import { policyRules } from './policy-rules.ts';

/** For which namespace a worker's Role is, and what its account, Role and RoleBinding are called. */
export interface WorkerAccount {
  readonly name: string;
  readonly namespace: string;
  /** Where the account stands if not in that namespace: where its pods run. */
  readonly accountNamespace?: string;
}

/**
 * The account of a worker, its Role and the binding of both, as kube/weft/worker-role.yaml has them: all that a worker
 * needs for the organizations of one namespace.
 */
export function workerRole(account: WorkerAccount): Promise<KubernetesObject[]> {
  return renderManifestFile(FILE, variablesOf(account));
}

/** {@link workerRole} as people read it: YAML that says what each right is for. */
export async function workerRoleText(account: WorkerAccount): Promise<string> {
  return fillTemplateText(await loadTemplate(FILE), variablesOf(account), FILE);
}

/** The rights that a worker needs in a namespace: those of {@link workerRole}, one by one. */
export async function workerRights(namespace: string): Promise<AccessRight[]> {
  const role = (await workerRole({ name: DEFAULT_WORKER_NAME, namespace })).find(({ kind }) => kind === 'Role');
  return policyRules(role?.['rules']).flatMap(({ verbs, apiGroups, resources }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ verb, resource, namespace, ...(group === '' ? {} : { group }) })),
      ),
    ),
  );
}

/** What a worker's account is called unless its owner says otherwise. */
export const DEFAULT_WORKER_NAME = 'weft-worker';

const FILE = 'weft/worker-role.yaml';

function variablesOf({ name, namespace, accountNamespace = namespace }: WorkerAccount): TemplateVariables {
  return { NAME: name, NAMESPACE: namespace, ACCOUNT_NAMESPACE: accountNamespace };
}

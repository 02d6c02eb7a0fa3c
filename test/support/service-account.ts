import { workerRole, type Cluster, type WorkerAccount } from '../../src/kubernetes/index.ts';
import { applyForeign } from '../integration/faults/apply.ts';

/** A token of a ServiceAccount, as a kubeconfig holds it. */
export async function serviceAccountToken(cluster: Cluster, { namespace, name }: WorkerAccount): Promise<string> {
  const answer = (await cluster.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    purpose: 'ask for a token of the test',
  })) as { readonly status: { readonly token: string } };
  return answer.status.token;
}

/** Makes a worker's account with the Role of kube/weft/worker-role.yaml, as an administrator does with kubectl. */
export async function makeWorkerAccount(cluster: Cluster, account: WorkerAccount): Promise<void> {
  for (const object of await workerRole(account)) {
    const collection = COLLECTIONS[object.kind];
    if (collection === undefined) throw new Error(`There is no path for the kind ${object.kind}.`);
    await applyForeign(cluster, collection(account.namespace), object);
  }
}

const COLLECTIONS: Readonly<Record<string, (namespace: string) => string>> = {
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  Role: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
  RoleBinding: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
};

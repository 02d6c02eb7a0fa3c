import { awaitGone, workerRole, type Cluster } from '../../../src/kubernetes/index.ts';
import { writeKubeconfig, type Kubeconfig } from '../faults/kubeconfigs.ts';

/** A namespace with an account that has the Role of kube/weft/worker-role.yaml in it, and no other right. */
export interface WorkerNamespace extends Pick<Kubeconfig, 'forCommands' | 'forWorkers'> {
  /** Removes the namespace with all that is in it, and the kubeconfig. */
  readonly remove: () => Promise<void>;
}

/** Path of the collection of each kind that the Role's file has. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  ServiceAccount: '/api/v1/namespaces/NAMESPACE/serviceaccounts',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/rolebindings',
};

const ACCOUNT = 'weft-worker';

/**
 * Makes a namespace with a worker's account, and a kubeconfig of that account.
 *
 * @param name of the namespace, and of the cluster by which the worker is known
 */
export async function namespaceWithWorker(admin: Cluster, name: string): Promise<WorkerNamespace> {
  const create = (path: string, body: unknown): Promise<unknown> =>
    admin.request({ method: 'POST', path, body, purpose: `prepare namespace ${name}` });
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const object of await workerRole({ name: ACCOUNT, namespace: name })) {
    await create(COLLECTIONS[object.kind]?.replace('NAMESPACE', name) ?? object.kind, object);
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } };
  const issued = await create(`/api/v1/namespaces/${name}/serviceaccounts/${ACCOUNT}/token`, request);
  const { token } = (issued as { status: { token: string } }).status;
  const kubeconfig = await writeKubeconfig(name, { token });
  return {
    forCommands: kubeconfig.forCommands,
    forWorkers: kubeconfig.forWorkers,
    remove: async () => {
      await kubeconfig.remove();
      await admin.request({
        method: 'DELETE',
        path: `/api/v1/namespaces/${name}`,
        purpose: `remove namespace ${name}`,
      });
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      await awaitGone(admin, namespace, AbortSignal.timeout(NAMESPACE_GONE_MS));
    },
  };
}

/** Longer than a pod of Fabric needs to end on a busy machine. */
const NAMESPACE_GONE_MS = 120_000;

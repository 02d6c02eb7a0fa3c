import {
  isForbidden,
  missingRights,
  observe,
  workerRights,
  type AccessRight,
  type Cluster,
} from '../../kubernetes/index.ts';
import { asStep, UNCHANGED, type StepResult } from '../activity.ts';
import { failure } from '../failures.ts';
import type { NetworkInput } from '../inputs.ts';
import type { Dependencies } from './manifests.ts';
import { namespaceReference } from './namespaces.ts';
import { storageClasses, storageIssue, type WantedStorage } from './storage.ts';

export interface ClusterInput extends NetworkInput {
  readonly namespaces: readonly string[];
  readonly storage: WantedStorage;
}

export interface ClusterActivities {
  checkCluster: (input: ClusterInput) => Promise<StepResult>;
}

/** What must be so before anything is touched: the cluster answers, allows what is needed, and has the storage asked for. */
export function createClusterActivities({ cluster }: Dependencies): ClusterActivities {
  return {
    checkCluster: asStep(async ({ namespaces, storage }, { signal }) => {
      const [absent, rights] = await Promise.all([
        absentNamespaces(cluster, namespaces, signal),
        Promise.all(namespaces.map(workerRights)),
      ]);
      const needed = absent.length === 0 ? rights.flat() : [...rights.flat(), CREATE_NAMESPACE];
      const missing = await missingRights(cluster, needed, { signal });
      if (missing.length > 0) {
        throw failure(
          'ClusterForbidden',
          `The credentials for ${cluster.name} lack rights that Weft needs: ${missing.join('; ')}. Nothing was touched.`,
          { details: { missing }, remedy: { kind: 'grantRights', rights: missing } },
        );
      }
      const issue = storageIssue(storage, await storageClasses(cluster, signal));
      if (issue !== undefined) {
        throw failure('StorageClassMissing', `${issue.message} Nothing was touched.`, {
          remedy: { kind: 'changeDescription', field: 'kubernetes.storageClass', allowed: issue.allowed },
        });
      }
      return UNCHANGED;
    }),
  };
}

const CREATE_NAMESPACE: AccessRight = { verb: 'create', resource: 'namespaces' };

/** The namespaces that are known not to exist; not allowed to look is told together with all other rights that are missing. */
async function absentNamespaces(
  cluster: Cluster,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const absent = namespaces.map(async (namespace) => {
    try {
      return (await observe(cluster, namespaceReference(namespace), { signal })) === undefined;
    } catch (error) {
      if (isForbidden(error)) return false;
      throw error;
    }
  });
  const answers = await Promise.all(absent);
  return namespaces.filter((_, index) => answers[index]);
}

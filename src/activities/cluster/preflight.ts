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

/** What must be so before anything is touched: the cluster answers, allows what is needed, has the time that the worker has, and the storage asked for. */
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
      const difference = clockDifference(cluster.clockLead());
      if (difference !== undefined) {
        throw failure(
          'ClockDiffers',
          `The clock of the worker ${difference} that of the API server of ${cluster.name}: certificates would be taken for expired or not yet valid, and nodes refuse what is signed more than 15 minutes off their clock. Nothing was touched.`,
          { remedy: { kind: 'setClock' } },
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

/**
 * In milliseconds. A certificate of fabric-ca is valid from five minutes before it was made: a worker whose clock is further behind takes a new one for one that
 * is not valid yet. Of the API server's time the second alone is known, and an answer may take some.
 */
const MOST_CLOCK_DIFFERENCE_MS = 4.5 * 60_000;

/** @returns how a worker's clock differs from the cluster's by more than Fabric bears, e.g. `is 2 h 5 min ahead of`; undefined if it does not */
export function clockDifference(leadMs: number | undefined): string | undefined {
  if (leadMs === undefined || Math.abs(leadMs) <= MOST_CLOCK_DIFFERENCE_MS) return undefined;
  const minutes = Math.round(Math.abs(leadMs) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [...(hours === 0 ? [] : [`${hours} h`]), ...(rest === 0 ? [] : [`${rest} min`])];
  return `is ${parts.join(' ')} ${leadMs > 0 ? 'ahead of' : 'behind'}`;
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

import { proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.ts';
import { activityTaskQueue } from './messages.ts';
import { firstLook, step, wait } from './policies.ts';

/** The activities of one cluster, run by whichever worker can reach it. */
export interface ClusterActivities {
  readonly firstLook: Pick<Activities, 'checkCluster' | 'findRemovals' | 'findOwned' | 'inspectNodes'>;
  readonly step: Omit<Activities, 'awaitRollout' | 'removeNode' | 'removeNetworkObjects'>;
  readonly wait: Pick<Activities, 'awaitRollout' | 'removeNode' | 'removeNetworkObjects'>;
}

export function activitiesOf(cluster: string): ClusterActivities {
  const taskQueue = activityTaskQueue(cluster);
  return {
    firstLook: proxyActivities<Activities>({ ...firstLook, taskQueue }),
    step: proxyActivities<Activities>({ ...step, taskQueue }),
    wait: proxyActivities<Activities>({ ...wait, taskQueue }),
  };
}

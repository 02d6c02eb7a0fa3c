import { setTimeout as sleep } from 'node:timers/promises';

import { deploymentStatus, list, type Cluster, type KubernetesObject } from '../src/kubernetes/index.ts';

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;
const POD = { apiVersion: 'v1', kind: 'Pod' } as const;
const POLL_MS = 50;

/**
 * The floor under a bring-up on this machine: all Secrets, ConfigMaps, volumes and Services kept, the Deployments of a
 * finished network removed and applied again all at once, until every node is ready. No tool can be faster.
 *
 * @returns seconds from the first request to the last node that is ready
 */
export async function floor(cluster: Cluster, namespace: string): Promise<number> {
  const find = (kind: typeof DEPLOYMENT | typeof POD): Promise<KubernetesObject[]> =>
    list(cluster, kind, { namespace });
  const deployments = await find(DEPLOYMENT);
  for (const { metadata } of deployments) {
    await cluster.request({
      method: 'DELETE',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/${metadata.name}`,
      body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground' },
      purpose: `remove Deployment ${metadata.name}`,
    });
  }
  while ((await find(DEPLOYMENT)).length + (await find(POD)).length > 0) await sleep(POLL_MS);

  const started = performance.now();
  await Promise.all(
    deployments.map(({ metadata: { name, labels, annotations }, spec }) =>
      cluster.request({
        method: 'POST',
        path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
        body: { ...DEPLOYMENT, metadata: { name, namespace, labels, annotations }, spec },
        purpose: `create Deployment ${name}`,
      }),
    ),
  );
  for (;;) {
    const current = await find(DEPLOYMENT);
    if (current.length === deployments.length && current.every((deployment) => isReady(deployment))) break;
    await sleep(POLL_MS);
  }
  return (performance.now() - started) / 1000;
}

function isReady(deployment: KubernetesObject): boolean {
  const status = deploymentStatus(deployment);
  return status.state === 'done';
}

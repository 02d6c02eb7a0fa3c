import { z } from 'zod';

import { dnsPods, storageClass } from './addons.ts';
import type { ApiClient } from './api-client.ts';

const nodeSchema = z.object({
  status: z.object({
    conditions: z
      .array(
        z.object({
          type: z.string(),
          status: z.string(),
          message: z.string().optional(),
          lastHeartbeatTime: z.string(),
        }),
      )
      .default([]),
    nodeInfo: z.object({ kubeletVersion: z.string(), containerRuntimeVersion: z.string() }).partial().optional(),
  }),
});

const podListSchema = z.object({
  items: z.array(
    z.object({
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        containerStatuses: z
          .array(
            z.object({
              state: z.object({
                running: z.object({ startedAt: z.string() }).optional(),
                waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
              }),
            }),
          )
          .default([]),
      }),
    }),
  ),
});

/** Whether something is ready, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason?: string;
}

export interface NodeReadiness extends Readiness {
  readonly kubernetesVersion?: string;
  readonly containerRuntime?: string;
}

/** A node whose components are looked at. What etcd has kept from before it was started says nothing about it. */
export interface StartedNode {
  readonly name: string;
  /** As ISO text. */
  readonly startedAt: string;
}

/** What of a cluster must be ready before it is of use, and how to see it, in the order in which it comes about. */
export function kubernetesReadiness(
  api: ApiClient,
  node: StartedNode,
): { name: string; look: () => Promise<Readiness> }[] {
  return [
    { name: 'storage', look: () => storageReadiness(api) },
    { name: 'the node', look: () => nodeReadiness(api, node) },
    { name: 'DNS', look: () => dnsReadiness(api, node) },
  ];
}

/** @returns how the node itself says that it is */
export async function nodeReadiness(api: ApiClient, { name, startedAt }: StartedNode): Promise<NodeReadiness> {
  const answer = await api.get(`/api/v1/nodes/${name}`);
  if (answer === undefined) return { ready: false, reason: 'the kubelet has not registered the node' };
  const { conditions, nodeInfo } = nodeSchema.parse(answer).status;
  const versions = {
    ...(nodeInfo?.kubeletVersion !== undefined && { kubernetesVersion: nodeInfo.kubeletVersion }),
    ...(nodeInfo?.containerRuntimeVersion !== undefined && { containerRuntime: nodeInfo.containerRuntimeVersion }),
  };
  const condition = conditions.find(({ type }) => type === 'Ready');
  if (condition === undefined || !isSince(condition.lastHeartbeatTime, startedAt)) {
    return { ready: false, reason: 'the kubelet has not said yet how the node is', ...versions };
  }
  if (condition.status === 'True') return { ready: true, ...versions };
  return { ready: false, reason: condition.message ?? 'the kubelet gives no reason', ...versions };
}

/** @returns whether the cluster's DNS answers */
export async function dnsReadiness(api: ApiClient, { startedAt }: StartedNode): Promise<Readiness> {
  const answer = await api.get(dnsPods);
  const pods = answer === undefined ? [] : podListSchema.parse(answer).items.map(({ status }) => status);
  const isReady = pods.some(
    ({ conditions, containerStatuses }) =>
      conditions.some(({ type, status }) => type === 'Ready' && status === 'True') &&
      containerStatuses.every(
        ({ state }) => state.running !== undefined && isSince(state.running.startedAt, startedAt),
      ),
  );
  if (isReady) return { ready: true };
  const waiting = pods.flatMap(({ containerStatuses }) => containerStatuses.map(({ state }) => state.waiting));
  const reasons = waiting.flatMap((wait) => [wait?.reason, wait?.message]).filter((text) => text !== undefined);
  return { ready: false, reason: ['no CoreDNS pod is ready', ...reasons].join(', ') };
}

/** @returns whether claims without a class get a volume */
export async function storageReadiness(api: ApiClient): Promise<Readiness> {
  const answer = await api.get(`${storageClass.collection}/${storageClass.name}`);
  return answer === undefined
    ? { ready: false, reason: `there is no storage class ${storageClass.name}` }
    : { ready: true };
}

/** Kubernetes' times have whole seconds. */
function isSince(time: string, start: string): boolean {
  return Date.parse(time) >= Math.floor(Date.parse(start) / 1_000) * 1_000;
}

import { z } from 'zod';

import { dnsDeployment, storageClass } from './addons.ts';
import type { ApiClient } from './api-client.ts';

const nodeSchema = z.object({
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() })).default([]),
    nodeInfo: z.object({ kubeletVersion: z.string(), containerRuntimeVersion: z.string() }).partial().optional(),
  }),
});

const deploymentSchema = z.object({
  metadata: z.object({ generation: z.number().default(0) }),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z.object({ observedGeneration: z.number().default(0), readyReplicas: z.number().default(0) }).prefault({}),
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

/** What of a cluster must be ready before it is of use, and how to see it, in the order in which it comes about. */
export function kubernetesReadiness(
  api: ApiClient,
  nodeName: string,
): { name: string; look: () => Promise<Readiness> }[] {
  return [
    { name: 'storage', look: () => storageReadiness(api) },
    { name: 'the node', look: () => nodeReadiness(api, nodeName) },
    { name: 'DNS', look: () => dnsReadiness(api) },
  ];
}

/** @returns how the node itself says that it is */
export async function nodeReadiness(api: ApiClient, nodeName: string): Promise<NodeReadiness> {
  const answer = await api.get(`/api/v1/nodes/${nodeName}`);
  if (answer === undefined) return { ready: false, reason: 'the kubelet has not registered the node' };
  const { conditions, nodeInfo } = nodeSchema.parse(answer).status;
  const versions = {
    ...(nodeInfo?.kubeletVersion !== undefined && { kubernetesVersion: nodeInfo.kubeletVersion }),
    ...(nodeInfo?.containerRuntimeVersion !== undefined && { containerRuntime: nodeInfo.containerRuntimeVersion }),
  };
  const condition = conditions.find(({ type }) => type === 'Ready');
  if (condition?.status === 'True') return { ready: true, ...versions };
  return { ready: false, reason: condition?.message ?? 'the kubelet has not said yet how the node is', ...versions };
}

/** @returns whether the cluster's DNS answers */
export async function dnsReadiness(api: ApiClient): Promise<Readiness> {
  const answer = await api.get(`${dnsDeployment.collection}/${dnsDeployment.name}`);
  if (answer === undefined) return { ready: false, reason: 'CoreDNS is not deployed' };
  const { metadata, spec, status } = deploymentSchema.parse(answer);
  if (status.observedGeneration < metadata.generation)
    return { ready: false, reason: 'its deployment has just changed' };
  if (status.readyReplicas >= spec.replicas) return { ready: true };
  return { ready: false, reason: `${status.readyReplicas} of ${spec.replicas} CoreDNS pods are ready` };
}

/** @returns whether claims without a class get a volume */
export async function storageReadiness(api: ApiClient): Promise<Readiness> {
  const answer = await api.get(`${storageClass.collection}/${storageClass.name}`);
  return answer === undefined
    ? { ready: false, reason: `there is no storage class ${storageClass.name}` }
    : { ready: true };
}

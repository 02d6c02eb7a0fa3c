import type { KubernetesObject } from '../../../src/kubernetes/client/objects.ts';
import type {
  ContainerStatus,
  Deployment,
  Event,
  PersistentVolumeClaim,
  Pod,
} from '../../../src/kubernetes/rollout/workloads.ts';

export const LABELS = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'test-network' };

export function newConfigMap(data: Record<string, string>, metadata: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'org1-config', namespace: 'test', labels: LABELS, ...metadata },
    data,
  };
}

/** A Deployment of one replica as it is applied. */
export function newDeploymentManifest(): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'org1-peer1', namespace: 'test', generation: 2, labels: LABELS },
    spec: { replicas: 1 },
  };
}

/** A Deployment of one replica whose controller has seen its spec and started its pod. */
export function newDeployment(status: Deployment['status'] = {}, replicas = 1): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'org1-peer1',
      namespace: 'test',
      uid: 'deployment-uid',
      generation: 2,
      labels: LABELS,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: { replicas, selector: { matchLabels: { 'weft.dev/node': 'org1-peer1' } } },
    status: { observedGeneration: 2, ...status },
  };
}

export function newReplicaSet(name: string, revision: string): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'test',
      uid: `${name}-uid`,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ kind: 'Deployment', name: 'org1-peer1', uid: 'deployment-uid' }],
    },
  };
}

export function newPod(status: NonNullable<Pod['status']>, metadata: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'org1-peer1-abc',
      namespace: 'test',
      uid: 'pod-uid',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'new', uid: 'new-uid' }],
      ...metadata,
    },
    spec: { volumes: [{ persistentVolumeClaim: { claimName: 'org1-peer1' } }], containers: [{ name: 'peer' }] },
    status,
  };
}

export function newContainer(status: Partial<ContainerStatus>): ContainerStatus {
  return { name: 'peer', image: 'ghcr.io/hyperledger/fabric-peer:2.5.9', ready: false, restartCount: 0, ...status };
}

export function newClaim(phase: string): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'org1-peer1', namespace: 'test', uid: 'claim-uid' },
    spec: { storageClassName: 'fast' },
    status: { phase },
  };
}

export function newEvent(uid: string, reason: string, message: string, lastTimestamp = '2026-01-01T00:00:10Z'): Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${reason}-event`, namespace: 'test' },
    involvedObject: { kind: 'Pod', name: 'any', uid },
    reason,
    message,
    lastTimestamp,
  };
}

import type { Cluster } from '../client/cluster.ts';
import { KubernetesError } from '../errors/errors.ts';
import type { Cancellable } from '../client/objects.ts';
import { list, observe } from '../client/observe.ts';
import type { ServiceTarget } from './connector.ts';
import { isReady, type Pod, type Service, type ServicePort } from '../rollout/workloads.ts';

/** A port of a container that serves a Service. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * Finds a ready pod behind a Service, and the port of its container that the Service's port leads to.
 *
 * @throws {KubernetesError} `notFound` without the Service, `invalid` if it has no such port or selects no pods,
 *   `noReadyPod` while no pod is ready
 */
export async function findPod(cluster: Cluster, target: ServiceTarget, options: Cancellable): Promise<PodPort> {
  const { namespace, service: name } = target;
  const subject = `Service ${name} in namespace ${namespace}`;
  const service = (await observe(
    cluster,
    { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } },
    options,
  )) as Service | undefined;
  if (service === undefined) throw new KubernetesError('notFound', `${subject} does not exist.`);
  const servicePort = requirePort(service, target, subject);
  const labelSelector = Object.entries(service.spec?.selector ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
  if (labelSelector === '') throw new KubernetesError('invalid', `${subject} selects no pods, so none can be reached.`);
  const pods = (await list(
    cluster,
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace, labelSelector, ...options },
  )) as Pod[];
  const pod = pods.find(isReady);
  if (pod === undefined) throw new KubernetesError('noReadyPod', `${subject} has no ready pod.`);
  return { namespace, pod: pod.metadata.name, port: containerPort(pod, servicePort, subject) };
}

function requirePort({ spec }: Service, { port }: ServiceTarget, subject: string): ServicePort {
  const ports = spec?.ports ?? [];
  const found = ports.find((candidate) => candidate.port === port);
  if (found !== undefined) return found;
  const known = ports.map((candidate) => String(candidate.port)).join(', ') || 'none';
  throw new KubernetesError('invalid', `${subject} has no port ${String(port)}. It has: ${known}.`);
}

function containerPort({ metadata, spec }: Pod, { port, targetPort = port }: ServicePort, subject: string): number {
  if (typeof targetPort === 'number') return targetPort;
  const ports = (spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const found = ports.find(({ name }) => name === targetPort);
  if (found !== undefined) return found.containerPort;
  throw new KubernetesError(
    'invalid',
    `${subject} leads to a port named ${targetPort}, which pod ${metadata.name} does not have.`,
  );
}

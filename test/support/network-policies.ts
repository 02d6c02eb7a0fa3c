import { z } from 'zod';

import type { KubernetesObject } from '../../src/kubernetes/index.ts';

/*
 * What NetworkPolicies let through, as https://kubernetes.io/docs/concepts/services-networking/network-policies has it: of
 * the policies that select a pod, each opens something, and what none opens is closed; a pod that none selects is open. Read are the fields that
 * kube/network-policies.yaml uses; any other is an error.
 */

/** A pod, as policies see it. */
export interface PolicyPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its ports by their names. */
  readonly ports: Readonly<Record<string, number>>;
}

/** An address that is no pod's. */
export type Elsewhere = 'elsewhere';

/** A connection that somebody opens. */
export interface Flow {
  readonly from: PolicyPod | Elsewhere;
  readonly to: PolicyPod | Elsewhere;
  /** Of the pod, behind its Service. */
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

const labelsSchema = z.record(z.string(), z.string());
const selectorSchema = z.strictObject({ matchLabels: labelsSchema.optional() });
const peerSchema = z.strictObject({
  namespaceSelector: selectorSchema.optional(),
  podSelector: selectorSchema.optional(),
});
const portSchema = z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: z.union([z.int(), z.string()]) });
const ports = z.array(portSchema).optional();
const policySchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    podSelector: selectorSchema,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.strictObject({ from: z.array(peerSchema).optional(), ports })).optional(),
    egress: z.array(z.strictObject({ to: z.array(peerSchema).optional(), ports })).optional(),
  }),
});

export type Policy = z.infer<typeof policySchema>;
type PolicyPeer = z.infer<typeof peerSchema>;

/** @throws ZodError for a field of which nothing is known here */
export function readPolicy(object: KubernetesObject): Policy {
  return policySchema.parse(object);
}

/** Whether the policies let a connection out of the pod that opens it, and into the pod that it is for. */
export function isOpen(policies: readonly Policy[], flow: Flow): boolean {
  return isLetOut(policies, flow) && isLetIn(policies, flow);
}

function isLetOut(policies: readonly Policy[], { from, to, ...at }: Flow): boolean {
  if (from === 'elsewhere') return true;
  const own = policies.filter((policy) => selects(policy, from) && policy.spec.policyTypes.includes('Egress'));
  const rules = own.flatMap(({ metadata, spec }) => (spec.egress ?? []).map((rule) => ({ ...rule, ...metadata })));
  return own.length === 0 || rules.some((rule) => isPeer(rule.to, to, rule.namespace) && hasPort(rule.ports, at, to));
}

function isLetIn(policies: readonly Policy[], { from, to, ...at }: Flow): boolean {
  if (to === 'elsewhere') return true;
  const own = policies.filter((policy) => selects(policy, to) && policy.spec.policyTypes.includes('Ingress'));
  const rules = own.flatMap(({ metadata, spec }) => (spec.ingress ?? []).map((rule) => ({ ...rule, ...metadata })));
  return (
    own.length === 0 || rules.some((rule) => isPeer(rule.from, from, rule.namespace) && hasPort(rule.ports, at, to))
  );
}

function selects({ metadata, spec }: Policy, { namespace, labels }: PolicyPod): boolean {
  return metadata.namespace === namespace && matches(spec.podSelector, labels);
}

/** An absent or empty list is everybody. @param own the namespace of the policy, which is meant where a peer names none */
function isPeer(peers: readonly PolicyPeer[] = [], other: PolicyPod | Elsewhere, own: string): boolean {
  if (peers.length === 0) return true;
  if (other === 'elsewhere') return false;
  return peers.some(({ namespaceSelector, podSelector = {} }) => {
    const isNamespace =
      namespaceSelector === undefined
        ? other.namespace === own
        : matches(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace });
    return isNamespace && matches(podSelector, other.labels);
  });
}

/** An absent or empty list is every port. A name is that of a port of the pod that is called. */
function hasPort(
  open: z.infer<typeof ports> = [],
  { port, protocol }: Pick<Flow, 'port' | 'protocol'>,
  to: Flow['to'],
): boolean {
  if (open.length === 0) return true;
  return open.some((one) => {
    const number = typeof one.port === 'number' ? one.port : to === 'elsewhere' ? undefined : to.ports[one.port];
    return one.protocol === protocol && number === port;
  });
}

function matches({ matchLabels = {} }: z.infer<typeof selectorSchema>, labels: PolicyPod['labels']): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

const podSchema = z.object({
  metadata: z.object({ labels: labelsSchema.default({}) }),
  spec: z.object({
    containers: z.array(
      z.object({ ports: z.array(z.object({ name: z.string().optional(), containerPort: z.int() })).optional() }),
    ),
  }),
});

/** A pod, or the pod of a Deployment or a Job, as policies see it. */
export function policyPod({ kind, metadata, spec }: KubernetesObject): PolicyPod {
  const { template } = z.object({ template: podSchema.optional() }).parse(spec);
  const pod = kind === 'Pod' || template === undefined ? podSchema.parse({ metadata, spec }) : template;
  const named = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    labels: pod.metadata.labels,
    ports: Object.fromEntries(named.map(({ name, containerPort }) => [name ?? String(containerPort), containerPort])),
  };
}

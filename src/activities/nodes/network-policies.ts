import { applyAll, remove, renderManifestFile } from '../../kubernetes/index.ts';
import { networkPolicySettings, type OutgoingPorts, type PodGroup } from '../../spec/index.ts';
import type { TemplateVariables } from '../../templates/index.ts';
import { join, type Decision, type StepContext } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { OrganizationInput } from '../inputs.ts';

export interface NetworkPoliciesInput extends OrganizationInput {
  readonly outgoingPorts: OutgoingPorts;
}

/**
 * Ensures that the NetworkPolicies of an organization exist, or that there are none where the description wants none. Pods are not touched:
 * what enforces policies, the cluster's network, does it from outside of them.
 */
export async function applyNetworkPolicies(
  { cluster }: Dependencies,
  input: NetworkPoliciesInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const { network, dryRun } = input;
  const policies = await renderManifestFile('network-policies.yaml', policyVariables(input));
  const options = { network: network.name, dryRun, signal };
  if (networkPolicySettings(network.kubernetes) !== undefined) return join(await applyAll(cluster, policies, options));
  return join(await Promise.all(policies.map((policy) => remove(cluster, policy, options))));
}

/** For kube/network-policies.yaml. */
export function policyVariables({
  network,
  organization,
  outgoingPorts: { nodes, chaincodeAddresses, environment },
}: Omit<NetworkPoliciesInput, 'dryRun'>): TemplateVariables {
  const { workers = [], metrics = [] } = networkPolicySettings(network.kubernetes) ?? {};
  return {
    NETWORK: network.name,
    NAMESPACE: organization.namespace,
    ORGANIZATION: organization.name,
    WORKERS: workers.map(peerOf),
    METRICS: metrics.map(peerOf),
    ORDERERS_ELSEWHERE: toAnyAddress(nodes, environment.orderers),
    PEERS_ELSEWHERE: toAnyAddress([...nodes, ...chaincodeAddresses], environment.peers),
    CA_EGRESS: onlyRule(toAnyAddress([], environment.certificateAuthority)),
    CHAINCODE_EGRESS: onlyRule(toAnyAddress([], environment.chaincodes)),
  };
}

/** A group of pods as NetworkPolicies name it. Each namespace has this label with its name (KEP-2161). */
function peerOf({ namespace, labels }: PodGroup): object {
  return {
    namespaceSelector: namespace === undefined ? {} : { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: labels === undefined ? {} : { matchLabels: labels },
  };
}

/**
 * A rule that lets out to ports at any address.
 *
 * @param tcp ports of what speaks TCP
 * @param either ports of what may speak TCP or UDP
 * @returns null if there are no ports: a rule without ports would let out to all of them
 */
function toAnyAddress(tcp: readonly number[], either: readonly number[]): object | null {
  const tcpPorts = [...new Set([...tcp, ...either])].map((port) => ({ protocol: 'TCP', port }));
  const ports = [...tcpPorts, ...either.map((port) => ({ protocol: 'UDP', port }))];
  return ports.length === 0 ? null : { ports };
}

function onlyRule(rule: object | null): readonly object[] | null {
  return rule === null ? null : [rule];
}

import { nodeOuConfigYaml, coreYaml, ordererYaml } from '../../fabric/index.ts';
import { remove } from '../../kubernetes/index.ts';
import { disruptionBudgetName, networkConfigMaps, type NodeKind } from '../../spec/index.ts';
import type { TemplateVariables } from '../../templates/index.ts';
import { applyManifest, type Dependencies } from '../cluster/manifests.ts';
import { asStep, join, type Decision, type StepContext, type StepResult } from '../activity.ts';
import { applyNetworkPolicies, type NetworkPoliciesInput } from './network-policies.ts';
import type { NamespaceInput, OrganizationInput } from '../inputs.ts';

export interface TlsRootsInput extends NamespaceInput {
  /** The root certificates of every organization's TLS CA, PEM. */
  readonly roots: readonly { readonly name: string; readonly tlsca: string }[];
}

export interface OrganizationConfigInput extends NetworkPoliciesInput {
  /** How many nodes of each kind it has. */
  readonly nodes: NodeCounts;
}

export interface NodeCounts {
  readonly orderers: number;
  readonly peers: number;
}

export interface OrganizationActivities {
  applyOrganizationConfig: (target: OrganizationConfigInput) => Promise<StepResult>;
  writeNodeOuConfig: (target: OrganizationInput) => Promise<StepResult>;
  publishTlsRoots: (target: TlsRootsInput) => Promise<StepResult>;
}

/** What the nodes of an organization share: base configuration, NodeOUs, and the TLS roots of the whole network. */
export function createOrganizationActivities(dependencies: Dependencies): OrganizationActivities {
  return {
    applyOrganizationConfig: asStep((target, context) => applyOrganizationConfig(dependencies, target, context)),
    writeNodeOuConfig: asStep((target, context) => writeNodeOuConfig(dependencies, target, context)),

    publishTlsRoots: asStep(({ roots, namespace, ...target }, { signal }) =>
      applyManifest(
        dependencies,
        'certificates.yaml',
        {
          NETWORK: target.network.name,
          NAMESPACE: namespace,
          NAME: networkConfigMaps(target.network).tlsRoots,
          // It belongs to the network as a whole.
          ORGANIZATION: null,
          CERTIFICATES: Object.fromEntries(roots.map(({ name, tlsca }) => [`${name}.pem`, tlsca])),
        },
        { ...target, signal },
      ),
    ),
  };
}

/**
 * Ensures that Fabric's base files, core.yaml and orderer.yaml, exist for the organization's nodes, a disruption budget for each
 * kind of which there are several, and their NetworkPolicies.
 */
export async function applyOrganizationConfig(
  dependencies: Dependencies,
  { nodes, outgoingPorts, ...target }: OrganizationConfigInput,
  context: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const files = { CORE_YAML: coreYaml(), ORDERER_YAML: ordererYaml() };
  return join(
    await Promise.all([
      applyShared(dependencies, 'organization.yaml', files, target, context),
      applyDisruptionBudget(dependencies, 'orderer', nodes.orderers, target, context),
      applyDisruptionBudget(dependencies, 'peer', nodes.peers, target, context),
      applyNetworkPolicies(dependencies, { ...target, outgoingPorts }, context),
    ]),
  );
}

/** One node alone cannot be kept from being missing: a budget for it would be in the way of whoever empties its machine. */
const LEAST_TO_KEEP = 2;

async function applyDisruptionBudget(
  dependencies: Dependencies,
  kind: NodeKind,
  count: number,
  target: OrganizationInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const { network, organization, dryRun } = target;
  const name = disruptionBudgetName(organization, kind);
  if (count >= LEAST_TO_KEEP) {
    return applyShared(dependencies, 'disruption-budget.yaml', { NAME: name, COMPONENT: kind }, target, { signal });
  }
  const budget = { ...DISRUPTION_BUDGET, metadata: { namespace: organization.namespace, name } };
  return remove(dependencies.cluster, budget, { network: network.name, dryRun, signal });
}

const DISRUPTION_BUDGET = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' } as const;

/** Ensures that the config.yaml with the organization's NodeOUs exists. */
export function writeNodeOuConfig(
  dependencies: Dependencies,
  target: OrganizationInput,
  context: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const file = { NODE_OU_CONFIG: nodeOuConfigYaml(target.organization.name) };
  return applyShared(dependencies, 'node-ou-config.yaml', file, target, context);
}

/** Applies a manifest of what the nodes of an organization share. */
function applyShared(
  dependencies: Dependencies,
  manifest: string,
  files: TemplateVariables,
  { organization, ...target }: OrganizationInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const { name, namespace } = organization;
  const variables = { NETWORK: target.network.name, NAMESPACE: namespace, ORGANIZATION: name, ...files };
  return applyManifest(dependencies, manifest, variables, { ...target, signal });
}

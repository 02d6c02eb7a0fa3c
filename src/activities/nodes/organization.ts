import { nodeOuConfigYaml, coreYaml, ordererYaml } from '../../fabric/index.ts';
import { networkConfigMaps } from '../../spec/index.ts';
import { applyManifest, type Dependencies } from '../cluster/manifests.ts';
import { asStep, type StepResult } from '../activity.ts';
import type { NamespaceInput, OrganizationInput } from '../inputs.ts';

export interface TlsRootsInput extends NamespaceInput {
  /** The root certificates of every organization's TLS CA, PEM. */
  readonly roots: readonly { readonly name: string; readonly tlsca: string }[];
}

export interface OrganizationActivities {
  applyOrganizationConfig: (target: OrganizationInput) => Promise<StepResult>;
  writeNodeOuConfig: (target: OrganizationInput) => Promise<StepResult>;
  publishTlsRoots: (target: TlsRootsInput) => Promise<StepResult>;
}

/** What the nodes of an organization share: base configuration, NodeOUs, and the TLS roots of the whole network. */
export function createOrganizationActivities(dependencies: Dependencies): OrganizationActivities {
  return {
    applyOrganizationConfig: asStep(({ organization, ...target }, { signal }) =>
      applyManifest(
        dependencies,
        'organization.yaml',
        {
          NETWORK: target.network.name,
          NAMESPACE: organization.namespace,
          ORGANIZATION: organization.name,
          CORE_YAML: coreYaml(),
          ORDERER_YAML: ordererYaml(),
        },
        { ...target, signal },
      ),
    ),

    writeNodeOuConfig: asStep(({ organization, ...target }, { signal }) =>
      applyManifest(
        dependencies,
        'node-ou-config.yaml',
        {
          NETWORK: target.network.name,
          NAMESPACE: organization.namespace,
          ORGANIZATION: organization.name,
          NODE_OU_CONFIG: nodeOuConfigYaml(organization.name),
        },
        { ...target, signal },
      ),
    ),

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

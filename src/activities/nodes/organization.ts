import { nodeOuConfigYaml, coreYaml, ordererYaml } from '../../fabric/index.ts';
import { certificateAuthorityObjects, networkConfigMaps } from '../../spec/index.ts';
import { applyManifest, readText, type Dependencies } from '../cluster/manifests.ts';
import { asStep, type StepResult } from '../activity.ts';
import type { NamespaceInput, OrganizationInput } from '../inputs.ts';

export interface TlsRootsInput extends NamespaceInput {
  /** Every organization of the network and the namespace where its CAs stand. */
  readonly organizations: readonly { readonly name: string; readonly namespace: string }[];
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

    publishTlsRoots: asStep(async ({ organizations, namespace, ...target }, { signal }) => {
      const roots = await Promise.all(
        organizations.map(async (organization) => {
          const text = await readText(
            dependencies,
            'ConfigMap',
            organization.namespace,
            certificateAuthorityObjects(organization).certificates,
            signal,
          );
          // Only a dry run comes here before the CAs stand; what it would write is new in any case.
          return [`${organization.name}.pem`, text?.['tlsca.pem'] ?? ''] as const;
        }),
      );
      return applyManifest(
        dependencies,
        'certificates.yaml',
        {
          NETWORK: target.network.name,
          NAMESPACE: namespace,
          NAME: networkConfigMaps(target.network).tlsRoots,
          // It belongs to the network as a whole.
          ORGANIZATION: null,
          CERTIFICATES: Object.fromEntries(roots),
        },
        { ...target, signal },
      );
    }),
  };
}

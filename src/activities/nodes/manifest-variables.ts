import { coreYaml, nodeOuConfigYaml, ordererYaml } from '../../fabric/index.ts';
import type { TemplateVariables } from '../../templates/index.ts';
import { caName, nodeName, type NodeSettings } from '../../spec/index.ts';
import { hashOf } from '../cluster/manifests.ts';
import type { NodeInput, OrganizationInput } from '../inputs.ts';
import { certificateAuthorityEnvironment, environmentOf } from './environment.ts';

/*
 * What the manifests of nodes are filled in with. A pod reads its configuration at its start: whatever it reads is part of the hash,
 * so that a change of it restarts the pod.
 */

/**
 * For kube/orderer.yaml and kube/peer.yaml.
 *
 * @param certificates those that the node runs with; they are public
 */
export function nodeVariables(input: NodeInput, certificates: readonly string[]): TemplateVariables {
  const { network, organization, node, kind } = input;
  const pod = variables(input, nodeName(organization, node), node, {
    environment: environmentOf(input),
    image: `${network.fabric.registry}/fabric-${kind}:${network.fabric.version}`,
    read: [kind === 'orderer' ? ordererYaml() : coreYaml(), nodeOuConfigYaml(organization.name), ...certificates],
  });
  return { ...pod, CERTIFICATES_HASH: hashOf(...certificates) };
}

/**
 * For kube/certificate-authority.yaml.
 *
 * @param read the texts that the CAs read at their start, besides their environment
 */
export function certificateAuthorityVariables(input: OrganizationInput, read: readonly string[]): TemplateVariables {
  const { network, organization } = input;
  return variables(input, caName(organization), organization.certificateAuthority, {
    environment: certificateAuthorityEnvironment(input),
    image: `${network.fabric.registry}/fabric-ca:${network.fabric.caVersion}`,
    read,
  });
}

interface Pod {
  readonly environment: Readonly<Record<string, string>>;
  /** Unless the description gives the node one of its own. */
  readonly image: string;
  readonly read: readonly string[];
}

function variables(
  { network, organization }: OrganizationInput,
  name: string,
  settings: Pick<NodeSettings, 'image' | 'resources'>,
  { environment, image, read }: Pod,
): TemplateVariables {
  return {
    NETWORK: network.name,
    NAMESPACE: organization.namespace,
    ORGANIZATION: organization.name,
    NODE: name,
    ENVIRONMENT: environment,
    IMAGE: settings.image ?? image,
    RESOURCES: settings.resources,
    ROLLOUT_TIMEOUT_SECONDS: network.kubernetes.rolloutTimeoutSeconds,
    CONFIGURATION_HASH: hashOf(JSON.stringify(environment), ...read),
  };
}

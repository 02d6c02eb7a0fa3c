import { coreYaml, nodeOuConfigYaml, ordererYaml } from '../../fabric/index.ts';
import { podVariables } from '../../kubernetes/index.ts';
import type { TemplateVariables } from '../../templates/index.ts';
import {
  adminCaSecret,
  caName,
  DEFAULT_POD_USER,
  nodeName,
  operationsCaSecret,
  type KubernetesSettings,
  type NodeSettings,
} from '../../spec/index.ts';
import { hashOf } from '../cluster/manifests.ts';
import { caKeyHash } from '../identities/endpoint-ca.ts';
import type { NodeInput, OrganizationInput } from '../inputs.ts';
import { certificateAuthorityEnvironment, environmentOf } from './environment.ts';
import type { SecretVariables } from './secret-variables.ts';

/*
 * What the manifests of nodes are filled in with. A pod reads its configuration at its start: whatever it reads is part of the hash,
 * so that a change of it restarts the pod.
 */

/** What a node reads of certificates at its start, PEM; all of it is public. */
export interface ReadCertificates {
  /** Those that it runs with. */
  readonly certificates: readonly string[];
  /** Of the CA that an orderer's admin endpoint trusts; absent for peers. */
  readonly adminCa?: string;
  /** Of the CA that its operations endpoint trusts. */
  readonly operationsCa: string;
}

/** For kube/orderer.yaml and kube/peer.yaml. */
export function nodeVariables(
  input: NodeInput,
  { certificates: own, adminCa, operationsCa }: ReadCertificates,
  secretVariables: SecretVariables,
): TemplateVariables {
  const { network, organization, node, kind } = input;
  const certificates = [...own, ...(adminCa === undefined ? [] : [adminCa]), operationsCa];
  const pod = variables(input, nodeName(organization, node), node, {
    environment: environmentOf(input),
    secretVariables,
    image: `${network.fabric.registry}/fabric-${kind}:${network.fabric.version}`,
    read: [kind === 'orderer' ? ordererYaml() : coreYaml(), nodeOuConfigYaml(organization.name), ...certificates],
  });
  return {
    ...pod,
    CERTIFICATES_HASH: hashOf(...certificates),
    OPERATIONS_CA: caKeyHash(operationsCa),
    OPERATIONS_CA_SECRET: operationsCaSecret(organization),
    ...(adminCa === undefined ? {} : { ADMIN_CA: caKeyHash(adminCa), ADMIN_CA_SECRET: adminCaSecret(organization) }),
  };
}

/**
 * For kube/certificate-authority.yaml.
 *
 * @param read the texts that the CAs read at their start, besides their environment
 */
export function certificateAuthorityVariables(
  input: OrganizationInput,
  read: readonly string[],
  secretVariables: SecretVariables,
): TemplateVariables {
  const { network, organization } = input;
  return variables(input, caName(organization), organization.certificateAuthority, {
    environment: certificateAuthorityEnvironment(input),
    secretVariables,
    image: `${network.fabric.registry}/fabric-ca:${network.fabric.caVersion}`,
    read,
  });
}

/**
 * What every pod's manifest is filled in with for the environment that its container gets, for its user and for its image.
 *
 * @param read the other texts that the pod reads at its start
 */
export function containerVariables(
  { imagePullSecrets = [], podUser = DEFAULT_POD_USER }: KubernetesSettings,
  { environment, secretVariables: { env, digests }, read }: Pick<Pod, 'environment' | 'secretVariables' | 'read'>,
): TemplateVariables {
  return {
    ENVIRONMENT: environment,
    SECRET_VARIABLES: env.length === 0 ? null : env,
    CONFIGURATION_HASH: hashOf(JSON.stringify(environment), ...read, ...digests),
    ...podVariables({ user: podUser, imagePullSecrets }),
  };
}

interface Pod {
  readonly environment: Readonly<Record<string, string>>;
  readonly secretVariables: SecretVariables;
  /** Unless the description gives the node one of its own. */
  readonly image: string;
  readonly read: readonly string[];
}

function variables(
  { network, organization }: OrganizationInput,
  name: string,
  settings: Pick<NodeSettings, 'image' | 'resources'>,
  { image, ...pod }: Pod,
): TemplateVariables {
  return {
    NETWORK: network.name,
    NAMESPACE: organization.namespace,
    ORGANIZATION: organization.name,
    NODE: name,
    IMAGE: settings.image ?? image,
    RESOURCES: settings.resources,
    ROLLOUT_TIMEOUT_SECONDS: network.kubernetes.rolloutTimeoutSeconds,
    ...containerVariables(network.kubernetes, pod),
  };
}

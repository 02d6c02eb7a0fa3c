/** Anything of the description that has a name: a network, an organization, a node. */
export interface Named {
  readonly name: string;
}

/** Things by their names; of several with one name, which is an issue of its own, the first. */
export function byName<Item extends Named>(items: readonly Item[]): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>();
  for (const item of items) if (!found.has(item.name)) found.set(item.name, item);
  return found;
}

/** A chaincode and its channel. */
interface ChannelChaincode extends Named {
  readonly channel: string;
}

/** The node name by which people mean an organization's certificate authority: `org1/ca`. */
export const CA_NODE = 'ca';

/** The same for the organization's Admin, an identity without a pod: `org1/admin`. */
export const ADMIN_NODE = 'admin';

/**
 * Deployment, Service, volume and enrollment ID of a node. A node belongs to one organization for good, so that its name
 * says which: `org1-peer1`.
 */
export function nodeName(organization: Named, node: Named): string {
  return `${organization.name}-${node.name}`;
}

/** Deployment, Service and volume of the process that serves an organization's enrollment CA and TLS CA: `org1-ca`. */
export function caName(organization: Named): string {
  return nodeName(organization, { name: CA_NODE });
}

/** Enrollment ID of the organization's Admin, and prefix of its Secrets: `org1-admin`. */
export function adminIdentityName(organization: Named): string {
  return nodeName(organization, { name: ADMIN_NODE });
}

/** Secret with the CA that an organization's orderers trust at their admin endpoints, and nobody else does: `org0-admin-ca`. */
export function adminCaSecret(organization: Named): string {
  return `${adminIdentityName(organization)}-ca`;
}

/** Secret with the CA that an organization's orderers and peers trust at their operations endpoints: `org1-operations-ca`. */
export function operationsCaSecret(organization: Named): string {
  return nodeName(organization, { name: 'operations-ca' });
}

/** By whom people mean who collects the metrics of an organization's nodes: `org1/metrics-client`. */
export const METRICS_CLIENT = 'metrics-client';

/** Secret with the TLS certificate by which they let it in, which is called so: `org1-metrics-client`. */
export function metricsClientSecret(organization: Named): string {
  return nodeName(organization, { name: METRICS_CLIENT });
}

/** What people are told a step works on: `org1/peer1`. */
export function nodeTargetName(organization: Named, node: Named): string {
  return `${organization.name}/${node.name}`;
}

/** Names of the Secrets of an identity (a node or the Admin), e.g. of `org1-peer1`. */
export function identitySecrets(identity: string): { readonly msp: string; readonly tls: string } {
  return { msp: `${identity}-msp`, tls: `${identity}-tls` };
}

/** Secret with what a peer fills in in the packages of chaincodes, its TLS key among it: `org1-peer1-chaincode-builder`. */
export function chaincodeBuilderSecret(peer: string): string {
  return `${peer}-chaincode-builder`;
}

/** Name of the Secret in which the enrollment secret of an identity was kept, before secrets worked once. */
export function retiredEnrollmentSecret(identity: string): string {
  return `${identity}-enrollment`;
}

/** Secret with an application's identity of an organization: `org1-app1-identity`. */
export function applicationSecret(organization: Named, identity: string): string {
  return `${nodeName(organization, { name: identity })}-identity`;
}

/** ConfigMap with the environment of an orderer or a peer: `org1-peer1-config`. */
export function nodeConfigMap(node: string): string {
  return `${node}-config`;
}

/** What belongs to an organization's CA besides its Deployment, Service and volume. */
export interface CertificateAuthorityObjects {
  /** ConfigMap with its environment. */
  readonly environment: string;
  /** Secret with the configuration files of its two CAs; they hold the registrar's password. */
  readonly config: string;
  /** Secret with the certificate and key of its own endpoint. */
  readonly tls: string;
  /** Secret with the registrar's password, certificate and key. */
  readonly registrar: string;
  /** ConfigMap with the root certificates of the enrollment CA and the TLS CA. */
  readonly certificates: string;
}

export function certificateAuthorityObjects(organization: Named): CertificateAuthorityObjects {
  const ca = caName(organization);
  return {
    environment: `${ca}-env`,
    config: `${ca}-config`,
    tls: `${ca}-tls`,
    registrar: `${ca}-registrar`,
    certificates: `${ca}-certificates`,
  };
}

/** ConfigMaps that the nodes of an organization share: Fabric's base files (core.yaml, orderer.yaml) and the NodeOU config.yaml. */
export function organizationConfigMaps(organization: Named): { readonly config: string; readonly mspConfig: string } {
  return { config: `${organization.name}-config`, mspConfig: `${organization.name}-msp-config` };
}

/** PodDisruptionBudget of an organization's orderers, or of its peers: `org1-peers`. */
export function disruptionBudgetName(organization: Named, kind: 'orderer' | 'peer'): string {
  return nodeName(organization, { name: `${kind}s` });
}

/** ConfigMaps of a network in each of its namespaces: the TLS roots of all organizations, the description last applied. */
export function networkConfigMaps(network: Named): { readonly tlsRoots: string; readonly description: string } {
  return { tlsRoots: `${network.name}-tls-roots`, description: `${network.name}-network` };
}

/** ConfigMap with the genesis block of a channel, kept so that every later run uses the same one: `mychannel-genesis-block`. */
export function genesisBlockConfigMap(channel: Named): string {
  return `${channel.name}-genesis-block`;
}

/** How people are told about a node's part in a channel or a chaincode: `mychannel@org1-peer1`. */
export function onNode(subject: Named, node: string): string {
  return `${subject.name}@${node}`;
}

/**
 * Deployment and Service of a chaincode's server, beside the peers that it serves: `org1-ccaas-mychannel-basic`, or
 * `org1-peer1-ccaas-mychannel-basic` where each peer has its own.
 *
 * @param owner name of the organization, or Kubernetes name of the peer
 */
export function chaincodeServerName(chaincode: ChannelChaincode, owner: string): string {
  return `${owner}-${chaincodeServerSuffix(chaincode)}`;
}

/** What follows the owner in {@link chaincodeServerName}. Chaincode names may hold capitals and underscores, names in Kubernetes may not. */
export function chaincodeServerSuffix({ name, channel }: ChannelChaincode): string {
  return `ccaas-${channel}-${name}`.toLowerCase().replaceAll(/[._]/g, '-');
}

/** Label of a chaincode's package, the first half of its package ID: `basic_1.0`. */
export function packageLabel(chaincode: { readonly name: string; readonly version: string }): string {
  return `${chaincode.name}_${chaincode.version}`;
}

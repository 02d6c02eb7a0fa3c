import { CA_NODE, nodeName, type Named } from './names.ts';
import type { KubernetesSettings, NodeKind, Organization } from './network.ts';
import { PORTS } from './ports.ts';

/*
 * Where the parts of a network answer: the names of Services within a cluster, and the addresses by which organizations find each
 * other's nodes.
 */

export interface NodeAddress {
  /** DNS name or IPv4 address. */
  readonly host: string;
  readonly port: number;
}

/** The part of a network that names of Services depend on. */
interface ClusterSettings {
  readonly kubernetes: Pick<KubernetesSettings, 'clusterDomain'>;
}

/** Where an organization's Services are. */
type ServicePlace = Pick<Organization, 'namespace'>;

/** An organization with the domain under which Fabric knows its nodes. */
type CertifiedOrganization = Pick<Organization, 'name' | 'namespace' | 'domain'>;

/** An orderer or a peer, as far as its address goes. */
interface AddressedNode extends Named {
  /** Host and port, as the description writes it. */
  readonly address?: string;
}

/** The full name of a Service within its cluster: `org1-peer1.test-network.svc.cluster.local`. */
export function serviceHost({ kubernetes }: ClusterSettings, { namespace }: ServicePlace, service: string): string {
  return `${service}.${namespace}.svc.${kubernetes.clusterDomain}`;
}

/**
 * Where the other nodes of the network find an orderer or a peer: at the address that the description gives, else at its Service, by
 * the full name, because organizations may have namespaces of their own.
 */
export function addressOf(
  settings: ClusterSettings,
  organization: Pick<Organization, 'name' | 'namespace'>,
  node: AddressedNode,
  kind: NodeKind,
): NodeAddress {
  if (node.address !== undefined) return parseAddress(node.address);
  return { host: serviceHost(settings, organization, nodeName(organization, node)), port: PORTS[kind] };
}

/** `peer1.example.com:443` in its two parts. @param text a host and a port, as the description's schema accepts them */
export function parseAddress(text: string): NodeAddress {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** `org1-peer1.test-network.svc.cluster.local:7051` */
export function hostAndPort({ host, port }: NodeAddress): string {
  return `${host}:${port}`;
}

/**
 * Subject alternative names of a node's TLS certificate: its Service's names from the shortest to the full one, its name in the
 * organization's own domain, the host of the address that the description gives, and the names under which a port-forward reaches it.
 */
export function nodeHosts(
  settings: ClusterSettings,
  organization: CertifiedOrganization,
  node: AddressedNode,
): string[] {
  const own = node.address === undefined ? [] : [parseAddress(node.address).host];
  return hostsOf(settings, organization, nodeName(organization, node), own);
}

/** The same for the organization's CA. */
export function caHosts(settings: ClusterSettings, organization: CertifiedOrganization): string[] {
  return nodeHosts(settings, organization, { name: CA_NODE });
}

/** The same for any Service of an organization, such as that of a chaincode's server. */
export function serviceHosts(
  settings: ClusterSettings,
  organization: CertifiedOrganization,
  service: string,
): string[] {
  return hostsOf(settings, organization, service, []);
}

function hostsOf(
  settings: ClusterSettings,
  organization: CertifiedOrganization,
  service: string,
  further: readonly string[],
): string[] {
  const { namespace, domain } = organization;
  const hosts = [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    serviceHost(settings, organization, service),
    `${service}.${domain}`,
    ...further,
    'localhost',
    '127.0.0.1',
  ];
  return [...new Set(hosts)];
}

import type {
  IdentityTarget,
  NetworkSettings,
  NetworkTarget,
  NodeTarget,
  OrganizationSettings,
  OrganizationTarget,
} from '../activities/targets.ts';
import {
  adminIdentityName,
  nodeHosts,
  nodeName,
  nodeTargetName,
  type Network,
  type NetworkNode,
  type NodeKind,
  type Organization,
} from '../spec/index.ts';

/** The description without its organizations, channels and chaincodes: what every activity is given of it. */
export function networkSettings({ name, fabric, kubernetes, certificates }: Network): NetworkSettings {
  return { name, fabric, kubernetes, certificates };
}

/** An organization without its nodes. */
export function organizationSettings(organization: Organization): OrganizationSettings {
  const { name, mspId, domain, namespace, certificateAuthority } = organization;
  return { name, mspId, domain, namespace, certificateAuthority };
}

/** One node of the network with its place in it. */
export interface PlacedNode {
  readonly organization: Organization;
  readonly node: NetworkNode;
  readonly kind: NodeKind;
}

export function nodesOf(organization: Organization): PlacedNode[] {
  return [
    ...organization.orderers.map((node) => ({ organization, node, kind: 'orderer' as const })),
    ...organization.peers.map((node) => ({ organization, node, kind: 'peer' as const })),
  ];
}

/** How people are told about a node. */
export function targetOf({ organization, node }: PlacedNode): string {
  return nodeTargetName(organization, node);
}

export function organizationTarget(base: NetworkTarget, organization: Organization): OrganizationTarget {
  return { ...base, organization: organizationSettings(organization) };
}

export function nodeTarget(
  base: NetworkTarget,
  { organization, node, kind }: PlacedNode,
  newCertificates: boolean,
): NodeTarget {
  // The first peer for all: a peer that comes or goes later changes nothing for the others.
  const [first] = organization.peers;
  return {
    ...organizationTarget(base, organization),
    node,
    kind,
    newCertificates,
    ...(kind === 'peer' && first !== undefined ? { gossipBootstrap: nodeName(organization, first) } : {}),
  };
}

export function nodeIdentity(base: NetworkTarget, { organization, node, kind }: PlacedNode): IdentityTarget {
  return {
    ...organizationTarget(base, organization),
    identity: { name: nodeName(organization, node), type: kind, hosts: nodeHosts(organization, node) },
  };
}

/** The organization's Admin, who signs for it towards channels and chaincode. It serves nothing, so it has no host names. */
export function adminIdentity(base: NetworkTarget, organization: Organization): IdentityTarget {
  return {
    ...organizationTarget(base, organization),
    identity: { name: adminIdentityName(organization), type: 'admin', hosts: [] },
  };
}

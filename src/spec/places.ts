import type { Path } from './mistake.ts';
import type { Network, NetworkNode, NodeKind, NodeSettings, Organization } from './network.ts';

/** An orderer or a peer, and where the description has it. */
export interface NodePlace {
  readonly organization: Organization;
  readonly node: NetworkNode;
  readonly path: Path;
}

/** All nodes of a network in the order of the description. */
export function nodePlaces(network: Network): NodePlace[] {
  return network.organizations.flatMap((organization, at) => [
    ...placesOf(organization, ['organizations', at, 'orderers']),
    ...placesOf(organization, ['organizations', at, 'peers']),
  ]);
}

/** All pods of a network, the CAs too. */
export interface PodPlace {
  readonly kind: NodeKind | 'certificateAuthority';
  readonly settings: NodeSettings;
  readonly path: Path;
}

export function podPlaces(network: Network): PodPlace[] {
  const authorities = network.organizations.map(({ certificateAuthority }, at) => ({
    kind: 'certificateAuthority' as const,
    settings: certificateAuthority,
    path: ['organizations', at, 'certificateAuthority'],
  }));
  const nodes = nodePlaces(network).map(({ node, path }) => ({
    kind: path.includes('orderers') ? ('orderer' as const) : ('peer' as const),
    settings: node,
    path,
  }));
  return [...authorities, ...nodes];
}

function placesOf(organization: Organization, path: readonly [string, number, 'orderers' | 'peers']): NodePlace[] {
  return organization[path[2]].map((node, at) => ({ organization, node, path: [...path, at] }));
}

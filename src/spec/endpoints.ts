import { caName, nodeName } from './names.ts';
import type { Network, NetworkNode, Organization } from './network.ts';

/** Where one service of a network answers inside the cluster. */
export interface NetworkEndpoint {
  readonly organization: string;
  /** As Fabric's test network calls it: `ECert Certificate Authority`, `Orderer1`, `Peer Node 1`. */
  readonly title: string;
  /** e.g. `https://org0-ca`, `grpcs://org0-orderer1`. */
  readonly url: string;
}

/** All endpoints of a network, organization by organization in the order of the description: its CA, its orderers, its peers. */
export function endpointsOf(network: Network): NetworkEndpoint[] {
  return network.organizations.flatMap((organization) => [
    { organization: organization.name, title: 'ECert Certificate Authority', url: `https://${caName(organization)}` },
    ...organization.orderers.map((node) => grpcs(organization, node, ordererTitle(node.name))),
    ...organization.peers.map((node) => grpcs(organization, node, peerTitle(node.name))),
  ]);
}

function grpcs(organization: Organization, node: NetworkNode, title: string): NetworkEndpoint {
  return { organization: organization.name, title, url: `grpcs://${nodeName(organization, node)}` };
}

function ordererTitle(name: string): string {
  const number = /^orderer(\d+)$/.exec(name)?.[1];
  return number === undefined ? `Orderer ${name}` : `Orderer${number}`;
}

function peerTitle(name: string): string {
  return `Peer Node ${/^peer(\d+)$/.exec(name)?.[1] ?? name}`;
}

import type { ChannelBlueprint, PublicCertificates, Roots } from '../../../activities/inputs.ts';
import {
  addressOf,
  hostAndPort,
  nodeName,
  type Channel,
  type Network,
  type Organization,
} from '../../../spec/index.ts';
import { organizationNamed } from '../../inputs.ts';

/** What organizations have published of themselves. */
export interface PublishedFacts {
  /** Roots of their CAs, by name of the organization. */
  readonly roots: ReadonlyMap<string, Roots>;
  /** Certificates of their orderers, by Kubernetes name. */
  readonly orderers: ReadonlyMap<string, PublicCertificates>;
  /** What their enrollment CAs have revoked, PEM, by name of the organization; of those alone that come to the channel. */
  readonly revocationLists: ReadonlyMap<string, string>;
}

type OrderingBlueprint = ChannelBlueprint['ordering'][number];
type MemberBlueprint = ChannelBlueprint['members'][number];

/**
 * What a channel's configuration is made of: the description, with the roots and certificates that its organizations have
 * published.
 *
 * @returns undefined if one of them is still missing, which happens in a dry run only
 */
export function channelBlueprint(
  network: Network,
  channel: Channel,
  facts: PublishedFacts,
): ChannelBlueprint | undefined {
  const { name, consensus, batch, policies, capabilities } = channel;
  const ordering = channel.orderers.map(({ organization, orderers }) =>
    orderingOrganization(network, organizationNamed(network, organization), orderers, facts),
  );
  const members = channel.peers.map(({ organization, anchorPeers }) =>
    memberOrganization(network, organizationNamed(network, organization), anchorPeers, facts),
  );
  if (!isComplete(ordering) || !isComplete(members)) return undefined;
  return { name, consensus, batch, policies, capabilities, ordering, members };
}

function isComplete<Item>(items: readonly (Item | undefined)[]): items is readonly Item[] {
  return items.every((item) => item !== undefined);
}

function orderingOrganization(
  network: Network,
  organization: Organization,
  names: readonly string[],
  facts: PublishedFacts,
): OrderingBlueprint | undefined {
  const { name, mspId } = organization;
  const roots = facts.roots.get(name);
  // In the order of the channel, as it lists them.
  const consenters = names
    .flatMap((node) => organization.orderers.filter((orderer) => orderer.name === node))
    .map((node) => {
      const certificates = facts.orderers.get(nodeName(organization, node));
      if (certificates === undefined) return undefined;
      const { identity, tls: tlsCertificate } = certificates;
      return { ...addressOf(network, organization, node, 'orderer'), mspId, identity, tlsCertificate };
    });
  if (roots === undefined || !isComplete(consenters)) return undefined;
  return { name, mspId, roots, ...revokedBy(name, facts), endpoints: consenters.map(hostAndPort), consenters };
}

function memberOrganization(
  network: Network,
  organization: Organization,
  anchorPeers: readonly string[],
  facts: PublishedFacts,
): MemberBlueprint | undefined {
  const { name, mspId } = organization;
  const roots = facts.roots.get(name);
  if (roots === undefined) return undefined;
  return {
    name,
    mspId,
    roots,
    ...revokedBy(name, facts),
    anchorPeers: anchorPeers
      .flatMap((node) => organization.peers.filter((peer) => peer.name === node))
      .map((node) => addressOf(network, organization, node, 'peer')),
  };
}

function revokedBy(organization: string, { revocationLists }: PublishedFacts): { readonly revocationList?: string } {
  const revocationList = revocationLists.get(organization);
  return revocationList === undefined ? {} : { revocationList };
}

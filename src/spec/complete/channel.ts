import { defaultCapabilities } from '../capabilities.ts';
import { DEFAULT_BATCH, DEFAULT_POLICIES, DEFAULT_RAFT, defaultBft } from '../channel-defaults.ts';
import type { ChannelDescription } from '../schema/channel.ts';
import type { Batch, Channel, Consensus, MemberOrganization, Organization, OrderingOrganization } from '../network.ts';
import { withoutUndefined } from './without-undefined.ts';

/** What a channel takes from the rest of the network. */
export interface ChannelSurroundings {
  readonly organizations: readonly Organization[];
  readonly fabricVersion: string;
}

export function completeChannel(
  channel: ChannelDescription,
  { organizations, fabricVersion }: ChannelSurroundings,
): Channel {
  const batch = { ...DEFAULT_BATCH, ...withoutUndefined(channel.batch) };
  const consensus = completeConsensus(channel.consensus, batch);
  const { application, orderer } = channel.policies ?? {};
  return {
    name: channel.name,
    orderers: (channel.orderers ?? defaultOrderers(organizations)).map((one) => completeOrdering(one, organizations)),
    peers: (channel.peers ?? defaultMembers(organizations)).map((one) => completeMember(one, organizations)),
    consensus,
    batch,
    policies: {
      application: { ...DEFAULT_POLICIES.application, ...withoutUndefined(application) },
      orderer: { ...DEFAULT_POLICIES.orderer, ...withoutUndefined(orderer) },
    },
    capabilities: { ...defaultCapabilities(fabricVersion, consensus.type), ...withoutUndefined(channel.capabilities) },
  };
}

/** Which of several would order is not for Weft to choose; that none does is then a mistake. */
function defaultOrderers(organizations: readonly Organization[]): string[] {
  const ordering = organizations.filter(({ orderers }) => orderers.length > 0).map(({ name }) => name);
  return ordering.length === 1 ? ordering : [];
}

function defaultMembers(organizations: readonly Organization[]): string[] {
  return organizations.filter(({ peers }) => peers.length > 0).map(({ name }) => name);
}

type Written<List extends 'orderers' | 'peers'> = NonNullable<ChannelDescription[List]>[number];

function completeOrdering(written: Written<'orderers'>, organizations: readonly Organization[]): OrderingOrganization {
  const { organization, orderers } = typeof written === 'string' ? { organization: written } : written;
  return { organization, orderers: orderers ?? nodesOf(organization, 'orderers', organizations) };
}

function completeMember(written: Written<'peers'>, organizations: readonly Organization[]): MemberOrganization {
  const { organization, ...chosen } = typeof written === 'string' ? { organization: written } : written;
  const peers = chosen.peers ?? nodesOf(organization, 'peers', organizations);
  return { organization, peers, anchorPeers: chosen.anchorPeers ?? peers.slice(0, 1) };
}

/** None for an organization that does not exist, which is a mistake of its own. */
function nodesOf(name: string, kind: 'orderers' | 'peers', organizations: readonly Organization[]): string[] {
  return organizations.find((organization) => organization.name === name)?.[kind].map((node) => node.name) ?? [];
}

function completeConsensus(consensus: ChannelDescription['consensus'] = 'raft', batch: Batch): Consensus {
  if (consensus === 'raft') return DEFAULT_RAFT;
  if (consensus === 'bft') return defaultBft(batch);
  return consensus.type === 'raft'
    ? { ...DEFAULT_RAFT, ...withoutUndefined(consensus) }
    : { ...defaultBft(batch), ...withoutUndefined(consensus) };
}

import { DEFAULT_BATCH, DEFAULT_POLICIES, DEFAULT_RAFT, defaultBft } from '../defaults.ts';
import { defaultCapabilities } from '../fabric-version.ts';
import { withoutUndefined } from '../mapping.ts';
import type { Batch, Channel, Consensus, MemberOrganization, Organization, OrderingOrganization } from '../network.ts';
import type { ChannelDescription } from '../schema/channel.ts';

type Organizations = ReadonlyMap<string, Organization>;

/** What a channel takes from the rest of the network. */
export interface ChannelSurroundings {
  /** In the order of the description. */
  readonly organizations: Organizations;
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

/** Which of several would order is not for Weft to choose; that none does is then an issue. */
function defaultOrderers(organizations: Organizations): string[] {
  const ordering = [...organizations.values()].filter(({ orderers }) => orderers.length > 0).map(({ name }) => name);
  return ordering.length === 1 ? ordering : [];
}

function defaultMembers(organizations: Organizations): string[] {
  return [...organizations.values()].filter(({ peers }) => peers.length > 0).map(({ name }) => name);
}

type Written<List extends 'orderers' | 'peers'> = NonNullable<ChannelDescription[List]>[number];

function completeOrdering(written: Written<'orderers'>, organizations: Organizations): OrderingOrganization {
  const { organization, orderers } = typeof written === 'string' ? { organization: written } : written;
  return { organization, orderers: orderers ?? nodesOf(organization, 'orderers', organizations) };
}

function completeMember(written: Written<'peers'>, organizations: Organizations): MemberOrganization {
  const { organization, ...chosen } = typeof written === 'string' ? { organization: written } : written;
  const peers = chosen.peers ?? nodesOf(organization, 'peers', organizations);
  return { organization, peers, anchorPeers: chosen.anchorPeers ?? peers.slice(0, 1) };
}

/** None for an organization that does not exist, which is an issue of its own. */
function nodesOf(name: string, kind: 'orderers' | 'peers', organizations: Organizations): string[] {
  return organizations.get(name)?.[kind].map((node) => node.name) ?? [];
}

function completeConsensus(consensus: ChannelDescription['consensus'] = 'raft', batch: Batch): Consensus {
  if (consensus === 'raft') return DEFAULT_RAFT;
  if (consensus === 'bft') return defaultBft(batch);
  return consensus.type === 'raft'
    ? { ...DEFAULT_RAFT, ...withoutUndefined(consensus) }
    : { ...defaultBft(batch), ...withoutUndefined(consensus) };
}

import { onNode, type Channel, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { channelSettings, membersOf, nameOf, organizationInput, orderingOf, organizationNamed } from '../../inputs.ts';
import { channelBlueprint, type PublishedFacts } from './channel-blueprint.ts';
import { createChannel, type CreatedChannel, type OrderingParticipant } from './create-channel.ts';
import type { LaunchedNode, LaunchedPeers } from '../nodes/launch-node.ts';
import type { Departures } from '../before/departures.ts';
import type { InUse } from '../before/in-use.ts';
import { leavingParts } from './leaving.ts';
import type { StepResult } from '../../../activities/activity.ts';
import { channelChildName, type ChannelStatus } from '../../messages.ts';
import type { CreatedMsps, StartedAuthorities } from '../organizations/organizations.ts';

/** Channels on their way, by name: each until it has a leader and its configuration is as described. */
export type Channels = ReadonlyMap<string, Promise<CreatedChannel>>;

interface ChannelPrerequisites {
  readonly authorities: StartedAuthorities;
  readonly msps: CreatedMsps;
  readonly orderers: Promise<readonly LaunchedNode[]>;
  readonly inUse: InUse;
  readonly departures: Departures;
}

/** Creates all channels at the same time, each in a child workflow, when the orderers are launched. */
export function createChannels(
  run: ApplyRun,
  { authorities, msps, orderers, inUse, departures }: ChannelPrerequisites,
): Channels {
  const { network, base, reference, steps, children } = run;
  const create = async (channel: Channel): Promise<CreatedChannel> => {
    const [launched, facts] = await Promise.all([orderers, publishedFacts(channel)]);
    const blueprint = channelBlueprint(network, channel, facts);
    return children.run({
      name: channelChildName(channel.name),
      workflow: createChannel,
      input: {
        base,
        channel: channelSettings(channel),
        ordering: orderingParticipants(run, channel),
        members: channel.peers.map(({ organization }) => reference(organizationNamed(network, organization))),
        unready: launched.filter(({ isReady }) => !isReady).map(nameOf),
        consenters: [...inUse.consentersOf(channel.name)],
        leaving: leavingParts(run, channel, departures.parts),
        ...(blueprint === undefined ? {} : { blueprint }),
      },
      summary: `The channel ${channel.name}: its genesis block, its orderers, its configuration`,
    });
  };
  return new Map(network.channels.map((channel) => [channel.name, create(channel)]));

  /** What the organizations of a channel have published, as soon as all of them have. */
  async function publishedFacts(channel: Channel): Promise<PublishedFacts> {
    const ordering = orderingOf(network, channel).map(({ organization }) => organization.name);
    const members = membersOf(network, channel).map(({ organization }) => organization.name);
    const [roots, certificates, revocationLists] = await Promise.all([
      allDone([...ordering, ...members].map(async (name) => [name, await authorities.get(name)] as const)),
      allDone(ordering.flatMap((name) => msps.get(name) ?? [])),
      allDone(comers(channel).map(async (name) => [name, await revocationListOf(name)] as const)),
    ]);
    return {
      roots: new Map(roots.flatMap(([name, published]) => (published === undefined ? [] : [[name, published]]))),
      orderers: new Map(certificates.flatMap(({ orderers: made }) => Object.entries(made))),
      revocationLists: new Map(revocationLists.flatMap(([name, list]) => (list === undefined ? [] : [[name, list]]))),
    };
  }

  /** Names of the organizations that come to a channel, and whose CAs have run before: those that are in it have told it what they revoked. */
  function comers(channel: Channel): readonly string[] {
    const before = inUse.participantsOf(channel.name);
    const now = [...channel.orderers, ...channel.peers].map(({ organization }) => organization);
    return [...new Set(now)].filter((name) => !before.has(name) && inUse.authorities.has(name));
  }

  /** PEM; undefined where nothing is revoked, and in a dry run, which shows no less without it. */
  async function revocationListOf(name: string): Promise<string | undefined> {
    await authorities.get(name);
    if (base.dryRun) return undefined;
    const organization = organizationNamed(network, name);
    const { cluster } = reference(organization);
    return steps.queriesAt(cluster).readRevocationList(name, organizationInput(base, organization));
  }
}

/** The organizations that order a channel, each with the Kubernetes names of its orderers there. */
export function orderingParticipants({ network, reference }: ApplyRun, channel: Channel): OrderingParticipant[] {
  return orderingOf(network, channel).map(({ organization, nodes }) => ({
    organization: reference(organization),
    orderers: nodes,
  }));
}

/** What joining a peer results in that was seen in the channel, without being asked. */
const FOUND_JOINED: StepResult = { outcome: 'unchanged', attempts: 0, reason: '' };

/** Channels with their peers on their way, by name. */
export type JoinedChannels = ReadonlyMap<string, Promise<void>>;

interface JoinPrerequisites {
  readonly peers: LaunchedPeers;
  readonly channels: Channels;
  /** What was seen of the network in this run; undefined where nobody has looked. */
  readonly seen: Promise<{ readonly channels: readonly ChannelStatus[] } | undefined>;
}

/**
 * Joins each peer to its channels when it is ready and they are, and awaits that all of them have all blocks that there were then. A peer that
 * was seen in a channel is not asked again.
 */
export function joinPeers(run: ApplyRun, { peers, channels, seen }: JoinPrerequisites): JoinedChannels {
  const { network, base, reference, steps } = run;
  const heightSeen = async (channel: Channel, node: string): Promise<number> => {
    const status = (await seen)?.channels.find(({ name }) => name === channel.name);
    return status?.peers.find(({ name }) => name === node)?.height ?? 0;
  };
  const joinOf = async (channel: Channel, created: CreatedChannel, organization: Organization, node: string) => {
    await peers.get(node);
    const { cluster } = reference(organization);
    const target = onNode(channel, node);
    const known = created.isNew ? 0 : await heightSeen(channel, node);
    if (known > 0) steps.skip([{ step: 'joinPeer', target, result: FOUND_JOINED }]);
    const { height = known } = await steps.at(cluster).joinPeer(target, {
      ...base,
      organization: reference(organization),
      channel: channel.name,
      node,
      isNewChannel: created.isNew,
    });
    return { node, isBehind: height < created.height };
  };
  const join = async (channel: Channel): Promise<void> => {
    const created = await channels.get(channel.name);
    if (created === undefined) return;
    const members = membersOf(network, channel);
    const joined = await allDone(
      members.flatMap(({ organization, nodes }) => nodes.map((node) => joinOf(channel, created, organization, node))),
    );
    if (base.dryRun) return;
    const behind = new Set(joined.filter(({ isBehind }) => isBehind).map(({ node }) => node));
    await allDone(
      members
        .map(({ organization, nodes }) => ({ organization, nodes: nodes.filter((node) => behind.has(node)) }))
        .filter(({ nodes }) => nodes.length > 0)
        .map(({ organization, nodes }) =>
          steps.at(reference(organization).cluster).awaitBlocks(onNode(channel, organization.name), {
            ...base,
            organization: reference(organization),
            channel: channel.name,
            peers: nodes,
            height: created.height,
          }),
        ),
    );
  };
  return new Map(network.channels.map((channel) => [channel.name, join(channel)]));
}

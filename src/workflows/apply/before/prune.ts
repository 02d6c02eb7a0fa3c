import type { ApplicationFailure } from '@temporalio/workflow';

import type { OwnedGroup } from '../../../activities/prune/owned-groups.ts';
import { departureInWords, nodeName, onNode, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { refusal } from '../../durable/refusal.ts';
import { allDone } from '../../durable/steps.ts';
import { nodesOf, orderersOf, type Place } from '../../inputs.ts';
import type { ApplyOptions } from '../../messages.ts';
import type { Departures } from './departures.ts';
import { revokeRemoved } from '../nodes/revoke-removed.ts';
import { chaincodeServersOf } from '../chaincodes/chaincode-servers.ts';

/** Options of a run, each decided. */
export type ApplyDecisions = Required<Omit<ApplyOptions, 'cluster'>>;

/** What the network has and its description no longer names. */
export interface Orphans {
  /** Objects of nodes and of servers of chaincodes, each with its cluster. */
  readonly groups: readonly OrphanGroup[];
  /** Names of channels. */
  readonly channels: readonly string[];
}

export interface OrphanGroup extends OwnedGroup {
  readonly cluster: string;
  /**
   * They are those of an orderer that has left its channels. Others have its blocks; an orderer that came back to what it kept of the consensus
   * would stop (fabric#5198).
   */
  readonly volumeGoes?: boolean;
}

/** Looks for what would be removed. */
export async function findOrphans(
  run: ApplyRun,
  { places: left, orderers }: Departures,
  { pruneData }: ApplyDecisions,
): Promise<Orphans> {
  const { network, places, reference, steps } = run;
  const everywhere = [...places, ...left];
  const volumesGo = new Set(orderers.map((name) => `weft.dev/node=${name}`));
  const clusters = [...new Set(everywhere.map(({ cluster }) => cluster))];
  const [removals, found] = await Promise.all([
    allDone(
      clusters.map(async (cluster) => {
        const described = network.organizations
          .filter((organization) => reference(organization).cluster === cluster)
          .map((organization) => describedOrganization(run, organization));
        const groups = await steps.queriesAt(cluster).findRemovals(network.name, {
          ...{ network: network.name, described, pruneData },
          ...(left.length > 0 ? { alsoIn: namespacesOf(left, cluster) } : {}),
          ...(orderers.length > 0 ? { volumesOf: orderers } : {}),
        });
        return groups.map((group) => ({
          ...{ ...group, cluster },
          ...(volumesGo.has(group.selector) ? { volumeGoes: true } : {}),
        }));
      }),
    ),
    allDone(
      everywhere.map(({ cluster, namespace }) =>
        steps.queriesAt(cluster).findChannels(namespace, { network: network.name, namespaces: [namespace] }),
      ),
    ),
  ]);
  const described = new Set(network.channels.map(({ name }) => name));
  return { groups: removals.flat(), channels: [...new Set(found.flat())].filter((name) => !described.has(name)) };
}

/**
 * Removals and departures are asked about before the run, not during it: nothing waits half done for an answer.
 *
 * @throws ApplicationFailure `RemovalNotApproved`, `ChannelRemovalNotApproved`
 */
export function requireApproval(
  { base }: ApplyRun,
  { groups, channels }: Orphans,
  { parts }: Departures,
  { approveRemoval, removeChannels }: ApplyDecisions,
): void {
  if (base.dryRun) return;
  const departures = parts.flatMap(departureInWords);
  if (groups.length + departures.length > 0 && !approveRemoval) throw removalNotApproved(groups, departures);
  if (channels.length > 0 && !removeChannels) throw channelRemovalNotApproved(channels);
}

function namespacesOf(places: readonly Place[], cluster: string): string[] {
  return places.filter((place) => place.cluster === cluster).map(({ namespace }) => namespace);
}

function describedOrganization(
  run: ApplyRun,
  organization: Organization,
): { readonly name: string; readonly namespace: string; readonly nodes: readonly string[] } {
  return {
    name: organization.name,
    namespace: organization.namespace,
    nodes: [
      ...nodesOf(organization).map(({ node }) => nodeName(organization, node)),
      ...chaincodeServersOf(run, organization).map(({ name }) => name),
    ],
  };
}

/**
 * Removes what the description no longer names: channels before the nodes that order them, the certificates of nodes before what they are made of, and
 * nodes before what is left where nobody is any more.
 */
export async function pruneOrphans(
  run: ApplyRun,
  { groups, channels }: Orphans,
  { places }: Departures,
  { pruneData }: ApplyDecisions,
): Promise<void> {
  const { network, base, reference, steps } = run;
  const ordering = new Map(orderersOf(network).map(({ organization, nodes }) => [organization.name, nodes]));
  await allDone(
    channels.flatMap((channel) =>
      network.organizations.map((organization) =>
        steps.at(reference(organization).cluster).removeChannel(onNode({ name: channel }, organization.name), {
          ...base,
          organization: reference(organization),
          channel,
          orderers: ordering.get(organization.name) ?? [],
        }),
      ),
    ),
  );
  await revokeRemoved(run, groups);
  const settings = { network: network.name, dryRun: base.dryRun, keepData: !pruneData };
  await allDone(
    groups.map(({ cluster, ...group }) => steps.at(cluster).removeNode(group.target, { ...group, ...settings })),
  );
  await allDone(
    places.map(({ cluster, namespace }) =>
      steps.at(cluster).removeNetworkObjects(namespace, { ...settings, namespace }),
    ),
  );
}

function removalNotApproved(groups: readonly OrphanGroup[], departures: readonly string[]): ApplicationFailure {
  const targets = groups.map(({ target }) => target);
  const withVolumes = groups.filter(({ volumeGoes }) => volumeGoes === true).map(({ target }) => target);
  const facts = [
    ...(targets.length === 0 ? [] : [`The description no longer names ${targets.join(', ')}.`]),
    ...departures.map((departure) => `${departure}.`),
  ];
  return refusal(
    'RemovalNotApproved',
    `${facts.join(' ')} Nothing was touched. ` +
      'That is done by a run with approval: {"approveRemoval": true} as the second argument of applyNetwork.',
    {
      ...{ kind: 'approveRemoval', targets },
      ...(withVolumes.length > 0 ? { withVolumes } : {}),
      ...(departures.length > 0 ? { departures } : {}),
    },
  );
}

function channelRemovalNotApproved(names: readonly string[]): ApplicationFailure {
  return refusal(
    'ChannelRemovalNotApproved',
    `The description no longer names the channel ${names.join(', ')}, which stands. Nothing was touched. Its blocks cannot be ` +
      'brought back once its orderers have left it. It is removed by a run with {"removeChannels": true} as the second ' +
      'argument of applyNetwork.',
    { kind: 'approveChannelRemoval', channels: names },
  );
}

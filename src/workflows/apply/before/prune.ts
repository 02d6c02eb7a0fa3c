import type { ApplicationFailure } from '@temporalio/workflow';

import type { OwnedGroup } from '../../../activities/prune/owned-groups.ts';
import { nodeName, onNode, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { refusal } from '../../durable/refusal.ts';
import { allDone } from '../../durable/steps.ts';
import { nodesOf, orderersOf } from '../../inputs.ts';
import type { ApplyOptions } from '../../messages.ts';
import { chaincodeServersOf } from '../chaincodes/chaincode-servers.ts';

/** Options of a run, each decided. */
export type ApplyDecisions = Required<Omit<ApplyOptions, 'cluster'>>;

/** What the network has and its description no longer names. */
export interface Orphans {
  /** Objects of nodes and of servers of chaincodes, each with its cluster. */
  readonly groups: readonly (OwnedGroup & { readonly cluster: string })[];
  /** Names of channels. */
  readonly channels: readonly string[];
}

/** Looks for what would be removed. */
export async function findOrphans(run: ApplyRun, { pruneData }: ApplyDecisions): Promise<Orphans> {
  const { network, places, reference, steps } = run;
  const clusters = [...new Set(places.map(({ cluster }) => cluster))];
  const [removals, found] = await Promise.all([
    allDone(
      clusters.map(async (cluster) => {
        const described = network.organizations
          .filter((organization) => reference(organization).cluster === cluster)
          .map((organization) => describedOrganization(run, organization));
        const groups = await steps
          .queriesAt(cluster)
          .findRemovals(network.name, { network: network.name, described, pruneData });
        return groups.map((group) => ({ ...group, cluster }));
      }),
    ),
    allDone(
      places.map(({ cluster, namespace }) =>
        steps.queriesAt(cluster).findChannels(namespace, { network: network.name, namespaces: [namespace] }),
      ),
    ),
  ]);
  const described = new Set(network.channels.map(({ name }) => name));
  return { groups: removals.flat(), channels: [...new Set(found.flat())].filter((name) => !described.has(name)) };
}

/**
 * Removals are asked about before the run, not during it: nothing waits half done for an answer.
 *
 * @throws ApplicationFailure `RemovalNotApproved`, `ChannelRemovalNotApproved`
 */
export function requireApproval(
  { base }: ApplyRun,
  { groups, channels }: Orphans,
  { approveRemoval, removeChannels }: ApplyDecisions,
): void {
  if (base.dryRun) return;
  if (groups.length > 0 && !approveRemoval) throw removalNotApproved(groups.map(({ target }) => target));
  if (channels.length > 0 && !removeChannels) throw channelRemovalNotApproved(channels);
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

/** Removes what the description no longer names: channels before the nodes that order them. */
export async function pruneOrphans(
  run: ApplyRun,
  { groups, channels }: Orphans,
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
  const settings = { network: network.name, dryRun: base.dryRun, keepData: !pruneData };
  await allDone(
    groups.map(({ cluster, ...group }) => steps.at(cluster).removeNode(group.target, { ...group, ...settings })),
  );
}

function removalNotApproved(targets: readonly string[]): ApplicationFailure {
  return refusal(
    'RemovalNotApproved',
    `The description no longer names ${targets.join(', ')}. Nothing was touched. ` +
      'They are removed by a run with approval: {"approveRemoval": true} as the second argument of applyNetwork.',
    { kind: 'approveRemoval', targets },
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

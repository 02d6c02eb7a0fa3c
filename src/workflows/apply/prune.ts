import { ApplicationFailure } from '@temporalio/workflow';

import type { FoundChannel } from '../../activities/channels/removal.ts';
import type { OwnedGroup } from '../../activities/prune/owned-objects.ts';
import { nodeName, type Remedy } from '../../spec/index.ts';
import type { BringUp } from '../durable/run.ts';
import { chaincodeServersOf } from './chaincode-servers.ts';
import type { ApplyOptions } from '../messages.ts';
import { allDone } from '../durable/steps.ts';
import { nodesOf, orderersOfNetwork } from '../inputs.ts';

/** What the network has and its description no longer names. */
export interface LeftOvers {
  /** Objects of nodes and of servers of chaincodes. */
  readonly groups: readonly OwnedGroup[];
  readonly channels: readonly FoundChannel[];
}

/**
 * Looks for what would be removed. That is asked about before the run, not during it: nothing waits half done for an answer.
 *
 * @throws ApplicationFailure `RemovalNotApproved`, `ChannelRemovalNotApproved`
 */
export async function findLeftOvers(
  { network, namespaces, base: { dryRun }, activities }: BringUp,
  { approveRemoval, removeChannels, pruneData }: Required<ApplyOptions>,
): Promise<LeftOvers> {
  const [groups, found] = await Promise.all([
    activities.look('findRemovals', network.name, {
      network: network.name,
      described: network.organizations.map((organization) => ({
        name: organization.name,
        namespace: organization.namespace,
        nodes: [
          ...nodesOf(organization).map(({ node }) => nodeName(organization, node)),
          ...chaincodeServersOf(network, organization).map(({ name }) => name),
        ],
      })),
      pruneData,
    }),
    activities.look('findChannels', network.name, { network: network.name, namespaces }),
  ]);
  if (groups.length > 0 && !dryRun && !approveRemoval) throw removalNotApproved(groups.map(({ target }) => target));
  const channels = found.filter(({ name }) => !network.channels.some((channel) => channel.name === name));
  if (channels.length > 0 && !dryRun && !removeChannels) throw channelRemovalNotApproved(channels);
  return { groups, channels };
}

/** Channels go before the nodes that order them. */
export async function removeLeftOvers(
  { network, base, steps }: BringUp,
  { groups, channels }: LeftOvers,
  { pruneData }: Required<ApplyOptions>,
): Promise<void> {
  const orderers = orderersOfNetwork(network);
  await allDone(
    channels.map(({ name, genesisNamespace }) =>
      steps.run('removeChannel', name, { ...base, channel: name, genesisNamespace, orderers }),
    ),
  );
  const settings = { network: network.name, dryRun: base.dryRun, keepData: !pruneData };
  await allDone(groups.map((group) => steps.run('removeNode', group.target, { ...group, ...settings })));
}

function removalNotApproved(targets: readonly string[]): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'RemovalNotApproved',
    nonRetryable: true,
    message:
      `The description no longer names ${targets.join(', ')}. Nothing was touched. ` +
      'To remove them, run again with approval: `weft up --yes`, or {"approveRemoval": true} as the second argument of applyNetwork.',
    details: [{ remedy: { kind: 'approveRemoval', targets } satisfies Remedy }],
  });
}

function channelRemovalNotApproved(channels: readonly FoundChannel[]): ApplicationFailure {
  const names = channels.map(({ name }) => name);
  return ApplicationFailure.create({
    type: 'ChannelRemovalNotApproved',
    nonRetryable: true,
    message:
      `The description no longer names the channel ${names.join(', ')}, which stands. Nothing was touched. Its blocks cannot be ` +
      'brought back once its orderers have left it: describe it again, or have it removed by `weft up --remove-channels`, ' +
      'or {"removeChannels": true} as the second argument of applyNetwork.',
    details: [{ remedy: { kind: 'approveChannelRemoval', channels: names } satisfies Remedy }],
  });
}

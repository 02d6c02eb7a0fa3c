import { CancellationScope, isCancellation, setHandler } from '@temporalio/workflow';

import type { JoinInput } from '../../activities/channels/join.ts';
import type { ChannelInput, RunningNode } from '../../activities/inputs.ts';
import { onNode } from '../../spec/index.ts';
import { activitiesOf } from '../durable/activities.ts';
import { progressQuery, type StepRecord } from '../messages.ts';
import { awaitPeers } from '../durable/readiness.ts';
import { allDone, recordSteps, type Steps } from '../durable/steps.ts';

export interface CreatedChannel {
  readonly steps: readonly StepRecord[];
  /** Kubernetes names of orderers that may not have joined: they did not stand, and the channel got on without them. */
  readonly absent: readonly string[];
}

/**
 * One channel: its genesis block, which is made once and kept, the orderers that join, their leader, what has changed in its
 * configuration since, and the peers, each of which joins when it stands. It begins when the orderers stand.
 *
 * @param peers those that join
 * @param unready Kubernetes names of orderers that do not stand; the channel gets on without them as long as a leader can be elected
 */
export async function createChannel(
  cluster: string,
  target: ChannelInput,
  peers: readonly RunningNode[],
  unready: readonly string[],
): Promise<CreatedChannel> {
  const activities = activitiesOf(cluster);
  const steps = recordSteps(activities);
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));
  const stands = awaitPeers();

  const { channel, network, dryRun, genesisNamespace, orderers } = target;

  const genesis = await steps.run('createGenesisBlock', channel.name, target);
  const isNewChannel = genesis.outcome === 'created';
  const join = (node: RunningNode): JoinInput => ({
    ...{ network, dryRun, channel: channel.name, genesisNamespace, isNewChannel },
    ...node,
  });
  const joinOrderer = (orderer: RunningNode, step: Steps['run']): Promise<unknown> =>
    step('joinOrderer', onNode(channel, orderer.node), {
      ...join(orderer),
      others: orderers.filter((other) => other !== orderer),
    });
  const isStanding = ({ node }: RunningNode): boolean => !unready.includes(node);
  // The channel does not wait for those that do not stand, but it may need them: they join if they can before all else is done.
  const late = new CancellationScope();
  const lateJoins = late.run(() =>
    Promise.all(
      orderers
        .filter((orderer) => !isStanding(orderer))
        .map((orderer) => joinOrderer(orderer, steps.attempt).then(() => [], absentIfCancelled(orderer))),
    ),
  );
  // Awaited at the end; a rejection before that is no reason to fail the workflow's task.
  lateJoins.catch(() => undefined);
  await allDone(orderers.filter(isStanding).map((orderer) => joinOrderer(orderer, steps.run)));
  const consensus = channel.consensus.type;
  if (!dryRun)
    await steps.run('awaitLeader', channel.name, {
      network: network.name,
      channel: channel.name,
      consensus,
      orderers,
    });
  // A new channel begins with what the description says.
  if (!isNewChannel) await steps.run('updateChannelConfig', channel.name, target);

  const joinPeer = async (peer: RunningNode): Promise<void> => {
    await stands(peer);
    await steps.run('joinPeer', onNode(channel, peer.node), join(peer));
  };
  await allDone(peers.map(joinPeer));
  if (!dryRun) await steps.run('awaitBlocks', channel.name, { channel: channel.name, orderers, peers });
  late.cancel();
  const absent = (await lateJoins).flat();
  return { steps: steps.records, absent };
}

/** What became of a join that was given up; any other failure is one of the channel. */
function absentIfCancelled({ node }: RunningNode): (error: unknown) => string[] {
  return (error) => {
    if (!isCancellation(error)) throw error;
    return [node];
  };
}

import { CancellationScope, condition, defineSignal, setHandler } from '@temporalio/workflow';

import type { JoinTarget } from '../activities/channels.ts';
import type { ChannelTarget, RunningNode } from '../activities/targets.ts';
import { onNode } from '../spec/index.ts';
import { activitiesOf } from './activities.ts';
import { progressQuery, type StepRecord } from './messages.ts';
import { allDone, recordSteps } from './steps.ts';

/** Tells {@link createChannel} that the peers stand, so that they can join. */
export const peersStandSignal = defineSignal('peersStand');

/**
 * One channel: its genesis block, which is made once and kept, the orderers that join, their leader, what has changed in its
 * configuration since, and the peers that join. It begins when the orderers stand, while peers are still being launched.
 *
 * @param peers those that join
 * @param unready Kubernetes names of orderers that do not stand; the channel gets on without them as long as a leader can be elected
 */
export async function createChannel(
  cluster: string,
  target: ChannelTarget,
  peers: readonly RunningNode[],
  unready: readonly string[],
): Promise<{ readonly steps: readonly StepRecord[] }> {
  const activities = activitiesOf(cluster);
  const steps = recordSteps(activities);
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));
  let peersStand = false;
  setHandler(peersStandSignal, () => {
    peersStand = true;
  });

  const { channel, network, dryRun, genesisNamespace, orderers } = target;

  const genesis = await steps.run('createGenesisBlock', channel.name, target);
  const isNewChannel = genesis.outcome === 'created';
  const join = (node: RunningNode): JoinTarget => ({
    ...{ network, dryRun, channel: channel.name, genesisNamespace, isNewChannel },
    ...node,
  });
  const joinOrderers = (joining: readonly RunningNode[]): Promise<unknown>[] =>
    joining.map((orderer) =>
      steps.run('joinOrderer', onNode(channel, orderer.node), {
        ...join(orderer),
        others: orderers.filter((other) => other !== orderer),
      }),
    );
  const isStanding = ({ node }: RunningNode): boolean => !unready.includes(node);
  // The channel does not wait for those that do not stand, but it may need them: they join as soon as they can, while it has no leader.
  const late = new CancellationScope();
  const lateJoins = late.run(() =>
    Promise.allSettled(joinOrderers(orderers.filter((orderer) => !isStanding(orderer)))),
  );
  await allDone(joinOrderers(orderers.filter(isStanding)));
  const consensus = channel.consensus.type;
  if (!dryRun) await steps.run('awaitLeader', channel.name, { channel: channel.name, consensus, orderers });
  late.cancel();
  await lateJoins;
  // A new channel begins with what the description says.
  if (!isNewChannel) await steps.run('updateChannelConfig', channel.name, target);

  await condition(() => peersStand);
  await allDone(peers.map((peer) => steps.run('joinPeer', onNode(channel, peer.node), join(peer))));
  if (!dryRun) await steps.run('awaitBlocks', channel.name, { channel: channel.name, orderers, peers });
  return { steps: steps.records };
}

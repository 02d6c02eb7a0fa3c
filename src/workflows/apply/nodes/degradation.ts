import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { activitiesAt } from '../../durable/activities.ts';
import { nameOf, rolloutOf, targetOf } from '../../inputs.ts';
import type { Degradation } from '../../messages.ts';
import type { Channels } from '../channels/channels.ts';
import type { LaunchedNode } from './launch-node.ts';

/**
 * Looks once more at orderers that the run did not wait for: what the run tells at its end is how they are at its end.
 *
 * @param channels all of them created, each knowing which orderers it got on without
 */
export async function degradationsOf(
  { network, reference }: ApplyRun,
  orderers: readonly LaunchedNode[],
  channels: Channels,
): Promise<readonly Degradation[]> {
  const created = await Promise.all(
    [...channels].map(async ([channel, made]) => ({ channel, absent: (await made).absent })),
  );
  const looks = orderers
    .filter(({ isReady }) => !isReady)
    .map(async (orderer): Promise<Degradation | undefined> => {
      const target = targetOf(orderer);
      const rollout = { ...rolloutOf(network, orderer), after: 'unchanged', dispensableAfterSeconds: 0 } as const;
      // No step of the run: it changes nothing, and what it finds is the run's own result.
      const { ready, reason } = await activitiesAt(reference(orderer.organization).cluster).awaitRollout(
        target,
        rollout,
      );
      if (!ready) return { target, reason };
      const name = nameOf(orderer);
      const missed = created.filter(({ absent }) => absent.includes(name)).map(({ channel }) => channel);
      if (missed.length === 0) return undefined;
      return {
        target,
        reason: `${name} came back too late to join ${missed.join(', ')}. The next run of the network has it join.`,
      };
    });
  return (await allDone(looks)).filter((degradation) => degradation !== undefined);
}

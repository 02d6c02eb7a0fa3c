import { nodeName } from '../../spec/index.ts';
import type { BringUp } from '../durable/run.ts';
import type { Channels } from './channels.ts';
import type { Degradation } from '../messages.ts';
import { allDone } from '../durable/steps.ts';
import { rolloutOf, targetOf, type PlacedNode } from '../inputs.ts';

/**
 * Looks once more at orderers that the run did not wait for: what the run tells at its end is how they are at its end.
 *
 * @param unready those that did not stand when the others were launched
 * @param channels all of them done, each knowing which orderers it got on without
 */
export async function degradationsOf(
  { network, activities }: BringUp,
  unready: readonly PlacedNode[],
  channels: Channels,
): Promise<readonly Degradation[]> {
  const made = await Promise.all(
    [...channels].map(async ([channel, created]) => ({ channel, absent: (await created).absent })),
  );
  const looks = unready.map(async (placed): Promise<Degradation | undefined> => {
    const target = targetOf(placed);
    const rollout = { ...rolloutOf(network, placed), after: 'unchanged', dispensableAfterSeconds: 0 } as const;
    const { ready, reason } = await activities.step('awaitRollout', target, rollout);
    if (!ready) return { target, reason };
    const name = nodeName(placed.organization, placed.node);
    const missed = made.filter(({ absent }) => absent.includes(name)).map(({ channel }) => channel);
    if (missed.length === 0) return undefined;
    return { target, reason: `${name} came back too late to join ${missed.join(', ')}: run weft up again.` };
  });
  return (await allDone(looks)).filter((degradation) => degradation !== undefined);
}

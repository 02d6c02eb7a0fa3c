import { nodeName, type Network } from '../spec/index.ts';
import type { ClusterActivities } from './activities.ts';
import type { Degradation } from './messages.ts';
import { allDone } from './steps.ts';
import { rolloutOf, targetOf, type PlacedNode } from './targets.ts';

/** A channel that stands, and which orderers it got on without. */
interface StandingChannel {
  readonly channel: string;
  /** Kubernetes names of orderers that may not have joined it. */
  readonly absent: readonly string[];
}

/**
 * Looks once more at orderers that the run did not wait for: what the run tells at its end is how they are at its end.
 *
 * @param unready those that did not stand when the others were launched
 */
export async function degradationsOf(
  network: Network,
  unready: readonly PlacedNode[],
  channels: readonly StandingChannel[],
  activities: ClusterActivities,
): Promise<readonly Degradation[]> {
  const looks = unready.map(async (placed): Promise<Degradation | undefined> => {
    const target = targetOf(placed);
    const rollout = { ...rolloutOf(network, placed), after: 'unchanged', dispensableAfterSeconds: 0 } as const;
    const { ready, reason } = await activities.step('awaitRollout', target, rollout);
    if (!ready) return { target, reason };
    const name = nodeName(placed.organization, placed.node);
    const missed = channels.filter(({ absent }) => absent.includes(name)).map(({ channel }) => channel);
    if (missed.length === 0) return undefined;
    return { target, reason: `${name} came back too late to join ${missed.join(', ')}: run weft up again.` };
  });
  return (await allDone(looks)).filter((degradation) => degradation !== undefined);
}

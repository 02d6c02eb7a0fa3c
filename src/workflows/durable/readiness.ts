import { condition, defineSignal, setHandler } from '@temporalio/workflow';

import type { RunningNode } from '../../activities/inputs.ts';
import type { OpenPart } from './children.ts';

/** Tells a part of a run which peers stand, by their Kubernetes names. */
const peersStandSignal = defineSignal<[readonly string[]]>('peersStand');

/** In a part: a wait for one peer after the other, which the run is still launching when the part begins. */
export function awaitPeers(): (peer: RunningNode) => Promise<void> {
  const standing = new Set<string>();
  setHandler(peersStandSignal, (nodes) => {
    for (const node of nodes) standing.add(node);
  });
  return ({ node }) => condition(() => standing.has(node));
}

/** Peers as their run launches them. */
export interface LaunchedPeers {
  /** Kubernetes names of those that stand. */
  readonly standing: ReadonlySet<string>;
  /** Fulfilled when all stand; rejected when one cannot. */
  readonly allStand: Promise<unknown>;
}

/** In the run: tells a part of its peers as they come to stand, those that do so together at once. */
export async function tellOfPeers(
  part: OpenPart,
  peers: readonly RunningNode[],
  { standing, allStand }: LaunchedPeers,
): Promise<void> {
  const untold = new Set(peers.map(({ node }) => node));
  const news = (): string[] => [...untold].filter((node) => standing.has(node));
  while (untold.size > 0) {
    await Promise.race([condition(() => news().length > 0), allStand]);
    const nodes = news();
    for (const node of nodes) untold.delete(node);
    await part.tell(peersStandSignal, nodes);
  }
}

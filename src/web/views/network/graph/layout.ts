import ELK from 'elkjs/lib/elk-api.js';
// As a file of its own: it is under the Eclipse Public License, and a worker loads it by its address.
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';

import type { Graph } from '../../../model/graph.ts';

export interface Position {
  readonly x: number;
  readonly y: number;
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.partitioning.activate': 'true',
  // Boxes stay in the order of the description, whatever joins which channel.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.spacing.nodeNode': '16',
  'elk.layered.spacing.nodeNodeBetweenLayers': '110',
};

let elk: InstanceType<typeof ELK> | undefined;

/** Where each box of a graph goes. It is worked out beside the page, which stays responsive; whoever asks does so once for each structure. */
export async function layoutOf({ boxes, edges, columns }: Graph): Promise<ReadonlyMap<string, Position>> {
  elk ??= new ELK({ workerUrl });
  const placed = await elk.layout({
    id: 'network',
    layoutOptions: OPTIONS,
    children: boxes.map(({ id, width, height }) => ({
      ...{ id, width, height },
      layoutOptions: { 'elk.partitioning.partition': String(columns.get(id) ?? 0) },
    })),
    edges: edges.map(({ id, source, target }) => ({ id, sources: [source], targets: [target] })),
  });
  return new Map((placed.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}

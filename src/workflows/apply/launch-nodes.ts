import { nodeName, type NodeKind } from '../../spec/index.ts';
import type { BringUp } from '../durable/run.ts';
import { allDone } from '../durable/steps.ts';
import { nodesOf, nodeInput, rolloutOf, targetOf, type PlacedNode } from '../inputs.ts';

/** The nodes of a run as they are launched. */
export interface Launches {
  /** Deploys all nodes of a kind at the same time and awaits their rollouts. */
  readonly launch: (kind: NodeKind) => Promise<unknown>;
  /** Kubernetes names of those that stand; in a dry run of those that would. */
  readonly standing: ReadonlySet<string>;
  /** Orderers that do not stand although nothing about them has changed, and that channels may do without. */
  readonly unready: readonly PlacedNode[];
}

export function launchNodes({ network, base, steps }: BringUp): Launches {
  const standing = new Set<string>();
  const unready: PlacedNode[] = [];
  const deploy = async (placed: PlacedNode): Promise<boolean> => {
    const label = targetOf(placed);
    const deployed = await steps.run('applyDeployment', label, nodeInput(base, placed));
    if (base.dryRun || deployed.rolledOut) return true;
    // Channels know by themselves whether enough of their orderers are left.
    const isDispensable = placed.kind === 'orderer' && deployed.outcome === 'unchanged' && network.channels.length > 0;
    const { ready } = await steps.run('awaitRollout', label, {
      ...rolloutOf(network, placed),
      after: deployed.outcome,
      ...(isDispensable ? { dispensableAfterSeconds: PATIENCE_WITH_ORDERER_SECONDS } : {}),
    });
    return ready;
  };
  const launchNode = async (placed: PlacedNode): Promise<void> => {
    if (await deploy(placed)) standing.add(nodeName(placed.organization, placed.node));
    else unready.push(placed);
  };
  return {
    standing,
    unready,
    launch: (kind) => {
      const nodes = network.organizations.flatMap(nodesOf).filter((placed) => placed.kind === kind);
      return allDone(nodes.map(launchNode));
    },
  };
}

/** A pod that was moved to another machine comes back sooner; one that does not is somebody's to look at, and no reason to wait. */
const PATIENCE_WITH_ORDERER_SECONDS = 15;

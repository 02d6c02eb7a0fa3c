import type { NetworkTarget } from '../activities/targets.ts';
import { nodeName, type Network } from '../spec/index.ts';
import type { Steps } from './steps.ts';
import { nodeTarget, rolloutOf, targetOf, type PlacedNode } from './targets.ts';

/** The nodes of a run as they are launched. */
export interface Launches {
  /** Deploys a node and awaits its rollout. */
  readonly launch: (placed: PlacedNode, hasNewCertificates: boolean) => Promise<void>;
  /** Kubernetes names of those that stand; in a dry run of those that would. */
  readonly standing: ReadonlySet<string>;
  /** Orderers that do not stand although nothing about them has changed, and that channels may do without. */
  readonly unready: readonly PlacedNode[];
}

export function launchNodes(network: Network, base: NetworkTarget, steps: Steps): Launches {
  const standing = new Set<string>();
  const unready: PlacedNode[] = [];
  const launch = async (placed: PlacedNode, hasNewCertificates: boolean): Promise<boolean> => {
    const label = targetOf(placed);
    const deployed = await steps.run('applyDeployment', label, nodeTarget(base, placed, hasNewCertificates));
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
  return {
    standing,
    unready,
    launch: async (placed, hasNewCertificates) => {
      if (await launch(placed, hasNewCertificates)) standing.add(nodeName(placed.organization, placed.node));
      else unready.push(placed);
    },
  };
}

/** A pod that was moved to another machine comes back sooner; one that does not is somebody's to look at, and no reason to wait. */
const PATIENCE_WITH_ORDERER_SECONDS = 15;

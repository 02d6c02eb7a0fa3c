import type { ApplyRun } from '../../durable/run.ts';
import { nodeInput, rolloutOf, targetOf, type OrganizationNode } from '../../inputs.ts';

/** A node whose Deployment was applied and whose rollout was awaited. */
export interface LaunchedNode extends OrganizationNode {
  /** False only for an orderer that the network can do without. */
  readonly isReady: boolean;
}

/** Peers on their way, by Kubernetes name. */
export type LaunchedPeers = ReadonlyMap<string, Promise<LaunchedNode>>;

/** Applies a node's Deployment and awaits its rollout, if there is one. */
export async function launchNode(run: ApplyRun, node: OrganizationNode): Promise<LaunchedNode> {
  const { network, base, reference, steps } = run;
  const step = steps.at(reference(node.organization).cluster);
  const deployed = await step.applyDeployment(targetOf(node), nodeInput(base, node));
  if (base.dryRun || deployed.rolledOut) return { ...node, isReady: true };
  // Channels know by themselves whether enough of their orderers are left.
  const isDispensable = node.kind === 'orderer' && deployed.outcome === 'unchanged' && network.channels.length > 0;
  const { ready } = await step.awaitRollout(targetOf(node), {
    ...rolloutOf(network, node),
    after: deployed.outcome,
    ...(isDispensable ? { dispensableAfterSeconds: PATIENCE_WITH_ORDERER_SECONDS } : {}),
  });
  return { ...node, isReady: ready };
}

/** A pod that was moved to another machine comes back sooner; one that does not is somebody's to look at, and no reason to wait. */
const PATIENCE_WITH_ORDERER_SECONDS = 15;

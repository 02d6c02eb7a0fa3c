import type { ApplyRun } from '../durable/run.ts';
import { allDone } from '../durable/steps.ts';
import { nameOf, nodeInput, nodesOf, rolloutOf, targetOf, type OrganizationNode } from '../inputs.ts';
import type { CreatedMsps } from './organizations.ts';

/** A node whose Deployment was applied and whose rollout was awaited. */
export interface LaunchedNode extends OrganizationNode {
  /** False only for an orderer that the network can do without. */
  readonly isReady: boolean;
}

/** What has to be there before nodes can be launched. */
interface Prerequisites {
  readonly tlsRoots: Promise<void>;
  readonly msps: CreatedMsps;
}

/** Launches all orderers when the MSPs of the organizations that have orderers are made. */
export async function launchOrderers(
  run: ApplyRun,
  { tlsRoots, msps }: Prerequisites,
): Promise<readonly LaunchedNode[]> {
  const organizations = run.network.organizations.filter(({ orderers }) => orderers.length > 0);
  await allDone([tlsRoots, ...organizations.flatMap(({ name }) => msps.get(name) ?? [])]);
  run.milestone('Launching orderers');
  return allDone(nodesOfKind(run, 'orderer').map((node) => launchNode(run, node)));
}

/** Peers on their way, by Kubernetes name. */
export type LaunchedPeers = ReadonlyMap<string, Promise<LaunchedNode>>;

/** Launches all peers when the orderers are ready and all MSPs are made. */
export function launchPeers(
  run: ApplyRun,
  { orderers, msps }: { readonly orderers: Promise<readonly LaunchedNode[]>; readonly msps: CreatedMsps },
): LaunchedPeers {
  const begun = allDone([orderers, ...msps.values()]).then(() => {
    run.milestone('Launching peers');
  });
  const launch = async (node: OrganizationNode): Promise<LaunchedNode> => {
    await begun;
    return launchNode(run, node);
  };
  return new Map(nodesOfKind(run, 'peer').map((node) => [nameOf(node), launch(node)]));
}

function nodesOfKind({ network }: ApplyRun, kind: OrganizationNode['kind']): OrganizationNode[] {
  return network.organizations.flatMap(nodesOf).filter((node) => node.kind === kind);
}

/** Applies a node's Deployment and awaits its rollout, if there is one. */
async function launchNode(run: ApplyRun, node: OrganizationNode): Promise<LaunchedNode> {
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

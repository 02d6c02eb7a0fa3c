import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { nameOf, nodesOf, type OrganizationNode } from '../../inputs.ts';
import { launchNode, type LaunchedNode, type LaunchedPeers } from './launch-node.ts';
import type { CreatedMsps } from '../organizations/organizations.ts';
import { rollOrderers, rollPeers } from './roll-nodes.ts';

/** What has to be there before nodes can be launched, and whether the network does its work meanwhile. */
interface Prerequisites {
  readonly tlsRoots: Promise<void>;
  readonly msps: CreatedMsps;
  /** It was brought up before: its nodes restart one at a time. */
  readonly isStanding: boolean;
}

/** Launches the orderers when the MSPs of the organizations that have orderers are made. */
export async function launchOrderers(
  run: ApplyRun,
  { tlsRoots, msps, isStanding }: Prerequisites,
): Promise<readonly LaunchedNode[]> {
  const organizations = run.network.organizations.filter(({ orderers }) => orderers.length > 0);
  await allDone([tlsRoots, ...organizations.flatMap(({ name }) => msps.get(name) ?? [])]);
  run.milestone('Launching orderers');
  const orderers = nodesOfKind(run, 'orderer');
  return isStanding ? rollOrderers(run, orderers) : allDone(orderers.map((node) => launchNode(run, node)));
}

/** Launches the peers when the orderers are ready and all MSPs are made. */
export function launchPeers(
  run: ApplyRun,
  {
    orderers,
    msps,
    isStanding,
  }: Pick<Prerequisites, 'msps' | 'isStanding'> & { readonly orderers: Promise<readonly LaunchedNode[]> },
): LaunchedPeers {
  const begun = allDone([orderers, ...msps.values()]).then(() => {
    run.milestone('Launching peers');
  });
  const peers = nodesOfKind(run, 'peer');
  if (isStanding) return rollPeers(run, peers, begun);
  const launch = async (node: OrganizationNode): Promise<LaunchedNode> => {
    await begun;
    return launchNode(run, node);
  };
  return new Map(peers.map((node) => [nameOf(node), launch(node)]));
}

function nodesOfKind({ network }: ApplyRun, kind: OrganizationNode['kind']): OrganizationNode[] {
  return network.organizations.flatMap(nodesOf).filter((node) => node.kind === kind);
}

import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { nodesOf, type OrganizationNode } from '../../inputs.ts';
import type { InUse } from '../before/in-use.ts';
import type { LaunchedNode, LaunchedPeers } from './launch-node.ts';
import type { CreatedMsps } from '../organizations/organizations.ts';
import { rollOrderers, rollPeers } from './roll-nodes.ts';

/** What has to be there before nodes can be launched, and which of them are in use meanwhile. */
interface Prerequisites {
  readonly tlsRoots: Promise<void>;
  readonly msps: CreatedMsps;
  readonly inUse: InUse;
}

/** Launches the orderers when the MSPs of the organizations that have orderers are made. */
export async function launchOrderers(
  run: ApplyRun,
  { tlsRoots, msps, inUse }: Prerequisites,
): Promise<readonly LaunchedNode[]> {
  const organizations = run.network.organizations.filter(({ orderers }) => orderers.length > 0);
  await allDone([tlsRoots, ...organizations.flatMap(({ name }) => msps.get(name) ?? [])]);
  run.milestone('Launching orderers');
  return rollOrderers(run, nodesOfKind(run, 'orderer'), inUse);
}

/** Launches the peers of an organization when its MSPs are made. They need no orderer to start; those that restart come after the orderers. */
export function launchPeers(
  run: ApplyRun,
  { orderers, tlsRoots, msps, inUse }: Prerequisites & { readonly orderers: Promise<readonly LaunchedNode[]> },
): LaunchedPeers {
  return rollPeers(run, nodesOfKind(run, 'peer'), {
    inUse,
    begun: async ({ name }) => {
      await allDone([tlsRoots, msps.get(name) ?? Promise.resolve()]);
    },
    orderers,
  });
}

function nodesOfKind({ network }: ApplyRun, kind: OrganizationNode['kind']): OrganizationNode[] {
  return network.organizations.flatMap(nodesOf).filter((node) => node.kind === kind);
}

import { sleep } from '@temporalio/workflow';

import type { FailureType } from '../../../activities/failures.ts';
import { onNode, type Organization } from '../../../spec/index.ts';
import { inspectChannel, isLed } from '../../channel-status.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { refusal } from '../../durable/refusal.ts';
import { allDone } from '../../durable/steps.ts';
import { membersOf, nameOf, orderingOf, targetOf, type OrganizationNode } from '../../inputs.ts';
import type { ChannelStatus } from '../../messages.ts';
import type { InUse } from '../before/in-use.ts';
import { launchNode, type LaunchedNode, type LaunchedPeers } from './launch-node.ts';
import { channelsAtRisk, inRestartOrder, riskInWords } from './restart-order.ts';

/*
 * How the nodes of a network that stands restart: one at a time, each back and up to date before the next. The first that does not come
 * back stops the change, and leaves the others as they were. Nodes that nobody uses yet are launched all at once.
 */

/** Launches the orderers of all organizations. Of those that restart first those that do not answer, who leads a channel last. */
export async function rollOrderers(
  run: ApplyRun,
  orderers: readonly OrganizationNode[],
  inUse: InUse,
): Promise<readonly LaunchedNode[]> {
  const { restarting, others } = byRestart(run, orderers, inUse);
  const launched = await allDone(others.map((node) => launchNode(run, node)));
  for (let left = restarting; left.length > 0;) {
    const { node, channels } = await nextOrderer(run, left);
    left = left.filter((other) => other !== node);
    launched.push(await launchNode(run, node));
    await awaitOrdererActive(run, node, { inUse, channels });
  }
  return launched;
}

/** What peers wait for. */
interface PeerPrerequisites {
  readonly inUse: InUse;
  /** Done when the peers of an organization can be launched. */
  readonly begun: (organization: Organization) => Promise<void>;
  /** What peers that are in use restart after. */
  readonly orderers: Promise<unknown>;
}

/** Launches the peers of all organizations. Those of one organization restart one after the other, organizations beside each other. */
export function rollPeers(
  run: ApplyRun,
  peers: readonly OrganizationNode[],
  { inUse, begun, orderers }: PeerPrerequisites,
): LaunchedPeers {
  const stop: Stop = {};
  const organizations = [...new Set(peers.map(({ organization }) => organization))];
  const launched = organizations.flatMap((organization) => {
    const { restarting, others } = byRestart(
      run,
      peers.filter((peer) => peer.organization === organization),
      inUse,
    );
    const ready = begun(organization);
    const launches = others.map((node) => [nameOf(node), ready.then(() => launchNode(run, node))] as const);
    if (restarting.length === 0) return launches;
    const restarts = allDone([orderers, ready, ...launches.map(([, launch]) => launch)]).then(() =>
      restartPeers(run, organization, restarting, stop),
    );
    // Each of them is back when all of its organization are.
    return [...launches, ...restarting.map((node) => [nameOf(node), launchedOf(restarts, node)] as const)];
  });
  return new Map(launched);
}

/** The first node that did not come back, by its failure: no more nodes are restarted. */
interface Stop {
  reason?: Error;
}

async function restartPeers(
  run: ApplyRun,
  organization: Organization,
  peers: readonly OrganizationNode[],
  stop: Stop,
): Promise<readonly LaunchedNode[]> {
  const launched: LaunchedNode[] = [];
  const before = await inspectChannels(run, organization);
  for (const node of inRestartOrder(peers, nameOf, before)) {
    if (stop.reason !== undefined) throw stop.reason;
    const joined = before.filter((channel) =>
      channel.peers.some((peer) => peer.name === nameOf(node) && peer.height > 0),
    );
    // The orderers alone: who has how many blocks of a channel changes all the time.
    const heights = new Map((await inspectChannels(run)).map(({ name, height }) => [name, height]));
    try {
      launched.push(await launchNode(run, node));
      await awaitBlocksOf(run, node, new Map(joined.map(({ name }) => [name, heights.get(name) ?? 0])));
    } catch (error) {
      if (error instanceof Error) stop.reason ??= error;
      throw error;
    }
  }
  return launched;
}

async function launchedOf(restarts: Promise<readonly LaunchedNode[]>, node: OrganizationNode): Promise<LaunchedNode> {
  const found = (await restarts).find((launched) => launched.node === node.node);
  if (found === undefined) throw new TypeError(`${targetOf(node)} was not launched.`);
  return found;
}

/** Restarted is what is in use and was not found to be as described; a plan restarts nothing. */
function byRestart(
  { base, steps }: ApplyRun,
  nodes: readonly OrganizationNode[],
  inUse: InUse,
): { readonly restarting: readonly OrganizationNode[]; readonly others: readonly OrganizationNode[] } {
  const restarts = (node: OrganizationNode): boolean =>
    !base.dryRun && inUse.nodes.has(nameOf(node)) && !steps.isSkipped('applyDeployment', targetOf(node));
  return { restarting: nodes.filter(restarts), others: nodes.filter((node) => !restarts(node)) };
}

/** How long an orderer that is on its way back may hold up the restart of another, looked at every so often. */
const LOOKS = 15;
const INTERVAL = '2s';

/**
 * The orderer that restarts next, with the channels as they are before.
 *
 * @throws ApplicationFailure `QuorumAtRisk` where a channel would stop without it
 */
export async function nextOrderer(
  run: ApplyRun,
  left: readonly OrganizationNode[],
): Promise<{ readonly node: OrganizationNode; readonly channels: readonly ChannelStatus[] }> {
  for (let looks = 1; ; looks += 1) {
    const channels = await inspectChannels(run);
    const [node] = inRestartOrder(left, nameOf, channels);
    if (node === undefined) throw new TypeError('There is nothing left to restart.');
    const risks = channelsAtRisk(nameOf(node), channels);
    if (risks.length === 0) return { node, channels };
    if (looks === LOOKS) {
      throw refusal(
        'QuorumAtRisk' satisfies FailureType,
        `${targetOf(node)} has to restart, and is not: ${risks.map(riskInWords).join('; ')}. Nothing more was changed.`,
        { kind: 'runAgain' },
      );
    }
    await sleep(INTERVAL);
  }
}

/** Looks at all channels through their orderers, and through their peers of one organization if one is given. */
function inspectChannels({ network, reference, steps }: ApplyRun, peersOf?: Organization): Promise<ChannelStatus[]> {
  const inspection = { queries: steps.queriesAt, reference };
  return allDone(
    network.channels.map((channel) =>
      inspectChannel(inspection, channel, {
        ordering: orderingOf(network, channel),
        members: membersOf(network, channel).filter(({ organization }) => organization === peersOf),
      }),
    ),
  );
}

/** Awaits that an orderer takes part in every channel of which it is a consenter, and has all the blocks that there were. */
export async function awaitOrdererActive(
  { base, reference, steps }: ApplyRun,
  node: OrganizationNode,
  { inUse, channels }: { readonly inUse: InUse; readonly channels: readonly ChannelStatus[] },
): Promise<void> {
  const name = nameOf(node);
  const consented = channels.filter((channel) => inUse.consentersOf(channel.name).has(name));
  if (consented.length === 0) return;
  const organization = reference(node.organization);
  await steps.at(organization.cluster).awaitOrdererActive(targetOf(node), {
    ...base,
    organization,
    node: name,
    channels: consented.map((channel) => ({ channel: channel.name, height: channel.height, isLed: isLed(channel) })),
  });
}

/** Awaits that a peer has so many blocks of each of these channels. */
async function awaitBlocksOf(
  { base, reference, steps }: ApplyRun,
  node: OrganizationNode,
  heights: ReadonlyMap<string, number>,
): Promise<void> {
  const name = nameOf(node);
  const organization = reference(node.organization);
  await allDone(
    [...heights].map(([channel, height]) =>
      steps
        .at(organization.cluster)
        .awaitBlocks(onNode({ name: channel }, name), { ...base, organization, channel, peers: [name], height }),
    ),
  );
}

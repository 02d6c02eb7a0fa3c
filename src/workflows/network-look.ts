import { sleep } from '@temporalio/workflow';

import type { ChaincodeView } from '../activities/status/channels.ts';
import type { NodeStatus } from '../activities/status/nodes.ts';
import type { Chaincode, Channel, Network } from '../spec/index.ts';
import { chaincodeStatus, inspectChannel, isInStep, seenTwice, type Inspection } from './channel-status.ts';
import { conditionsOf, maySettle, type NetworkSeen } from './conditions.ts';
import { allDone } from './durable/steps.ts';
import { chaincodeLabel, channelOf, membersOf, networkSettings, orderingOf } from './inputs.ts';
import type { ChannelStatus, Condition } from './messages.ts';
import type { ClusterSelection } from './selection.ts';

/** Looks at every node of a network. @param network its name */
export async function lookAtNodes(
  { queries }: Pick<Inspection, 'queries'>,
  network: string,
  selections: readonly ClusterSelection[],
): Promise<readonly NodeStatus[]> {
  const found = await allDone(
    selections.map(({ cluster, ...where }) => queries(cluster).inspectNodes(network, { network, ...where })),
  );
  return found.flatMap(({ nodes }) => nodes);
}

/** A network as it is now, and what its parts make of the whole. */
export interface NetworkView extends Pick<NetworkSeen, 'nodes' | 'channels' | 'chaincodes'> {
  readonly conditions: readonly Condition[];
}

/** What is known of a network before it is looked at. */
export interface KnownNetwork extends Pick<NetworkSeen, 'record' | 'isSettling'> {
  readonly network: Network;
  /** Where its nodes are. */
  readonly selections: readonly ClusterSelection[];
}

/**
 * Looks at the nodes, channels and chaincodes of a network. Where what keeps it from being ready may pass by itself, it looks again, every
 * second.
 *
 * @param looks how often it looks at most
 */
export async function lookAtNetwork(
  inspection: Inspection,
  { network, selections, ...known }: KnownNetwork,
  looks: number,
): Promise<NetworkView> {
  for (let look = 1; ; look += 1) {
    const [nodes, channels, views] = await Promise.all([
      lookAtNodes(inspection, network.name, selections),
      allDone(network.channels.map((channel) => inspectWholeChannel(inspection, network, channel))),
      allDone(network.chaincodes.map((chaincode) => inspectChaincode(inspection, network, chaincode))),
    ]);
    const chaincodes = network.chaincodes.map((chaincode, index) => {
      const peers = channels.find(({ name }) => name === chaincode.channel)?.peers;
      return chaincodeStatus(chaincode, views[index] ?? [], peers);
    });
    const found = { nodes, channels, chaincodes };
    const conditions = conditionsOf({ ...known, ...found, network, now: Date.now() });
    if (look === looks || !maySettle(conditions, look)) return { ...found, conditions };
    await sleep('1s');
  }
}

/** Orderers and peers are asked at the same time, while blocks come: where they are not in step, all are asked once more. */
async function inspectWholeChannel(inspection: Inspection, network: Network, channel: Channel): Promise<ChannelStatus> {
  const participants = {
    ordering: orderingOf(network, channel),
    members: membersOf(network, channel),
    chaincodes: network.chaincodes.filter((chaincode) => chaincode.channel === channel.name).map(({ name }) => name),
  };
  const seen = await inspectChannel(inspection, channel, participants);
  return isInStep(seen) ? seen : seenTwice(seen, await inspectChannel(inspection, channel, participants));
}

function inspectChaincode(
  { queries, reference }: Inspection,
  network: Network,
  chaincode: Chaincode,
): Promise<readonly ChaincodeView[]> {
  const members = membersOf(network, channelOf(network, chaincode));
  return allDone(
    members.map(({ organization, nodes }) => {
      const owner = reference(organization);
      return queries(owner.cluster).inspectChaincode(`${chaincodeLabel(network, chaincode)}@${organization.name}`, {
        network: networkSettings(network),
        dryRun: false,
        organization: owner,
        chaincode,
        peers: nodes,
      });
    }),
  );
}

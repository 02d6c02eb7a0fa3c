import type { OrganizationReference } from '../activities/inputs.ts';
import type { ChaincodeView, ChannelView } from '../activities/status/channels.ts';
import type { NodesStatus } from '../activities/status/nodes.ts';
import type { Chaincode, Channel, Network } from '../spec/index.ts';
import { chaincodeStatus, channelStatus } from './channel-status.ts';
import { checkedSelector } from './durable/arguments.ts';
import { allDone, recordSteps, type Steps } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import {
  chaincodeLabel,
  channelOf,
  membersOf,
  networkSettings,
  orderingOf,
  referenceTo,
  type Participant,
} from './inputs.ts';
import type { ChaincodeStatus, ChannelStatus, NetworkSelector, NetworkStatus } from './messages.ts';
import { selectedClusters, type ClusterSelection } from './selection.ts';
import { onNode } from '../spec/index.ts';

/**
 * A network as it is now: every node, ready or not, why, its version and its certificates; every channel with the blocks of
 * its orderers and peers; every chaincode. Changes nothing.
 */
export async function inspectNetwork(given: NetworkSelector): Promise<NetworkStatus> {
  const selector = checkedSelector(given);
  const cluster = clusterOf(selector.network, 'looks', selector.cluster);
  const queries = recordSteps().queriesAt;
  const found = await allDone(
    selectedClusters(selector, cluster).map((selected) => inspectCluster(queries, selector.network, selected)),
  );
  const nodes = found.flatMap((part) => part.nodes.nodes);
  const network = found.find((part) => part.network !== undefined)?.network;
  const ready = nodes.length > 0 && found.every((part) => part.nodes.ready || part.nodes.nodes.length === 0);
  if (network === undefined) return { network: selector.network, ready, nodes, channels: [], chaincodes: [] };

  const inspection = { queries, network, cluster };
  const [channels, chaincodes] = await Promise.all([
    allDone(network.channels.map((channel) => inspectChannel(inspection, channel))),
    allDone(network.chaincodes.map((chaincode) => inspectChaincode(inspection, chaincode))),
  ]);
  const isOrdering = channels.every(({ orderers }) => orderers.some(({ leader }) => leader));
  return {
    network: selector.network,
    ready: ready && isOrdering && chaincodes.every((chaincode) => chaincode.ready),
    nodes,
    channels,
    chaincodes,
  };
}

async function inspectCluster(
  queries: Steps['queriesAt'],
  network: string,
  { cluster, ...where }: ClusterSelection,
): Promise<{ readonly nodes: NodesStatus; readonly network: Network | undefined }> {
  const query = queries(cluster);
  const [nodes, description] = await Promise.all([
    query.inspectNodes(network, { network, ...where }),
    query.readDescription(network, { network, ...where }),
  ]);
  return { nodes, network: description };
}

interface Inspection {
  readonly queries: Steps['queriesAt'];
  readonly network: Network;
  /** Of every organization that names no other. */
  readonly cluster: string;
}

async function inspectChannel(inspection: Inspection, channel: Channel): Promise<ChannelStatus> {
  const { queries, network, cluster } = inspection;
  const ordering = orderingOf(network, channel);
  const members = membersOf(network, channel);
  const names = new Set([...ordering, ...members].map(({ organization }) => organization.name));
  const views = [...names].map((name): Promise<ChannelView> => {
    const organization = referenceOf(cluster, [...ordering, ...members], name);
    return queries(organization.cluster).inspectChannel(onNode(channel, name), {
      channel: channel.name,
      organization,
      orderers: nodesOfOrganization(ordering, name),
      peers: nodesOfOrganization(members, name),
    });
  });
  return channelStatus(channel.name, await allDone(views));
}

async function inspectChaincode(inspection: Inspection, chaincode: Chaincode): Promise<ChaincodeStatus> {
  const { queries, network, cluster } = inspection;
  const members = membersOf(network, channelOf(network, chaincode));
  const views = members.map(({ organization, nodes }): Promise<ChaincodeView> => {
    const reference = referenceTo(cluster, organization);
    const target = `${chaincodeLabel(network, chaincode)}@${organization.name}`;
    return queries(reference.cluster).inspectChaincode(target, {
      network: networkSettings(network),
      dryRun: false,
      organization: reference,
      chaincode,
      peers: nodes,
    });
  });
  return chaincodeStatus(chaincode, await allDone(views));
}

function referenceOf(cluster: string, participants: readonly Participant[], name: string): OrganizationReference {
  const participant = participants.find(({ organization }) => organization.name === name);
  if (participant === undefined) throw new TypeError(`There is no organization ${name}.`);
  return referenceTo(cluster, participant.organization);
}

function nodesOfOrganization(participants: readonly Participant[], name: string): readonly string[] {
  return participants.filter(({ organization }) => organization.name === name).flatMap(({ nodes }) => nodes);
}

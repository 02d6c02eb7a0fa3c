import type { OrganizationReference } from '../activities/inputs.ts';
import type { ChaincodeView } from '../activities/status/channels.ts';
import type { NodesStatus } from '../activities/status/nodes.ts';
import type { Chaincode, Channel, Network, Organization } from '../spec/index.ts';
import { chaincodeStatus, inspectChannel, withProblems, type Inspection } from './channel-status.ts';
import { checkedSelector } from './durable/arguments.ts';
import { allDone, recordSteps, type Steps } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { chaincodeLabel, channelOf, membersOf, networkSettings, orderingOf, referenceTo } from './inputs.ts';
import type { ChaincodeStatus, ChannelStatus, NetworkSelector, NetworkStatus } from './messages.ts';
import { lookAtCertificates } from './renew/look.ts';
import { selectedClusters, type ClusterSelection } from './selection.ts';

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

  const reference = (organization: Organization): OrganizationReference => referenceTo(cluster, organization);
  const inspection = { queries, reference };
  const [certificates, channels, chaincodes] = await Promise.all([
    lookAtCertificates({ network, reference, queries }),
    allDone(network.channels.map((channel) => inspectWholeChannel(inspection, network, channel))),
    allDone(network.chaincodes.map((chaincode) => inspectChaincode(inspection, network, chaincode))),
  ]);
  return {
    network: selector.network,
    ready:
      ready &&
      channels.every(({ problems }) => problems.length === 0) &&
      chaincodes.every((chaincode) => chaincode.ready),
    nodes,
    certificates: certificates.flatMap((view) => view.certificates),
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
  const [nodes, record] = await Promise.all([
    query.inspectNodes(network, { network, ...where }),
    query.readRecord(network, { network, ...where }),
  ]);
  return { nodes, network: record?.begun };
}

/**
 * Orderers and peers are asked at the same time, so that a block may be on a peer before the orderers are asked: where peers seem to be further,
 * the orderers are asked once more.
 */
async function inspectWholeChannel(inspection: Inspection, network: Network, channel: Channel): Promise<ChannelStatus> {
  const ordering = orderingOf(network, channel);
  const seen = await inspectChannel(inspection, channel, { ordering, members: membersOf(network, channel) });
  const { peers } = seen;
  if (!peers.some(({ height }) => height > seen.height)) return seen;
  const again = await inspectChannel(inspection, channel, { ordering, members: [] });
  return withProblems({ ...again, peers });
}

async function inspectChaincode(
  { queries, reference }: Inspection,
  network: Network,
  chaincode: Chaincode,
): Promise<ChaincodeStatus> {
  const members = membersOf(network, channelOf(network, chaincode));
  const views = members.map(({ organization, nodes }): Promise<ChaincodeView> => {
    const target = `${chaincodeLabel(network, chaincode)}@${organization.name}`;
    return queries(reference(organization).cluster).inspectChaincode(target, {
      network: networkSettings(network),
      dryRun: false,
      organization: reference(organization),
      chaincode,
      peers: nodes,
    });
  });
  return chaincodeStatus(chaincode, await allDone(views));
}

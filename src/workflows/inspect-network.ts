import type { OrganizationReference } from '../activities/inputs.ts';
import type { FoundNetwork } from '../activities/cluster/record.ts';
import type { ChaincodeView } from '../activities/status/channels.ts';
import type { NodesStatus } from '../activities/status/nodes.ts';
import type { Chaincode, Channel, Network, Organization } from '../spec/index.ts';
import { requireOneNetwork } from './one-network.ts';
import { chaincodeStatus, inspectChannel, withProblems, type Inspection } from './channel-status.ts';
import { checkedSelector } from './durable/arguments.ts';
import { allDone, recordSteps, type Steps } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { chaincodeLabel, channelOf, membersOf, networkSettings, orderingOf, referenceTo } from './inputs.ts';
import type { ChaincodeStatus, ChannelStatus, NetworkSelector, NetworkStatus } from './messages.ts';
import { lookAtCertificates } from './renew/look.ts';
import { clustersBesides, selectedClusters, selectorOf, type ClusterSelection } from './selection.ts';

/**
 * A network as it is now: every node, ready or not, why, its version and its certificates; every channel with the blocks of
 * its orderers and peers; every chaincode. Changes nothing.
 */
export async function inspectNetwork(given: NetworkSelector): Promise<NetworkStatus> {
  const selector = checkedSelector(given);
  const cluster = clusterOf(selector.network, 'looks', selector.cluster);
  const queries = recordSteps().queriesAt;
  const lookAt = (clusters: readonly ClusterSelection[]): Promise<readonly InspectedCluster[]> =>
    allDone(clusters.map((selected) => inspectCluster(queries, selector.network, selected)));
  const selected = selectedClusters(selector, cluster);
  const looked = await lookAt(selected);
  // A network that only its name is known of may have organizations on other clusters.
  const recorded = looked.find(({ kept }) => kept.record !== undefined)?.kept.record?.begun;
  const others =
    recorded === undefined ? [] : clustersBesides(selected, selectedClusters(selectorOf(recorded), cluster));
  const found = [...looked, ...(await lookAt(others))];
  requireOneNetwork(
    { network: selector.network, isDescribed: selector.namespaces !== undefined },
    // By a description that names other namespaces, nothing of the network is there.
    found.map(({ cluster: name, kept: { records, ...kept } }) => ({
      ...{ cluster: name, ...kept },
      records: records.filter(({ isExpected }) => isExpected),
    })),
  );
  const nodes = found.flatMap((part) => part.nodes.nodes);
  const ready = nodes.length > 0 && found.every((part) => part.nodes.ready || part.nodes.nodes.length === 0);
  if (recorded === undefined) return { network: selector.network, ready, nodes, channels: [], chaincodes: [] };

  const reference = (organization: Organization): OrganizationReference => referenceTo(cluster, organization);
  const inspection = { queries, reference };
  const [certificates, channels, chaincodes] = await Promise.all([
    lookAtCertificates({ network: recorded, reference, queries }),
    allDone(recorded.channels.map((channel) => inspectWholeChannel(inspection, recorded, channel))),
    allDone(recorded.chaincodes.map((chaincode) => inspectChaincode(inspection, recorded, chaincode))),
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

interface InspectedCluster {
  readonly cluster: string;
  readonly nodes: NodesStatus;
  readonly kept: FoundNetwork;
}

async function inspectCluster(
  queries: Steps['queriesAt'],
  network: string,
  { cluster, ...where }: ClusterSelection,
): Promise<InspectedCluster> {
  const query = queries(cluster);
  const [nodes, kept] = await Promise.all([
    query.inspectNodes(network, { network, ...where }),
    query.readRecord(network, { network, ...where }),
  ]);
  return { cluster, nodes, kept };
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

import { ApplicationFailure } from '@temporalio/workflow';

import type { FailureType } from '../activities/failures.ts';
import { isApplied, newestRecord, type Network, type Organization } from '../spec/index.ts';
import type { Inspection } from './channel-status.ts';
import { conditionsOf, sinceEarlier, type RecordSeen } from './conditions.ts';
import { checkedSelector } from './durable/arguments.ts';
import { allDone, recordSteps } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { referenceTo } from './inputs.ts';
import { isReady, type InspectOptions, type NetworkSelector, type NetworkStatus } from './messages.ts';
import { lookAtNetwork, lookAtNodes, type NetworkView } from './network-look.ts';
import { selectedClusters, type ClusterSelection } from './selection.ts';

/** Gossip has told peers of all others after two of its rounds of four seconds; whoever asks for a status waits for that once. */
const LOOKS = 8;

/**
 * A network as it is now: whether it is ready, or which condition is not met; every node, ready or not, why, its version and its
 * certificates; every channel with the blocks of its orderers and peers; every chaincode. Changes nothing.
 */
export async function inspectNetwork(
  given: NetworkSelector,
  { earlier = [] }: InspectOptions = {},
): Promise<NetworkStatus> {
  const selector = checkedSelector(given);
  const cluster = clusterOf(selector.network, 'looks', selector.cluster);
  const inspection: Inspection = {
    queries: recordSteps().queriesAt,
    reference: (organization: Organization) => referenceTo(cluster, organization),
  };
  const selections = selectedClusters(selector, cluster);
  const { record, network } = await readRecord(inspection, selector.network, selections);
  const { conditions, nodes, ...found } =
    network === undefined
      ? await lookWithoutRecord(inspection, selector.network, { record, selections })
      : await lookAtNetwork(inspection, { network, record, selections, isSettling: false }, LOOKS);
  const ready = nodes.length > 0 && isReady(conditions);
  const now = new Date().toISOString();
  return { network: selector.network, ready, conditions: sinceEarlier(conditions, earlier, now), nodes, ...found };
}

/** Nodes have labels that say whose they are; which channels and chaincodes there should be, only the record says. */
async function lookWithoutRecord(
  inspection: Inspection,
  name: string,
  { record, selections }: { readonly record: RecordSeen; readonly selections: readonly ClusterSelection[] },
): Promise<NetworkView> {
  const nodes = await lookAtNodes(inspection, name, selections);
  const found = { nodes, channels: [], chaincodes: [] };
  const seen = { ...found, network: undefined, record, isSettling: false };
  return { ...found, conditions: conditionsOf({ ...seen, now: Date.now() }) };
}

/** The description that a network should follow, and how far the run came that began last. One that cannot be read is a fact, too. */
async function readRecord(
  { queries }: Inspection,
  name: string,
  selections: readonly ClusterSelection[],
): Promise<{ readonly record: RecordSeen; readonly network: Network | undefined }> {
  try {
    const found = await allDone(
      selections.map(({ cluster, ...where }) => queries(cluster).readRecord(name, { network: name, ...where })),
    );
    const record = newestRecord(found.filter((one) => one !== undefined));
    if (record === undefined) return { record: { state: 'missing' }, network: undefined };
    return { record: { state: isApplied(record) ? 'applied' : 'begun' }, network: record.begun };
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== RECORD_UNREADABLE) throw error;
    return { record: { state: 'unreadable', reason: error.message }, network: undefined };
  }
}

const RECORD_UNREADABLE: FailureType = 'RecordUnreadable';

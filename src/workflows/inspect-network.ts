import { ApplicationFailure } from '@temporalio/workflow';

import type { FailureType } from '../activities/failures.ts';
import type { FoundNetwork } from '../activities/cluster/record.ts';
import { isApplied, newestRecord, type Network, type Organization } from '../spec/index.ts';
import type { Inspection } from './channel-status.ts';
import { conditionsOf, sinceEarlier, type RecordSeen } from './conditions.ts';
import { checkedSelector } from './durable/arguments.ts';
import { NEVER_PAUSED } from './durable/pause.ts';
import { allDone, recordSteps } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { referenceTo } from './inputs.ts';
import { isReady, type InspectOptions, type NetworkSelector, type NetworkStatus } from './messages.ts';
import { lookAtNetwork, lookAtNodes, type NetworkView } from './network-look.ts';
import { requireOneNetwork } from './one-network.ts';
import { lookAtCertificates } from './renew/look.ts';
import { clustersBesides, selectedClusters, selectorOf, type ClusterSelection } from './selection.ts';

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
    queries: recordSteps(NEVER_PAUSED).queriesAt,
    reference: (organization: Organization) => referenceTo(cluster, organization),
  };
  const { record, network, selections } = await readRecord(inspection, selector, cluster);
  const [{ conditions, nodes, ...found }, certificates] = await allDone([
    network === undefined
      ? lookWithoutRecord(inspection, selector.network, { record, selections })
      : lookAtNetwork(inspection, { network, record, selections, isSettling: false }, LOOKS),
    network === undefined ? Promise.resolve(undefined) : lookAtCertificates({ ...inspection, network }),
  ]);
  const ready = nodes.length > 0 && isReady(conditions);
  const now = new Date().toISOString();
  return {
    ...{ network: selector.network, ready, conditions: sinceEarlier(conditions, earlier, now), nodes, ...found },
    ...(certificates && { certificates: certificates.flatMap((view) => view.certificates) }),
  };
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

/** What is known of a network before its nodes are looked at. */
interface KnownNetwork {
  readonly record: RecordSeen;
  /** The description that it should follow; undefined if no record says it. */
  readonly network: Network | undefined;
  /** Where it is. */
  readonly selections: readonly ClusterSelection[];
}

/**
 * The description that a network should follow, and how far the run came that began last. One that cannot be read is a fact, too.
 *
 * @throws ApplicationFailure `OtherNetwork`, `OtherCluster`, `ForeignRecord`
 */
async function readRecord({ queries }: Inspection, selector: NetworkSelector, cluster: string): Promise<KnownNetwork> {
  const selections = selectedClusters(selector, cluster);
  const readAt = (clusters: readonly ClusterSelection[]): Promise<readonly RecordAt[]> =>
    allDone(
      clusters.map(async ({ cluster: name, ...where }) => {
        const known = await queries(name).readRecord(selector.network, { network: selector.network, ...where });
        return { cluster: name, ...known };
      }),
    );
  try {
    const selected = await readAt(selections);
    const first = newestRecord(selected.flatMap(({ record }) => record ?? []));
    // A network that only its name is known of may have organizations on other clusters.
    const others =
      first === undefined ? [] : clustersBesides(selections, selectedClusters(selectorOf(first.begun), cluster));
    const found = [...selected, ...(await readAt(others))];
    requireOneNetwork(
      { network: selector.network, isDescribed: selector.namespaces !== undefined },
      // By a description that names other namespaces, nothing of the network is there.
      found.map(({ records, ...known }) => ({ ...known, records: records.filter(({ isExpected }) => isExpected) })),
    );
    const everywhere = [...selections, ...others];
    const record = newestRecord(found.flatMap((known) => known.record ?? []));
    if (record === undefined) return { record: { state: 'missing' }, network: undefined, selections: everywhere };
    const state = isApplied(record) ? 'applied' : 'begun';
    return { record: { state }, network: record.begun, selections: everywhere };
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== RECORD_UNREADABLE) throw error;
    return { record: { state: 'unreadable', reason: error.message }, network: undefined, selections };
  }
}

type RecordAt = FoundNetwork & { readonly cluster: string };

const RECORD_UNREADABLE: FailureType = 'RecordUnreadable';

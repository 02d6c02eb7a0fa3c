import type { FailureType } from '../../activities/failures.ts';
import { newestRecord, type NetworkRecord } from '../../spec/index.ts';
import type { NetworkSelector } from '../messages.ts';
import { requireOneNetwork } from '../one-network.ts';
import { selectedClusters } from '../selection.ts';
import { activitiesAt } from './activities.ts';
import { refusal } from './refusal.ts';
import { allDone } from './steps.ts';

/**
 * Reads the record of a network of which nobody has given a description.
 *
 * @param cluster the one that is meant where the selector names none
 * @throws ApplicationFailure `NetworkUnknown`; `OtherNetwork`, `OtherCluster`, `ForeignRecord`
 */
export async function readNetworkRecord(selector: NetworkSelector, cluster: string): Promise<NetworkRecord> {
  const { network } = selector;
  const found = await allDone(
    selectedClusters(selector, cluster).map(async ({ cluster: name, ...where }) => {
      const known = await activitiesAt(name).readRecord(network, { network, ...where });
      return { cluster: name, ...known };
    }),
  );
  requireOneNetwork({ network, home: cluster, isDescribed: selector.namespaces !== undefined }, found);
  const record = newestRecord(found.flatMap((known) => known.record ?? []));
  if (record !== undefined) return record;
  throw refusal(
    'NetworkUnknown' satisfies FailureType,
    `There is no network ${network} on ${cluster}: no run of it has begun. Nothing was touched.`,
    { kind: 'bringUp', network },
  );
}

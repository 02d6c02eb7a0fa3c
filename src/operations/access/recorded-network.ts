import { networkConfigMaps, readRecord, type Network } from '../../spec/index.ts';
import type { NetworkSelector } from '../../workflows/messages.ts';
import { OperationFailure } from '../failure.ts';
import type { NetworkAccess, Texts } from './network-access.ts';

/** Which network a client is of. */
export interface RecordLookup {
  /** What people call the cluster. */
  readonly cluster: string;
  /** The network, and where to look for its record; undefined means the only one that the cluster has. */
  readonly selector: NetworkSelector | undefined;
}

/**
 * The description by which a network was last brought up, or begun to be.
 *
 * @throws OperationFailure `NetworkNotFound`, `NoNetworks`, `NetworkNotNamed`, `RecordUnreadable`
 */
export async function readRecordedNetwork(
  access: NetworkAccess,
  { cluster, selector }: RecordLookup,
): Promise<Network> {
  if (selector === undefined) return onlyNetwork(access, cluster);
  const { network, namespaces } = selector;
  const data =
    namespaces === undefined ? await recordAnywhere(access, network) : await recordIn(access, network, namespaces);
  if (data === undefined) throw new OperationFailure({ code: 'NetworkNotFound', network, cluster });
  return networkIn(network, data);
}

/** The names of all networks of which a cluster has anything, sorted: one whose record is lost is a network, too. */
export async function listNetworks(access: NetworkAccess): Promise<readonly string[]> {
  return [...new Set((await access.configMaps()).map(({ network }) => network))].sort();
}

/** Every namespace of a network has the same record. */
async function recordIn(
  access: NetworkAccess,
  network: string,
  namespaces: readonly string[],
): Promise<Texts | undefined> {
  for (const namespace of namespaces) {
    const record = await access.read('ConfigMap', namespace, recordName(network));
    if (record !== undefined) return record;
  }
  return undefined;
}

async function recordAnywhere(access: NetworkAccess, network: string): Promise<Texts | undefined> {
  return (await access.configMaps(network)).find(({ name }) => name === recordName(network))?.data;
}

async function onlyNetwork(access: NetworkAccess, cluster: string): Promise<Network> {
  const records = await everyRecord(access);
  const [first] = records;
  if (first === undefined) throw new OperationFailure({ code: 'NoNetworks', cluster });
  const networks = [...new Set(records.map(({ network }) => network))].sort();
  if (networks.length > 1) throw new OperationFailure({ code: 'NetworkNotNamed', cluster, networks });
  return networkIn(first.network, first.data);
}

async function everyRecord(access: NetworkAccess): ReturnType<NetworkAccess['configMaps']> {
  return (await access.configMaps()).filter(({ network, name }) => name === recordName(network));
}

function recordName(network: string): string {
  return networkConfigMaps({ name: network }).description;
}

/** What a run has begun with is what a client finds, whether it came to its end or not. */
function networkIn(network: string, data: Texts): Network {
  const result = readRecord(data);
  if (result.ok) return result.record.begun;
  const record = `ConfigMap ${recordName(network)}`;
  throw new OperationFailure({ code: 'RecordUnreadable', network, record, reason: result.reason });
}

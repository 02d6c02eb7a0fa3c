import { networkConfigMaps, readIdentity, readRecord, type Network } from '../../spec/index.ts';
import type { NetworkSelector } from '../../workflows/messages.ts';
import { OperationFailure } from '../failure.ts';
import type { NetworkAccess, NetworkConfigMap, Texts } from './network-access.ts';

/** What is needed to find a record. */
type RecordAccess = Pick<NetworkAccess, 'read' | 'configMaps'>;

/** Which network a client is of. */
export interface NetworkLookup {
  /** What people call the cluster. */
  readonly cluster: string;
  /** The network, and where to look for its record; undefined means the only one that the cluster has. */
  readonly selector: NetworkSelector | undefined;
}

/**
 * The description by which a network was last brought up, or begun to be.
 *
 * @throws OperationFailure `NetworkNotFound`, `NoNetworks`, `NetworkNotNamed`, `NetworkAmbiguous`, `RecordUnreadable`
 */
export async function readRecordedNetwork(
  access: RecordAccess,
  { cluster, selector }: NetworkLookup,
): Promise<Network> {
  if (selector === undefined) return onlyNetwork(access, cluster);
  const { network, namespaces } = selector;
  const data =
    namespaces === undefined ? await recordAnywhere(access, network) : await recordIn(access, network, namespaces);
  if (data === undefined) throw new OperationFailure({ code: 'NetworkNotFound', network, cluster });
  return networkIn(network, data);
}

/** The names of all networks of which a cluster has anything, sorted: one whose record is lost is a network, too. */
export async function listNetworks(access: RecordAccess): Promise<readonly string[]> {
  return [...new Set((await access.configMaps()).map(({ network }) => network))].sort();
}

/** Every namespace of a network has the same record. */
async function recordIn(
  access: RecordAccess,
  network: string,
  namespaces: readonly string[],
): Promise<Texts | undefined> {
  for (const namespace of namespaces) {
    const record = await access.read('ConfigMap', namespace, recordName(network));
    if (record !== undefined) return record;
  }
  return undefined;
}

async function recordAnywhere(access: RecordAccess, network: string): Promise<Texts | undefined> {
  const records = (await access.configMaps(network)).filter(({ name }) => name === recordName(network));
  return theRecord(network, records)?.data;
}

/**
 * The record of a network that is known by its name alone.
 *
 * @param records all that are found under the name
 * @throws OperationFailure `NetworkAmbiguous`; `RecordUnreadable` if somebody has put all of them there
 */
function theRecord(network: string, records: readonly NetworkConfigMap[]): NetworkConfigMap | undefined {
  const genuine = records.filter(({ foreign }) => foreign === undefined);
  const [first] = genuine;
  const [copy] = records;
  if (first === undefined) {
    if (copy?.foreign === undefined) return undefined;
    const record = `ConfigMap ${copy.name} in namespace ${copy.namespace}`;
    throw new OperationFailure({ code: 'RecordUnreadable', network, record, reason: copy.foreign });
  }
  const identities = new Set(genuine.flatMap(({ data }) => readIdentity(data)?.network ?? []));
  if (identities.size < 2) return first;
  const namespaces = genuine.map(({ namespace }) => namespace).sort();
  throw new OperationFailure({ code: 'NetworkAmbiguous', network, namespaces });
}

async function onlyNetwork(access: RecordAccess, cluster: string): Promise<Network> {
  const records = await everyRecord(access);
  const [first] = records;
  if (first === undefined) throw new OperationFailure({ code: 'NoNetworks', cluster });
  const networks = [...new Set(records.map(({ network }) => network))].sort();
  if (networks.length > 1) throw new OperationFailure({ code: 'NetworkNotNamed', cluster, networks });
  const ofNetwork = records.filter(({ network }) => network === first.network);
  return networkIn(first.network, (theRecord(first.network, ofNetwork) ?? first).data);
}

async function everyRecord(access: RecordAccess): ReturnType<NetworkAccess['configMaps']> {
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

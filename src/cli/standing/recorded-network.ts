import { networkConfigMaps, readRecord, type Network } from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { defaultFileIfPresent } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import { whichNetwork } from '../network/which.ts';
import type { Session } from '../session.ts';
import type { StandingCluster, Texts } from './cluster.ts';
import type { StandingFlags } from './flags.ts';

/**
 * The network that a command is a client of, as it was last brought up: the one that is named, or described by a file, or
 * the only one that the cluster has.
 *
 * @param place what people call the cluster
 * @throws CommandFailure if there is none, or several to choose from
 */
export async function recordedNetwork(
  session: Session,
  flags: StandingFlags,
  cluster: StandingCluster,
  place: string,
): Promise<Network> {
  const named = flags.network ?? flags.file ?? (await defaultFileIfPresent(session));
  if (named === undefined) return onlyNetwork(cluster, place);
  const { network, namespaces } = await whichNetwork(session, flags.network, flags.file);
  const data =
    namespaces === undefined ? await recordAnywhere(cluster, network) : await recordIn(cluster, network, namespaces);
  if (data === undefined) throw absent(network, place);
  return networkIn(network, data);
}

/** Every namespace of a network has the same record. */
async function recordIn(
  cluster: StandingCluster,
  network: string,
  namespaces: readonly string[],
): Promise<Texts | undefined> {
  for (const namespace of namespaces) {
    const record = await cluster.read('ConfigMap', namespace, recordName(network));
    if (record !== undefined) return record;
  }
  return undefined;
}

async function recordAnywhere(cluster: StandingCluster, network: string): Promise<Texts | undefined> {
  return (await cluster.configMaps(network)).find(({ name }) => name === recordName(network))?.data;
}

async function onlyNetwork(cluster: StandingCluster, place: string): Promise<Network> {
  const records = (await cluster.configMaps()).filter(({ network, name }) => name === recordName(network));
  const [name, ...others] = new Set(records.map(({ network }) => network));
  const record = records.find(({ network }) => network === name);
  if (name === undefined || record === undefined) {
    throw new CommandFailure({
      exitCode: EXIT.failed,
      message: `${place} has no network that Weft brought up.`,
      hints: ['Bring one up: weft up -f network.yaml'],
    });
  }
  if (others.length === 0) return networkIn(name, record.data);
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `which network? ${place} has ${[name, ...others].sort().join(', ')}.`,
    hints: [`Name one: --network ${name}`],
  });
}

function recordName(network: string): string {
  return networkConfigMaps({ name: network }).description;
}

/** kube/network.yaml */
const RECORD_KEY = 'network.json';

function networkIn(network: string, data: Texts): Network {
  const result = readRecord(data[RECORD_KEY] ?? '');
  if (result.ok) return result.network;
  throw new CommandFailure({
    exitCode: EXIT.failed,
    message: `what the cluster keeps of ${network} (${RECORD_KEY} in ConfigMap ${recordName(network)}) ${result.reason}.`,
    hints: ['Bring the network up with this version: weft up -f network.yaml'],
  });
}

function absent(network: string, place: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.failed,
    message: `there is no network ${network} on ${place}.`,
    hints: ['Bring it up: weft up -f network.yaml'],
  });
}

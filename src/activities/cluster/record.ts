import type { KubernetesObject } from '../../kubernetes/index.ts';
import { networkConfigMaps, readRecord, recordEntries, type Network, type NetworkRecord } from '../../spec/index.ts';
import { asActivity, asStep, join, type Decision, type StepContext, type StepResult } from '../activity.ts';
import { failure } from '../failures.ts';
import type { NetworkInput } from '../inputs.ts';
import { applyManifest, textsOf, type Dependencies } from './manifests.ts';
import { listOwned, listOwnedAsFarAsAllowed } from './owned.ts';

export interface RecordLookup {
  /** Name of the network. */
  readonly network: string;
  /** Where its organizations are, as far as that is known; absent means in any namespace of the cluster. */
  readonly namespaces?: readonly string[];
}

export interface RecordInput extends NetworkInput {
  readonly namespaces: readonly string[];
  readonly description: Network;
}

export interface RecordActivities {
  readRecord: (lookup: RecordLookup) => Promise<NetworkRecord | undefined>;
  recordBegun: (target: RecordInput) => Promise<void>;
  recordNetwork: (target: RecordInput) => Promise<StepResult>;
}

/** What a network should be, kept in the cluster itself: by which description, and how far that came. */
export function createRecordActivities(dependencies: Dependencies): RecordActivities {
  return {
    readRecord: asActivity((lookup, { signal }) => findRecord(dependencies, lookup, signal)),

    recordBegun: asActivity(async (target, { signal }) => {
      const { description } = target;
      const applied = await appliedBefore(dependencies, target, signal);
      await writeRecord(dependencies, target, { begun: description, ...(applied && { applied }) }, signal);
    }),

    recordNetwork: asStep(async (target, { signal }) => {
      const { description } = target;
      const applied = await appliedBefore(dependencies, target, signal);
      const written = await writeRecord(dependencies, target, { begun: description, applied: description }, signal);
      // That the run had begun stood there already.
      return written.outcome === 'updated' && applied === undefined ? { ...written, outcome: 'created' } : written;
    }),
  };
}

async function appliedBefore(
  dependencies: Dependencies,
  { network: { name: network }, namespaces }: RecordInput,
  signal: StepContext['signal'],
): Promise<Network | undefined> {
  return (await findRecord(dependencies, { network, namespaces }, signal))?.applied;
}

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' } as const;

/** A network that moved has its record where it was: all of the cluster is searched, where that is allowed. */
async function findRecord(
  { cluster }: Dependencies,
  { network, namespaces }: RecordLookup,
  signal: StepContext['signal'],
): Promise<NetworkRecord | undefined> {
  const found =
    namespaces === undefined
      ? await listOwned(cluster, [CONFIG_MAP], { network }, signal)
      : await listOwnedAsFarAsAllowed(cluster, [CONFIG_MAP], { network, namespaces }, signal);
  return recordOf(network, found);
}

async function writeRecord(
  dependencies: Dependencies,
  { namespaces, network, dryRun }: RecordInput,
  record: NetworkRecord,
  signal: StepContext['signal'],
): Promise<Decision> {
  const entries = recordEntries(record);
  const decisions = namespaces.map((namespace) =>
    applyManifest(
      dependencies,
      'network.yaml',
      { NETWORK: network.name, NAMESPACE: namespace, RECORD: entries },
      { network, dryRun, signal },
    ),
  );
  return join(await Promise.all(decisions));
}

/**
 * The record of a network.
 *
 * @param network its name
 * @param configMaps those that belong to it, from any of its namespaces. Each has the record, but a run that died may not have come to all.
 * @returns undefined if there is no record
 * @throws ApplicationFailure RecordUnreadable, because a record that cannot be read is not an empty network
 */
export function recordOf(network: string, configMaps: readonly KubernetesObject[]): NetworkRecord | undefined {
  const { description } = networkConfigMaps({ name: network });
  const records = configMaps
    .filter(({ metadata }) => metadata.name === description)
    .map((object) => read(network, object));
  // What has begun last is what is not applied everywhere.
  const newest = records.find(({ begun, applied }) => applied !== begun) ?? records[0];
  const applied = newest?.applied ?? records.find((record) => record.applied !== undefined)?.applied;
  return newest && { begun: newest.begun, ...(applied && { applied }) };
}

function read(network: string, object: KubernetesObject): NetworkRecord {
  const result = readRecord(textsOf(object));
  if (result.ok) return result.record;
  const { name, namespace = '' } = object.metadata;
  throw failure(
    'RecordUnreadable',
    `What the cluster keeps of network ${network} in ConfigMap ${name} in namespace ${namespace} ${result.reason}. Nothing was touched: without it nobody knows which changes would do harm.`,
    { remedy: { kind: 'deleteObject', object: { kind: 'ConfigMap', namespace, name } } },
  );
}

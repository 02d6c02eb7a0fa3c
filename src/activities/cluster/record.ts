import { observe, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  networkConfigMaps,
  newestRecord,
  readRecord,
  recordEntries,
  type Network,
  type NetworkRecord,
} from '../../spec/index.ts';
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
      await writeRecords(dependencies, target, signal, (applied) => ({
        begun: target.description,
        ...(applied && { applied }),
      }));
    }),

    recordNetwork: asStep((target, { signal }) => {
      const { description } = target;
      return writeRecords(dependencies, target, signal, () => ({ begun: description, applied: description }));
    }),
  };
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

/** @param next the record that shall be kept, by what was applied before as each namespace has it */
async function writeRecords(
  dependencies: Dependencies,
  { namespaces, network, dryRun }: RecordInput,
  signal: StepContext['signal'],
  next: (applied: Network | undefined) => NetworkRecord,
): Promise<Decision> {
  const { description: name } = networkConfigMaps(network);
  const written = namespaces.map(async (namespace): Promise<Decision> => {
    const kept = await observe(dependencies.cluster, { ...CONFIG_MAP, metadata: { namespace, name } }, { signal });
    const applied = kept && read(network.name, kept).applied;
    const variables = { NETWORK: network.name, NAMESPACE: namespace, RECORD: recordEntries(next(applied)) };
    const decision = await applyManifest(dependencies, 'network.yaml', variables, { network, dryRun, signal });
    // That a first run had begun stood there already: what it brought up is new all the same.
    return decision.outcome === 'updated' && applied === undefined ? { ...decision, outcome: 'created' } : decision;
  });
  return join(await Promise.all(written));
}

/**
 * The record of a network.
 *
 * @param network its name
 * @param configMaps those that belong to it, from any of its namespaces
 * @returns undefined if there is no record
 * @throws ApplicationFailure RecordUnreadable, because a record that cannot be read is not an empty network
 */
export function recordOf(network: string, configMaps: readonly KubernetesObject[]): NetworkRecord | undefined {
  const { description } = networkConfigMaps({ name: network });
  const records = configMaps.filter(({ metadata }) => metadata.name === description);
  return newestRecord(records.map((object) => read(network, object)));
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

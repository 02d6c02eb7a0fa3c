import { observe, type Cluster, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  identityEntries,
  namespacesOfOthers,
  networkConfigMaps,
  newestRecord,
  ownRecords,
  readRecord,
  recordEntries,
  type ClusterRecords,
  type Network,
  type NetworkIdentity,
  type NetworkRecord,
  type StandingObjects,
} from '../../spec/index.ts';
import { asActivity, asStep, join, type Decision, type StepResult } from '../activity.ts';
import { failure } from '../failures.ts';
import type { NetworkInput } from '../inputs.ts';
import { CONFIG_MAP, findRecordObjects, type RecordLookup, type RecordObjects } from './identity.ts';
import { applyManifest, textsOf, type Dependencies } from './manifests.ts';
import { listOwnedAsFarAsAllowed } from './owned.ts';
import { STANDING_KINDS, standingObjects } from './standing.ts';

export type { RecordLookup } from './identity.ts';

export interface RecordInput extends NetworkInput {
  readonly namespaces: readonly string[];
  readonly description: Network;
  /** What each record shall say of the network, besides its own UID; without `network` it is the first. */
  readonly identity: Pick<NetworkIdentity, 'cluster' | 'clusters'> & Partial<Pick<NetworkIdentity, 'network'>>;
  /** What stands, where its record is gone; absent if nothing stands, and where there is a record. */
  readonly standing?: Network;
}

/** What a cluster knows of a network. */
export interface FoundNetwork extends ClusterRecords {
  /** The newest of its records; absent if there is none where it was looked for. */
  readonly record?: NetworkRecord;
  /** Nodes that stand although there is no record; absent if there are none, and where no namespaces were named. */
  readonly standing?: StandingObjects;
}

export interface RecordActivities {
  /** Who has records, without what is in them: a record that nobody can read is no reason not to remove its network. */
  findRecords: (lookup: RecordLookup) => Promise<ClusterRecords>;
  readRecord: (lookup: RecordLookup) => Promise<FoundNetwork>;
  /** @returns the identity of the network */
  recordBegun: (target: RecordInput) => Promise<Pick<NetworkIdentity, 'network'>>;
  recordNetwork: (target: RecordInput) => Promise<StepResult>;
}

/** What a network should be, kept in the cluster itself: by which description, how far that came, and which network it is. */
export function createRecordActivities(dependencies: Dependencies): RecordActivities {
  const { cluster } = dependencies;
  return {
    findRecords: asActivity(async (lookup, { signal }) => {
      const { uid, records } = await findRecordObjects(cluster, lookup, signal);
      return { ...(uid === undefined ? {} : { uid }), records };
    }),

    readRecord: asActivity(async (lookup, { signal }) => {
      const { configMaps, ...found } = await findRecordObjects(cluster, lookup, signal);
      const record = recordOf(lookup.network, ownConfigMaps({ configMaps, ...found }));
      if (record !== undefined) return { ...found, record };
      const standing = await standingWithoutRecord(cluster, lookup, { configMaps, ...found }, signal);
      return { ...found, ...(standing && { standing }) };
    }),

    recordBegun: asActivity(async (target, { signal }) => {
      const written = target.namespaces.map((namespace) =>
        writeRecord(dependencies, target, namespace, signal, (applied) =>
          begunRecord(target.description, applied ?? target.standing),
        ),
      );
      const [first] = await Promise.all(written);
      return { network: first?.network ?? '' };
    }),

    recordNetwork: asStep(async (target, { signal }) => {
      const { description } = target;
      const written = target.namespaces.map((namespace) =>
        writeRecord(dependencies, target, namespace, signal, () => ({ begun: description, applied: description })),
      );
      return join((await Promise.all(written)).map(({ decision }) => decision));
    }),
  };
}

/** @param applied what a network has that stands; of one of which only a part does, nothing can be said that is a description */
function begunRecord(begun: Network, applied: Network | undefined): NetworkRecord {
  if (applied === undefined) return { begun };
  const record = { begun, applied };
  return readRecord(recordEntries(record)).ok ? record : { begun };
}

function ownConfigMaps({ configMaps, records }: RecordObjects): KubernetesObject[] {
  const own = new Set(ownRecords(records).map(({ uid }) => uid));
  return configMaps.filter(({ metadata: { uid = '' } }) => own.has(uid));
}

/** What stands although its record is gone. */
async function standingWithoutRecord(
  cluster: Cluster,
  { network, namespaces }: RecordLookup,
  { configMaps, records }: RecordObjects,
  signal: AbortSignal,
): Promise<StandingObjects | undefined> {
  if (namespaces === undefined) return undefined;
  const others = namespacesOfOthers(records);
  const objects = await listOwnedAsFarAsAllowed(cluster, STANDING_KINDS, { network, namespaces }, signal);
  return standingObjects(
    [...objects, ...configMaps].filter(({ metadata }) => !others.includes(metadata.namespace ?? '')),
  );
}

interface WrittenRecord {
  readonly decision: Decision;
  /** Identity of the network. */
  readonly network: string;
}

/** @param next the record that shall be kept, by what was applied before */
async function writeRecord(
  dependencies: Dependencies,
  { network, dryRun, identity }: RecordInput,
  namespace: string,
  signal: AbortSignal,
  next: (applied: Network | undefined) => NetworkRecord,
): Promise<WrittenRecord> {
  const reference = { ...CONFIG_MAP, metadata: { namespace, name: networkConfigMaps(network).description } };
  const kept = await observe(dependencies.cluster, reference, { signal });
  const applied = kept && read(network.name, kept).applied;
  const entries = recordEntries(next(applied));
  const apply = (record: Readonly<Record<string, string>>): Promise<Decision> => {
    const variables = { NETWORK: network.name, NAMESPACE: namespace, RECORD: record };
    return applyManifest(dependencies, 'network.yaml', variables, { network, dryRun, signal });
  };
  if (kept === undefined) {
    const created = await apply(entries);
    const made = dryRun ? undefined : await observe(dependencies.cluster, reference, { signal });
    if (made === undefined) return { decision: created, network: identity.network ?? '' };
    // Only what exists has a UID.
    const whole = identityOf(made, identity);
    await apply({ ...entries, ...identityEntries(whole) });
    return { decision: created, network: whole.network };
  }
  const whole = identityOf(kept, identity);
  const decision = await apply({ ...entries, ...identityEntries(whole) });
  // That a first run had begun stood there already: what it brought up is new all the same.
  const isFirst = decision.outcome === 'updated' && applied === undefined;
  return { decision: isFirst ? { ...decision, outcome: 'created' } : decision, network: whole.network };
}

function identityOf({ metadata: { uid = '' } }: KubernetesObject, known: RecordInput['identity']): NetworkIdentity {
  return { network: uid, ...known, record: uid };
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

import { isMapping } from './mapping.ts';

/** What makes a network the one that it is: names alone never decide what belongs to whom. It is kept in each of its records. */
export interface NetworkIdentity {
  /** UID of the record that was written first. */
  readonly network: string;
  /** UID of the record that says this: that of a copy is another. */
  readonly record: string;
  /** Name of the cluster in the workflow id of its runs, `network/<cluster>/<network>`, which is the lock on it. */
  readonly cluster: string;
  /** UIDs of the clusters on which it lives, by name; of those alone that could be read. */
  readonly clusters: ClusterUids;
}

/** The UID of a cluster is that of its namespace kube-system: as a rule nobody makes that anew. */
export type ClusterUids = Readonly<Record<string, string>>;

/** Entry of the ConfigMap that keeps a record. */
const IDENTITY = 'identity.json';

/** @returns the entries that say it, as {@link readIdentity} reads them */
export function identityEntries(identity: NetworkIdentity): Readonly<Record<string, string>> {
  return { [IDENTITY]: `${JSON.stringify(identity, null, 2)}\n` };
}

/** @returns undefined if the entries say none: records that were written before networks had identities do not */
export function readIdentity(entries: Readonly<Record<string, string>>): NetworkIdentity | undefined {
  const value = parsed(entries[IDENTITY] ?? '');
  if (!isMapping(value)) return undefined;
  const { network, record, cluster, clusters } = value;
  if (typeof network !== 'string' || typeof record !== 'string' || typeof cluster !== 'string') return undefined;
  const uids = Object.entries(isMapping(clusters) ? clusters : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { network, record, cluster, clusters: Object.fromEntries(uids) };
}

/** @returns the entries without it: what is written under another UID is taken for a copy, and without an identity for a record whose network gets one */
export function withoutIdentity(entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entries).filter(([entry]) => entry !== IDENTITY));
}

/** A ConfigMap that has the name of a network's record. */
export interface RecordObject {
  readonly uid: string;
  /** It has the labels of what Weft makes for the network. */
  readonly isLabelled: boolean;
  /** Its fields were applied by Weft at some time. */
  readonly isApplied: boolean;
  readonly entries: Readonly<Record<string, string>>;
}

/**
 * Why a ConfigMap with the name of a network's record is not the record of that network: somebody made it by hand, or copied it.
 *
 * @returns how the sentence goes on that names the ConfigMap; undefined if it is the record
 */
export function foreignRecord(network: string, object: RecordObject): string | undefined {
  if (!object.isLabelled) return 'lacks the labels of what Weft makes';
  const described = describedName(object.entries);
  if (described !== undefined && described !== network) return `describes the network ${described}`;
  const identity = readIdentity(object.entries);
  if (identity !== undefined && identity.record !== object.uid) {
    return `is a copy: it says that its UID is ${identity.record}, and it is ${object.uid}`;
  }
  return identity === undefined && !object.isApplied ? 'was not written by Weft' : undefined;
}

/** The name in a description; what cannot be read is told when it is read as a description. */
function describedName(entries: Readonly<Record<string, string>>): string | undefined {
  const description = parsed(entries['network.json'] ?? '');
  if (!isMapping(description)) return undefined;
  return typeof description['name'] === 'string' ? description['name'] : undefined;
}

/** A record of a network of the name that was looked for. */
export interface FoundRecord {
  readonly namespace: string;
  readonly uid: string;
  /** It is where the network was looked for: in one of its namespaces, or anywhere if none was named. */
  readonly isExpected: boolean;
  /** Absent if it says none. */
  readonly identity?: NetworkIdentity;
  /** Why it is not the record of this network: see {@link foreignRecord}. */
  readonly foreign?: string;
}

/** What a cluster knows of the networks of one name. */
export interface ClusterRecords {
  /** UID of the cluster; absent where the credentials may not read it. */
  readonly uid?: string;
  readonly records: readonly FoundRecord[];
}

/** The same, with the name of the cluster. */
export interface NamedClusterRecords extends ClusterRecords {
  readonly cluster: string;
}

/** Why what was found is not the one network that is meant. */
export type IdentityIssue =
  /** A record that is none of this network. */
  | { readonly kind: 'foreign record'; readonly cluster: string; readonly record: FoundRecord; readonly reason: string }
  /** Another network of the same name. */
  | { readonly kind: 'other network'; readonly namespaces: readonly string[]; readonly fact: string }
  /** A cluster that is not the one that has this name by the record. */
  | { readonly kind: 'other cluster'; readonly cluster: string; readonly record: FoundRecord; readonly fact: string };

/**
 * Tells a network apart from others of the same name, from copies of its record, and from clusters that only have the name of one of
 * its own. Records elsewhere are others' matter, as long as there is one where it is expected.
 *
 * @param home name of the cluster in the workflow id; undefined for a look, which holds no lock
 */
export function identityIssue(
  network: string,
  home: string | undefined,
  clusters: readonly NamedClusterRecords[],
): IdentityIssue | undefined {
  const found = clusters.flatMap(({ cluster, records }) => records.map((record) => ({ cluster, record })));
  const expected = found.filter(({ record }) => record.isExpected);
  for (const { cluster, record } of expected) {
    if (record.foreign !== undefined) return { kind: 'foreign record', cluster, record, reason: record.foreign };
  }
  return (
    otherNetwork(network, expected) ??
    (expected.length === 0 ? networkElsewhere(network, found) : undefined) ??
    otherCluster(network, home, expected, clusters)
  );
}

interface PlacedRecord {
  readonly cluster: string;
  readonly record: FoundRecord;
}

function otherNetwork(network: string, expected: readonly PlacedRecord[]): IdentityIssue | undefined {
  const [first, ...others] = expected.filter(({ record }) => record.identity !== undefined);
  const other = others.find(({ record }) => record.identity?.network !== first?.record.identity?.network);
  if (first === undefined || other === undefined) return undefined;
  const [one, two] = [first, other].map(
    ({ cluster, record }) => `${placeOf({ cluster, record })} (${record.identity?.network ?? ''})`,
  );
  return {
    kind: 'other network',
    namespaces: [first.record.namespace, other.record.namespace],
    fact: `there are two networks ${network}, one in ${one ?? ''} and another in ${two ?? ''}`,
  };
}

function networkElsewhere(network: string, found: readonly PlacedRecord[]): IdentityIssue | undefined {
  const elsewhere = found.filter(({ record }) => record.foreign === undefined);
  if (elsewhere.length === 0) return undefined;
  return {
    kind: 'other network',
    namespaces: [...new Set(elsewhere.map(({ record }) => record.namespace))].sort(),
    fact: `a network ${network} stands in ${elsewhere.map(placeOf).join(', ')}, and this description puts it elsewhere`,
  };
}

function otherCluster(
  network: string,
  home: string | undefined,
  expected: readonly PlacedRecord[],
  clusters: readonly NamedClusterRecords[],
): IdentityIssue | undefined {
  const known = expected.flatMap(({ record }) =>
    record.identity === undefined ? [] : [{ record, identity: record.identity }],
  );
  for (const { cluster, uid } of clusters) {
    const other = known.find(({ identity }) => uid !== undefined && (identity.clusters[cluster] ?? uid) !== uid);
    if (other === undefined) continue;
    const { record, identity } = other;
    const fact = `the worker of cluster ${cluster} is connected to another one (${uid ?? ''}) than that on which ${network} lives (${identity.clusters[cluster] ?? ''})`;
    return { kind: 'other cluster', cluster, record, fact };
  }
  const elsewhere = known.find(({ identity }) => home !== undefined && identity.cluster !== home);
  if (home === undefined || elsewhere === undefined) return undefined;
  const { record, identity } = elsewhere;
  const fact = `${network} is run as network/${identity.cluster}/${network}, by its record, and this run as network/${home}/${network}: the worker of ${home} is connected to what is called ${identity.cluster}`;
  return { kind: 'other cluster', cluster: home, record, fact };
}

function placeOf({ cluster, record }: PlacedRecord): string {
  return `namespace ${record.namespace} of cluster ${cluster}`;
}

/** The records of the network where it was looked for, and those elsewhere that say to be of the same one, or cannot say it. */
export function ownRecords(records: readonly FoundRecord[]): readonly FoundRecord[] {
  const genuine = records.filter(({ foreign }) => foreign === undefined);
  const expected = genuine.filter(({ isExpected }) => isExpected);
  if (expected.length === 0) return [];
  const own = new Set(expected.flatMap(({ identity }) => identity?.network ?? []));
  return genuine.filter(
    ({ isExpected, identity }) => isExpected || own.size === 0 || identity === undefined || own.has(identity.network),
  );
}

/** Namespaces of another network of the same name, or with a copy of its record: what is in them is none of this network. */
export function namespacesOfOthers(records: readonly FoundRecord[]): readonly string[] {
  const own = ownRecords(records);
  return records.filter((record) => !record.isExpected && !own.includes(record)).map(({ namespace }) => namespace);
}

/**
 * What the records of a network shall say of it.
 *
 * @param home name of the cluster in the workflow id
 * @returns without `network` where no record says it: then it is the UID of the first that is written
 */
export function wantedIdentity(
  home: string,
  clusters: readonly NamedClusterRecords[],
): Pick<NetworkIdentity, 'cluster' | 'clusters'> & { readonly network?: string } {
  const known = clusters.flatMap(({ records }) => ownRecords(records).flatMap(({ identity }) => identity ?? []));
  const names = clusters.map(({ cluster }) => cluster).sort();
  const uids = names.flatMap((name) => {
    // What was known stays, also where this run's credentials may not read it.
    const uid =
      known.find(({ clusters: told }) => told[name] !== undefined)?.clusters[name] ??
      clusters.find(({ cluster }) => cluster === name)?.uid;
    return uid === undefined ? [] : [[name, uid] as const];
  });
  const [first] = known;
  return { ...(first && { network: first.network }), cluster: home, clusters: Object.fromEntries(uids) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { FoundNetwork } from '../../../activities/cluster/record.ts';
import type { FailureType } from '../../../activities/failures.ts';
import {
  isApplied,
  isSameDescription,
  issueInWords,
  namespacesOfOthers,
  newestRecord,
  refusedChanges,
  standingNetwork,
  wantedIdentity,
  type NamedClusterRecords,
  type NetworkRecord,
  type StandingNode,
} from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { refusal } from '../../durable/refusal.ts';
import { consenterIssues } from './consenters.ts';
import { allDone } from '../../durable/steps.ts';
import type { Place } from '../../inputs.ts';
import { selectionOfPlaces } from '../../selection.ts';

/** What the clusters keep of the network. */
export interface KeptNetwork {
  /** By which description it was brought up, and how far that came; what its objects say where no record is left; absent if nothing stands. */
  readonly record?: NetworkRecord;
  /** The network stands, and its record is gone. */
  readonly isLost: boolean;
  readonly clusters: readonly NamedClusterRecords[];
}

/** Reads what the clusters keep of the network: by which description it was brought up, how far that came, and which network it is. */
export async function readRecord(run: ApplyRun): Promise<KeptNetwork> {
  const { network, places, steps } = run;
  const found = await allDone(
    selectionOfPlaces(places).map(async ({ cluster, namespaces }) => {
      const known = await steps.queriesAt(cluster).readRecord(network.name, { network: network.name, namespaces });
      return { cluster, ...known };
    }),
  );
  const clusters = found.map(({ cluster, uid, records }) => ({
    cluster,
    ...(uid === undefined ? {} : { uid }),
    records,
  }));
  const record = newestRecord(found.flatMap((known) => known.record ?? []));
  if (record !== undefined) return { record, isLost: false, clusters };
  const standing = { nodes: ownNodes(run, found), channels: found.flatMap((known) => known.standing?.channels ?? []) };
  if (standing.nodes.length === 0) return { isLost: false, clusters };
  const stands = standingNetwork(network, standing);
  return { record: { begun: stands, applied: stands }, isLost: true, clusters };
}

/** The nodes of each organization on its own cluster: one cluster may have several names, and tells the same under each. */
function ownNodes(
  { network, reference }: ApplyRun,
  found: readonly (FoundNetwork & { readonly cluster: string })[],
): readonly StandingNode[] {
  return network.organizations.flatMap((organization) => {
    const { cluster } = reference(organization);
    const nodes = found.find((known) => known.cluster === cluster)?.standing?.nodes ?? [];
    return nodes.filter((node) => node.organization === organization.name);
  });
}

/** What people are told of a record that is gone. */
export function lostRecordNotice({ network, base }: ApplyRun): string {
  return (
    `The record of ${network.name} was gone although the network stands. Compared was what its objects say: MSP IDs, namespaces, volumes and images; ` +
    `consensus and capabilities are compared with each channel, and Fabric itself refuses collections that are gone or whose data lives as long no more. ${base.dryRun ? 'It is written anew when the network is brought up.' : 'It is written anew.'}`
  );
}

/** Whether a place belongs to another network of the same name. */
export function isOfAnother({ clusters }: KeptNetwork, { cluster, namespace }: Place): boolean {
  return clusters.some((known) => known.cluster === cluster && namespacesOfOthers(known.records).includes(namespace));
}

/**
 * Refuses what the network that stands could not follow. A run that did not come to its end has made things by its description, too.
 *
 * @throws ApplicationFailure `ChangeRefused` with the fields
 */
export async function refuseHarmfulChanges(run: ApplyRun, record: NetworkRecord | undefined): Promise<void> {
  if (record === undefined) return;
  const { network } = run;
  const { begun, applied = begun } = record;
  const refused = refusedChanges(applied, network);
  // What only a run that came to its end has made is looked at: before that there may be no channel yet.
  const issues = [...refused, ...(record.applied === undefined ? [] : await consenterIssues(run, record.applied))];
  if (issues.length === 0) return;
  throw refusal(
    'ChangeRefused' satisfies FailureType,
    `${network.name} stands, and cannot follow this change of its description. Nothing was touched.\n${issues.map(issueInWords).join('\n')}`,
    { kind: 'undoChanges', fields: issues.map(({ path }) => path) },
    { issues },
  );
}

/** What the records of this run say of the network. */
export type RunIdentity = ReturnType<typeof wantedIdentity>;

/**
 * Keeps in every namespace of the network that a run by this description has begun, before anything else is made. The first record that
 * a network ever has says by its UID which network it is.
 */
export async function recordBegun(run: ApplyRun, { record, isLost, clusters }: KeptNetwork): Promise<RunIdentity> {
  const { network, base, places, steps } = run;
  const identity = wantedIdentity(run.cluster, clusters);
  const isKnown = record !== undefined && !isLost && isApplied(record) && isSameDescription(record.begun, network);
  const isEverywhere = places.every((place) => isIdentified(clusters, place));
  // A plan begins nothing.
  if (base.dryRun || (isKnown && isEverywhere)) return identity;
  const write = async ({ cluster, namespace }: Place, known: RunIdentity): Promise<RunIdentity> => {
    const input = {
      ...{ ...base, namespaces: [namespace], description: network, identity: known },
      ...(isLost && record?.applied ? { standing: record.applied } : {}),
    };
    const { network: uid } = await steps.queriesAt(cluster).recordBegun(namespace, input);
    return { ...known, network: uid };
  };
  const [first, ...others] = places;
  if (first === undefined) return identity;
  const named = await write(first, identity);
  await allDone(others.map((place) => write(place, named)));
  return named;
}

function isIdentified(clusters: readonly NamedClusterRecords[], { cluster, namespace }: Place): boolean {
  return clusters.some(
    (known) =>
      known.cluster === cluster &&
      known.records.some((record) => record.namespace === namespace && record.identity !== undefined),
  );
}

/** Records in every namespace of the network that the description was brought up. */
export async function recordNetwork({ network, base, places, steps }: ApplyRun, identity: RunIdentity): Promise<void> {
  await allDone(
    places.map(({ cluster, namespace }) =>
      steps.at(cluster).recordNetwork(namespace, { ...base, namespaces: [namespace], description: network, identity }),
    ),
  );
}

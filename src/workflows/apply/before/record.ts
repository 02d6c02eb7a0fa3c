import type { FailureType } from '../../../activities/failures.ts';
import {
  isApplied,
  isSameDescription,
  issueInWords,
  newestRecord,
  refusedChanges,
  type NetworkRecord,
} from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { refusal } from '../../durable/refusal.ts';
import { allDone } from '../../durable/steps.ts';

/** Reads what the clusters keep of the network: by which description it was brought up, and how far that came. */
export async function readRecord({ network, places, steps }: ApplyRun): Promise<NetworkRecord | undefined> {
  const clusters = [...new Set(places.map(({ cluster }) => cluster))];
  const records = await allDone(
    clusters.map((cluster) =>
      steps.queriesAt(cluster).readRecord(network.name, {
        network: network.name,
        namespaces: places.filter((place) => place.cluster === cluster).map(({ namespace }) => namespace),
      }),
    ),
  );
  return newestRecord(records.filter((record) => record !== undefined));
}

/**
 * Refuses what the network that stands could not follow. A run that did not come to its end has made things by its description, too.
 *
 * @throws ApplicationFailure `ChangeRefused` with the fields
 */
export function refuseHarmfulChanges({ network }: ApplyRun, record: NetworkRecord | undefined): void {
  if (record === undefined) return;
  const { begun, applied = begun } = record;
  const issues = refusedChanges(applied, network);
  if (issues.length === 0) return;
  throw refusal(
    'ChangeRefused' satisfies FailureType,
    `${network.name} stands, and cannot follow this change of its description. Nothing was touched.\n${issues.map(issueInWords).join('\n')}`,
    { kind: 'undoChanges', fields: issues.map(({ path }) => path) },
    { issues },
  );
}

/** Keeps in every namespace of the network that a run by this description has begun, before anything else is made. */
export async function recordBegun(
  { network, base, places, steps }: ApplyRun,
  record: NetworkRecord | undefined,
): Promise<void> {
  const isKnown = record !== undefined && isApplied(record) && isSameDescription(record.begun, network);
  // A plan begins nothing.
  if (base.dryRun || isKnown) return;
  await allDone(
    places.map(({ cluster, namespace }) =>
      steps.queriesAt(cluster).recordBegun(namespace, { ...base, namespaces: [namespace], description: network }),
    ),
  );
}

/** Records in every namespace of the network that the description was brought up. */
export async function recordNetwork({ network, base, places, steps }: ApplyRun): Promise<void> {
  await allDone(
    places.map(({ cluster, namespace }) =>
      steps.at(cluster).recordNetwork(namespace, { ...base, namespaces: [namespace], description: network }),
    ),
  );
}

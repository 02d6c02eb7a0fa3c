import { departuresOf, nodeName, type Departure, type NetworkRecord, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import type { Place } from '../../inputs.ts';

/** What was described before, and is no more. */
export interface Departures {
  /** Who leaves the channels that go on. */
  readonly parts: readonly Departure[];
  /** The organizations that leave the network. */
  readonly organizations: readonly Organization[];
  /** Where only they were. */
  readonly places: readonly Place[];
  /** Kubernetes names of the orderers that leave the network. */
  readonly orderers: readonly string[];
}

/** Compares the description with those that what stands was made by. A run that did not come to its end has made things by its description, too. */
export function departuresFrom(
  { network, places, reference }: ApplyRun,
  record: NetworkRecord | undefined,
): Departures {
  if (record === undefined) return NOBODY;
  const earlier = [...(record.applied === undefined ? [] : [record.applied]), record.begun];
  const named = new Set(network.organizations.map(({ name }) => name));
  const gone = earlier.flatMap(({ organizations }) => organizations).filter(({ name }) => !named.has(name));
  const organizations = [...new Map(gone.map((organization) => [organization.name, organization])).values()];
  const isUsed = (place: Place): boolean => places.some((used) => placeKey(used) === placeKey(place));
  const left = organizations.map(reference).map(({ cluster, namespace }) => ({ cluster, namespace }));
  const orderers = new Set(network.organizations.flatMap(orderersOf));
  return {
    orderers: [...new Set(earlier.flatMap((standing) => standing.organizations.flatMap(orderersOf)))].filter(
      (name) => !orderers.has(name),
    ),
    parts: departuresOf(earlier, network),
    organizations,
    places: [...new Map(left.filter((place) => !isUsed(place)).map((place) => [placeKey(place), place])).values()],
  };
}

const NOBODY: Departures = { parts: [], organizations: [], places: [], orderers: [] };

/** Kubernetes names. */
function orderersOf(organization: Organization): string[] {
  return organization.orderers.map((orderer) => nodeName(organization, orderer));
}

function placeKey({ cluster, namespace }: Place): string {
  return `${cluster}/${namespace}`;
}

import { departuresOf, nodeName, type Departure, type NetworkRecord, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import type { Place } from '../../inputs.ts';

/** What was described before, and is no more. */
export interface Departures {
  /** Who leaves the channels that go on. */
  readonly parts: readonly Departure[];
  /** Where only organizations were that leave the network. */
  readonly places: readonly Place[];
  /** Kubernetes names of the orderers that leave the network. */
  readonly orderers: readonly string[];
}

/** Compares the description with those that what stands was made by. A run that did not come to its end has made things by its description, too. */
export function departuresFrom(run: ApplyRun, record: NetworkRecord | undefined): Departures {
  if (record === undefined) return NOBODY;
  const earlier = [...(record.applied === undefined ? [] : [record.applied]), record.begun];
  const before = earlier.flatMap(({ organizations }) => organizations);
  return {
    parts: departuresOf(earlier, run.network),
    places: placesLeft(run, before),
    orderers: without(before.flatMap(orderersOf), run.network.organizations.flatMap(orderersOf)),
  };
}

const NOBODY: Departures = { parts: [], places: [], orderers: [] };

function placesLeft({ places, reference }: ApplyRun, before: readonly Organization[]): Place[] {
  const left = before.map(reference).map(({ cluster, namespace }) => ({ cluster, namespace }));
  const byKey = new Map(left.map((place) => [placeKey(place), place]));
  return without([...byKey.keys()], places.map(placeKey)).flatMap((key) => byKey.get(key) ?? []);
}

/** Each once. */
function without(names: readonly string[], others: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => !others.includes(name));
}

/** Kubernetes names. */
function orderersOf(organization: Organization): string[] {
  return organization.orderers.map((orderer) => nodeName(organization, orderer));
}

function placeKey({ cluster, namespace }: Place): string {
  return `${cluster}/${namespace}`;
}

import { setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { NetworkInput, OrganizationReference } from '../../activities/inputs.ts';
import type { Network, Organization } from '../../spec/index.ts';
import { networkSettings, referenceTo, type Place } from '../inputs.ts';
import { progressOf, progressQuery, type Milestone } from '../messages.ts';
import { runChildren, type Children } from './children.ts';
import { acceptPauses } from './pause.ts';
import { recordSteps, type Steps } from './steps.ts';

/** One run of `applyNetwork`: which network, where its organizations are, and how it does its steps and its children. */
export interface ApplyRun {
  readonly network: Network;
  /** Name of the cluster of every organization that names no other; it is part of the lock on the network. */
  readonly cluster: string;
  /** What every step is given. */
  readonly base: NetworkInput;
  /** Every cluster and namespace of the network, once. */
  readonly places: readonly Place[];
  readonly steps: Steps;
  readonly children: Children;
  /** An organization as steps are given it. */
  readonly reference: (organization: Organization) => OrganizationReference;
  /** The stages that have begun. */
  readonly milestones: readonly Milestone[];
  /** Tells whoever watches that a stage has begun. */
  readonly milestone: (milestone: Milestone) => void;
}

/**
 * Begins a run: from now on it answers who asks for its progress, and can be paused.
 *
 * @param cluster of every organization that names no other
 */
export function beginRun(network: Network, cluster: string, dryRun: boolean): ApplyRun {
  const pausing = acceptPauses();
  const steps = recordSteps(pausing);
  const children = runChildren(steps, pausing);
  const milestones: Milestone[] = [];
  setHandler(progressQuery, (since) => ({
    ...progressOf(steps.changedSince(since), pausing),
    milestones,
    children: children.open,
  }));
  const reference = (organization: Organization): OrganizationReference => referenceTo(cluster, organization);
  return {
    network,
    cluster,
    base: { network: networkSettings(network), dryRun },
    places: placesOf(network.organizations.map(reference)),
    steps,
    children,
    reference,
    milestones,
    milestone: (milestone) => {
      milestones.push(milestone);
      setCurrentDetails(milestones.map((reached) => `- ${reached}`).join('\n'));
    },
  };
}

/** The clusters and namespaces in which organizations are, each once. */
function placesOf(organizations: readonly OrganizationReference[]): Place[] {
  const places = new Map(
    organizations.map(({ cluster, namespace }) => [`${cluster}/${namespace}`, { cluster, namespace }]),
  );
  return [...places.values()];
}

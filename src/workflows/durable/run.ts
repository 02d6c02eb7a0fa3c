import { setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { NetworkInput } from '../../activities/inputs.ts';
import type { Network } from '../../spec/index.ts';
import { activitiesOf, type ClusterActivities } from './activities.ts';
import { clusterOf } from './workflow-id.ts';
import { progressQuery, type Milestone } from '../messages.ts';
import { runParts, type Parts } from './children.ts';
import { recordSteps, type Steps } from './steps.ts';
import { networkSettings } from '../inputs.ts';

/** One bring-up: which network on which cluster, and how it does its steps and its parts. */
export interface BringUp {
  readonly network: Network;
  readonly cluster: string;
  /** Every namespace of the network, once. */
  readonly namespaces: readonly string[];
  /** What every step is given. */
  readonly base: NetworkInput;
  readonly activities: ClusterActivities;
  readonly steps: Steps;
  readonly parts: Parts;
  /** Tells whoever watches that a stage has begun. */
  readonly reach: (milestone: Milestone) => void;
}

/**
 * Begins a bring-up: from now on it answers who asks for its progress.
 *
 * @throws ApplicationFailure `InvalidWorkflowId`
 */
export function beginBringUp(network: Network, dryRun: boolean): BringUp {
  const cluster = clusterOf(network.name, dryRun ? 'looks' : 'changes');
  const activities = activitiesOf(cluster);
  const steps = recordSteps(activities);
  const parts = runParts(steps);
  const milestones: Milestone[] = [];
  setHandler(progressQuery, () => ({ milestones, steps: steps.records, children: parts.open }));
  return {
    network,
    cluster,
    namespaces: [...new Set(network.organizations.map(({ namespace }) => namespace))],
    base: { network: networkSettings(network), dryRun },
    activities,
    steps,
    parts,
    reach: (milestone) => {
      milestones.push(milestone);
      setCurrentDetails(milestones.map((reached) => `- ${reached}`).join('\n'));
    },
  };
}

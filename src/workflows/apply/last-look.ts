import { ApplicationFailure } from '@temporalio/workflow';

import { conditionsOf, maySettle, unseenConditions } from '../conditions.ts';
import type { ApplyRun } from '../durable/run.ts';
import type { Condition, StepRecord } from '../messages.ts';
import { lookAtNetwork, type NetworkView } from '../network-look.ts';
import { selectionOfPlaces } from '../selection.ts';
import type { UnchangedByOrganization } from './before/unchanged-steps.ts';

/** A run may have restarted nodes a moment ago: an election takes up to five seconds, and a block its time on a busy machine. */
const LOOKS = 15;

/** What is seen of a network, whole or not. */
type Seen = Pick<NetworkView, 'channels' | 'conditions'>;

/**
 * Looks at the network once, beside the steps of a run that seems to have nothing to do: who has joined a channel need not be asked again, and
 * where the steps only find out that they are done, the look is as good as one after them.
 *
 * @param unchanged what was found of each organization before the steps begin
 * @returns undefined where there is something to do, and in a plan
 */
export async function lookBeside(run: ApplyRun, unchanged: UnchangedByOrganization): Promise<Seen | undefined> {
  const isDone = [...unchanged.values()].every(({ isComplete }) => isComplete);
  return isDone && !run.base.dryRun ? look(run, 1) : undefined;
}

/**
 * The network as it is at the end of a run: what stood when a step looked may have fallen over since.
 *
 * @param beside what was seen beside the steps, if they turned out to have nothing to do
 */
export async function lookAgain(run: ApplyRun, beside: Seen | undefined): Promise<readonly Condition[]> {
  // A plan has changed nothing.
  if (run.base.dryRun) return [];
  if (beside !== undefined && !hasChanged(run) && !maySettle(beside.conditions, 1)) return beside.conditions;
  return (await look(run, LOOKS)).conditions;
}

const CHANGES: ReadonlySet<StepRecord['outcome']> = new Set(['created', 'updated', 'removed']);

function hasChanged({ steps }: ApplyRun): boolean {
  return steps.records.some(({ outcome }) => CHANGES.has(outcome));
}

/** Says of the network what `inspectNetwork` would. What cannot be seen is not known, and no reason for the run to fail, which has done its work. */
async function look(run: ApplyRun, looks: number): Promise<Seen> {
  const { network, places, reference, steps } = run;
  const inspection = { queries: steps.queriesAt, reference };
  const record = { state: 'applied' } as const;
  // Waiting for gossip would double the time of a first bring-up; the chaincodes have answered through every peer.
  const isSettling = hasChanged(run);
  try {
    const known = { network, record, isSettling, selections: selectionOfPlaces(places) };
    return await lookAtNetwork(inspection, known, looks);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const seen = { network, record, nodes: [], channels: [], chaincodes: [], isSettling, now: Date.now() };
    const recorded = conditionsOf(seen).filter(({ type }) => type === 'RecordApplied');
    return { channels: [], conditions: [...unseenConditions(error.message), ...recorded] };
  }
}

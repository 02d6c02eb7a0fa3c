import { ApplicationFailure } from '@temporalio/workflow';

import { conditionsOf, unseenConditions } from '../conditions.ts';
import type { ApplyRun } from '../durable/run.ts';
import type { Condition } from '../messages.ts';
import { lookAtNetwork } from '../network-look.ts';
import { selectionOfPlaces } from '../selection.ts';

/** A run may have restarted nodes a moment ago: an election takes up to five seconds, and a block its time on a busy machine. */
const LOOKS = 15;

/**
 * Looks at the network as it is at the end of a run, and says of it what `inspectNetwork` would: what stood when a step looked may have
 * fallen over since. What cannot be seen is not known, and no reason for the run to fail, which has done its work.
 */
export async function lookAgain(run: ApplyRun): Promise<readonly Condition[]> {
  const { network, base, places, reference, steps } = run;
  // A plan has changed nothing.
  if (base.dryRun) return [];
  const inspection = { queries: steps.queriesAt, reference };
  const record = { state: 'applied' } as const;
  // Waiting for gossip would double the time of a first bring-up; the chaincodes have answered through every peer.
  const isSettling = steps.records.some(({ outcome }) => outcome === 'created' || outcome === 'updated');
  try {
    const known = { network, record, isSettling, selections: selectionOfPlaces(places) };
    return (await lookAtNetwork(inspection, known, LOOKS)).conditions;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const seen = { network, record, nodes: [], channels: [], chaincodes: [], isSettling, now: Date.now() };
    return [...unseenConditions(error.message), ...conditionsOf(seen).filter(({ type }) => type === 'RecordApplied')];
  }
}

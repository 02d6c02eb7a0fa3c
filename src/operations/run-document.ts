import type { StepView } from '../client/index.ts';
import type { Outcome, StepRecord } from '../workflows/messages.ts';

/** How a run ended: what it did to the network as a whole, or why it did not end well. */
export type RunOutcome = Outcome | 'failed' | 'cancelled' | 'started' | 'running';

export type Counts = Readonly<Record<Outcome, number>>;

/** A run for programs: what `up`, `plan` and `down` print with `-o json`. */
export interface RunDocument {
  readonly network: string;
  readonly outcome: RunOutcome;
  readonly steps: readonly StepRecord[];
  readonly counts: Counts;
}

/** @param outcome how the run ended, if it did not simply do its work */
export function runDocument(network: string, steps: readonly StepView[], outcome?: RunOutcome): RunDocument {
  const counts = countsOf(steps);
  return { network, outcome: outcome ?? overallOutcome(counts), steps: steps.map(recordOf), counts };
}

/** How many steps had each outcome. */
export function countsOf(steps: readonly Pick<StepRecord, 'outcome'>[]): Counts {
  const count = (outcome: Outcome): number => steps.filter((step) => step.outcome === outcome).length;
  return {
    unchanged: count('unchanged'),
    created: count('created'),
    updated: count('updated'),
    removed: count('removed'),
  };
}

/** What a run did to the network: one kind of change gives its name, several together are an update. */
export function overallOutcome({ created, updated, removed }: Counts): Outcome {
  const kinds = [created, updated, removed].filter((count) => count > 0).length;
  if (kinds === 0) return 'unchanged';
  if (kinds > 1 || updated > 0) return 'updated';
  return created > 0 ? 'created' : 'removed';
}

/** The fields of the contract and no others. */
function recordOf({ step, target, outcome, attempts, seconds, reason }: StepView): StepRecord {
  return { step, target, outcome, attempts, seconds, reason };
}

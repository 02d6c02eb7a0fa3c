import type { StepView } from '../../client/index.ts';
import { listSteps, type Database, type StoredStep } from '../../database/index.ts';
import type { StepRecord } from '../../workflows/messages.ts';

/** A step as it is told. */
export type Step = Pick<StepRecord, 'step' | 'target' | 'outcome' | 'attempts' | 'seconds' | 'reason'>;

/** A step with what it waits for as the reason why it is not done. */
export function withWaiting(step: StepView): StepRecord {
  const { waiting } = step;
  if (waiting === undefined) return step;
  return { ...step, attempts: waiting.attempt - 1, reason: `${waiting.reason}: ${waiting.message}` };
}

/** The steps that have changed between two looks at a run. */
export function changedSteps(before: readonly StepRecord[], after: readonly StepRecord[]): readonly StepRecord[] {
  const known = new Map(before.map((step) => [keyOf(step), step]));
  return after.filter((step) => {
    const earlier = known.get(keyOf(step));
    return earlier?.outcome !== step.outcome || earlier.attempts !== step.attempts || earlier.reason !== step.reason;
  });
}

/** A step in the form in which its attempts are kept. The view of a run does not tell which of its workflows a step is of. */
export function storedStep({ step, target, outcome, attempts, seconds, reason }: StepRecord, at: Date): StoredStep {
  const isRunning = outcome === 'running';
  return {
    ...{ path: '', step, target, outcome, reason, seconds },
    // The attempt that is under way comes after those that were made.
    attempt: isRunning ? attempts + 1 : attempts,
    ...(isRunning ? {} : { finishedAt: at }),
  };
}

/** So many are read at once. */
const PAGE = 1_000;

/** The steps of a run as they were seen last, by target. */
export async function latestSteps(database: Database, runId: string): Promise<readonly Step[]> {
  const latest = new Map<string, Step>();
  let token: string | undefined;
  do {
    const page = await listSteps(database, runId, {}, { size: PAGE, ...(token === undefined ? {} : { token }) });
    // Attempts come in their order: the last one stays.
    for (const attempt of page.items) latest.set(keyOf(attempt), stepOf(attempt));
    token = page.nextToken;
  } while (token !== undefined);
  return [...latest.values()];
}

function stepOf({ step, target, outcome, attempt, seconds, reason }: StoredStep): Step {
  return { step, target, outcome, attempts: outcome === 'running' ? attempt - 1 : attempt, seconds, reason };
}

function keyOf({ step, target }: Pick<StepRecord, 'step' | 'target'>): string {
  return `${step} ${target}`;
}

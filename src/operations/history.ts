import { isRunResult, RunUnreadable, type RunReference, type RunStatus, type RunSummary } from '../client/index.ts';
import { isReady, type Condition, type StepRecord } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';
import { countsOf, type Counts } from './run-document.ts';

/** A run of a network, as it is told afterwards. */
export interface PastRun {
  readonly run: RunReference;
  /** In the words of the command line, e.g. `up --prune-data`. */
  readonly operation: string;
  /** Who asked for it, e.g. `ana@laptop`; empty if it was not started by Weft. */
  readonly requestedBy: string;
  readonly startedAt: Date;
  /** Absent while it runs. */
  readonly endedAt?: Date;
  readonly outcome: PastOutcome;
  /** How many steps had each outcome; absent where the run has no result. */
  readonly counts?: Counts;
  /** What the run did, without what it left unchanged; absent where it has no result. */
  readonly changes?: readonly Pick<StepRecord, 'step' | 'target' | 'outcome' | 'reason'>[];
  /** Why it did not end well; absent where it did. */
  readonly reason?: string;
}

/** `done` means that every step was done, and that the network was ready then. */
export type PastOutcome = 'done' | 'not ready' | Exclude<RunStatus, 'completed'>;

/** Each has its history read for its result: so many at the same time. */
const READ_AT_ONCE = 8;

/**
 * The runs of a network, newest first, for as long as Temporal keeps them.
 *
 * @param limit how many at most
 */
export async function history(
  { temporal, cluster }: OperationContext,
  network: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly PastRun[]> {
  const found: RunSummary[] = [];
  for await (const summary of temporal.list({ cluster, network })) {
    if (found.length === limit) break;
    found.push(summary);
  }
  const runs: PastRun[] = [];
  for (let first = 0; first < found.length; first += READ_AT_ONCE) {
    const some = found.slice(first, first + READ_AT_ONCE);
    runs.push(...(await Promise.all(some.map((summary) => pastRun(temporal, summary, signal)))));
  }
  return runs;
}

async function pastRun(
  temporal: OperationContext['temporal'],
  { run, operation, requestedBy, startedAt, endedAt, status }: RunSummary,
  signal: AbortSignal,
): Promise<PastRun> {
  const told = { run, operation, requestedBy, startedAt, ...(endedAt === undefined ? {} : { endedAt }) };
  return { ...told, ...(await endOf(temporal, run, status, signal)) };
}

async function endOf(
  temporal: OperationContext['temporal'],
  run: RunReference,
  status: RunStatus,
  signal: AbortSignal,
): Promise<Pick<PastRun, 'outcome' | 'counts' | 'changes' | 'reason'>> {
  if (status !== 'completed' && status !== 'failed') return { outcome: status };
  const outcome = status === 'completed' ? 'done' : status;
  try {
    const ending = await temporal.result(run, signal);
    switch (ending.kind) {
      case 'completed':
        return isRunResult(ending.value) ? resultOf(ending.value) : { outcome };
      case 'failed':
        return { outcome: 'failed', reason: ending.failure.message };
      case 'terminated':
        return { outcome: 'terminated', reason: ending.reason };
      case 'cancelled':
      case 'timed out':
        return { outcome: ending.kind };
    }
  } catch (error) {
    // What another client has encoded hides none of the other runs.
    if (error instanceof RunUnreadable) return { outcome, reason: error.message };
    throw error;
  }
}

function resultOf({
  steps,
  conditions = [],
}: {
  readonly steps: readonly StepRecord[];
  readonly conditions?: readonly Condition[];
}): Pick<PastRun, 'outcome' | 'counts' | 'changes' | 'reason'> {
  const changes = steps
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ step, target, outcome, reason }) => ({ step, target, outcome, reason }));
  const counts = countsOf(steps);
  if (isReady(conditions)) return { outcome: 'done', counts, changes };
  const open = conditions.filter(({ status }) => status !== 'True');
  return { outcome: 'not ready', counts, changes, reason: open.map(({ message }) => message).join('; ') };
}

import {
  attemptsOf,
  latestAttempts,
  type Database,
  type LatestAttempt,
  type StoredStep,
} from '../../database/index.ts';
import type { StepRecord } from '../../workflows/messages.ts';
import { remedyOfReason } from '../../spec/index.ts';
import { remedyInWords } from '../problems/remedy.ts';
import { runPath } from './paths.ts';
import type { StepDetail, StepSummary } from './step-resource.ts';

/** A step as a run tells it. */
export type Step = Pick<StepRecord, 'step' | 'target' | 'outcome' | 'attempts' | 'seconds' | 'reason'> &
  Pick<StepSummary, 'remedy'>;

/** So many are read at once. */
const PAGE = 1_000;

/** The last attempts of all steps of a run, by path and target. */
export async function allLatestAttempts(
  database: Database,
  runId: string,
  filter: Parameters<typeof latestAttempts>[2] = {},
): Promise<readonly LatestAttempt[]> {
  const latest: LatestAttempt[] = [];
  let token: string | undefined;
  do {
    const page = await latestAttempts(database, runId, filter, {
      size: PAGE,
      ...(token === undefined ? {} : { token }),
    });
    latest.push(...page.items);
    token = page.nextToken;
  } while (token !== undefined);
  return latest;
}

/** The steps of a run as they were seen last, by path and target. */
export async function latestSteps(database: Database, runId: string): Promise<readonly Step[]> {
  return (await allLatestAttempts(database, runId)).map(stepOf);
}

function stepOf(latest: LatestAttempt): Step {
  const { step, target, stepOutcome: outcome, type, reason, seconds } = latest;
  const waiting = outcome === 'running' && type !== '' ? `${type}: ${reason}` : reason;
  return { step, target, outcome, attempts: madeAttempts(latest), seconds, reason: waiting, ...remedyOf(latest) };
}

/** What helps a step that waits. */
function remedyOf({ stepOutcome, type }: LatestAttempt): Pick<StepSummary, 'remedy'> {
  const remedy = stepOutcome === 'running' ? remedyOfReason(type) : undefined;
  const words = remedy && remedyInWords(remedy);
  return words === undefined ? {} : { remedy: words };
}

/** How many attempts have ended. */
function madeAttempts({ outcome, attempt }: StoredStep): number {
  return outcome === 'running' ? attempt - 1 : attempt;
}

/** A step as lists show it. */
export function stepSummary(runId: string, latest: LatestAttempt): StepSummary {
  const { step, target, path, stepOutcome, type, reason, seconds, stepStartedAt, finishedAt, nextAttemptAt } = latest;
  const isEnded = stepOutcome !== 'running';
  return {
    ...{ step, target, path, outcome: stepOutcome, attempts: madeAttempts(latest) },
    ...(type === '' ? {} : { type }),
    ...{ reason, seconds, ...remedyOf(latest) },
    ...(stepStartedAt === undefined ? {} : { startedAt: stepStartedAt.toISOString() }),
    ...(isEnded && finishedAt !== undefined ? { finishedAt: finishedAt.toISOString() } : {}),
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
    link: `${runPath(runId)}/steps/${step}/${encodeURIComponent(target)}`,
  };
}

/** A step with its attempts; undefined if nobody has seen such a step in the run. */
export async function stepDetail(
  database: Database,
  runId: string,
  key: Pick<StoredStep, 'step' | 'target'>,
): Promise<StepDetail | undefined> {
  const [latest] = await allLatestAttempts(database, runId, key);
  if (latest === undefined) return undefined;
  const history = await attemptsOf(database, runId, key);
  return { ...stepSummary(runId, latest), history: history.map(attemptOf) };
}

function attemptOf(attempt: StoredStep): StepDetail['history'][number] {
  const { outcome, type, reason, seconds, startedAt, finishedAt, nextAttemptAt } = attempt;
  // What is kept with the last attempt is the time of the whole step.
  const took = startedAt && finishedAt ? (finishedAt.getTime() - startedAt.getTime()) / 1000 : seconds;
  return {
    ...{ attempt: attempt.attempt, outcome },
    ...(type === '' ? {} : { type }),
    ...{ reason, seconds: took },
    ...(startedAt === undefined ? {} : { startedAt: startedAt.toISOString() }),
    ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
  };
}

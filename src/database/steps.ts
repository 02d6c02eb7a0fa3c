import type { StepRecord } from '../workflows/messages.ts';
import type { Database } from './database.ts';
import { storable } from './storable.ts';
import { pageOf, stepPositionOf, type Page, type PageRequest } from './page.ts';
import { present } from './rows.ts';

/** One attempt of a step on a target. */
export interface StoredStep extends Pick<StepRecord, 'step' | 'target' | 'outcome' | 'reason' | 'seconds'> {
  /** Where it belongs in the run: path of its child workflow below the run's, e.g. `org1/identities`; empty for the run itself. */
  readonly path: string;
  /** From 1; 0 where the step was recorded without being run. */
  readonly attempt: number;
  /** Name of the failure, or of what is waited for; empty where there is none. */
  readonly type: string;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** When the attempt after one that failed begins; absent where none does, or that is not known. */
  readonly nextAttemptAt?: Date;
}

/** A step as it was seen last. */
export interface LatestAttempt extends StoredStep {
  /** Of the step: `running` also between two attempts. */
  readonly stepOutcome: StoredStep['outcome'];
  /** When its first attempt began, as far as that was seen. */
  readonly stepStartedAt?: Date;
}

/** Which steps of a run. */
export type StepFilter = Partial<Pick<StoredStep, 'path' | 'target' | 'step'>> & {
  readonly outcome?: StoredStep['outcome'];
};

/** So many rows are written by one statement: PostgreSQL takes 65,535 parameters, and a row has twelve. */
const ROWS_AT_ONCE = 1_000;

/**
 * Keeps attempts as they were seen. One whose end is known stays as it is: what is seen late does not have it run again. That another was to follow is no
 * end: the step may be cancelled before that.
 *
 * @param steps each attempt once
 */
export async function keepSteps({ query }: Database, runId: string, steps: readonly StoredStep[]): Promise<void> {
  for (let first = 0; first < steps.length; first += ROWS_AT_ONCE) {
    const rows = steps
      .slice(first, first + ROWS_AT_ONCE)
      .map(({ path, target, step, attempt, outcome, type, reason, seconds, ...times }) => ({
        ...{ runId, path, target, step, attempt, outcome, type, seconds },
        reason: storable(reason),
        startedAt: times.startedAt ?? null,
        finishedAt: times.finishedAt ?? null,
        nextAttemptAt: times.nextAttemptAt ?? null,
      }));
    await query
      .insertInto('steps')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['runId', 'path', 'target', 'step', 'attempt'])
          .doUpdateSet((eb) => ({
            outcome: eb.ref('excluded.outcome'),
            type: eb.ref('excluded.type'),
            reason: eb.ref('excluded.reason'),
            seconds: eb.ref('excluded.seconds'),
            startedAt: eb.ref('excluded.startedAt'),
            finishedAt: eb.ref('excluded.finishedAt'),
            nextAttemptAt: eb.ref('excluded.nextAttemptAt'),
          }))
          .where((eb) => eb.or([eb('steps.outcome', '=', 'running'), eb('steps.nextAttemptAt', 'is not', null)])),
      )
      .execute();
  }
}

const COLUMNS = [
  ...(['path', 'target', 'step', 'attempt', 'outcome', 'type', 'reason', 'seconds'] as const),
  ...(['startedAt', 'finishedAt', 'nextAttemptAt'] as const),
] as const;

/**
 * The steps of a run, each with its last attempt, by path, target and step.
 *
 * @throws PageTokenInvalid
 */
export async function latestAttempts(
  { query }: Database,
  runId: string,
  { outcome, ...filter }: StepFilter,
  page: PageRequest,
): Promise<Page<LatestAttempt>> {
  const latest = query
    .selectFrom('steps')
    .distinctOn(['path', 'target', 'step'])
    .select(COLUMNS)
    .select((eb) => [
      eb.case().when('nextAttemptAt', 'is not', null).then('running').else(eb.ref('outcome')).end().as('stepOutcome'),
      eb.fn
        .min<Date | null>('startedAt')
        .over((over) => over.partitionBy(['path', 'target', 'step']))
        .as('stepStartedAt'),
    ])
    .where('runId', '=', runId)
    .where((eb) => eb.and(filter))
    .orderBy('path')
    .orderBy('target')
    .orderBy('step')
    .orderBy('attempt', 'desc');
  let select = query.selectFrom(latest.as('latest')).selectAll();
  if (outcome !== undefined) select = select.where('stepOutcome', '=', outcome);
  if (page.token !== undefined) {
    const position = stepPositionOf(page.token);
    select = select.where((eb) => eb(eb.refTuple('path', 'target', 'step'), '>', eb.tuple(...position)));
  }
  const rows = await select
    .orderBy('path')
    .orderBy('target')
    .orderBy('step')
    .limit(page.size + 1)
    .execute();
  return pageOf(
    rows.map((row) => ({ ...present(row), stepOutcome: row.stepOutcome as StoredStep['outcome'] })),
    page,
    ({ path, target, step }) => [path, target, step],
  );
}

/** The attempts of one step, the first one first; none if the run has no such step, or nobody has seen it. */
export async function attemptsOf(
  { query }: Database,
  runId: string,
  { step, target }: Pick<StoredStep, 'step' | 'target'>,
): Promise<readonly StoredStep[]> {
  const rows = await query
    .selectFrom('steps')
    .select(COLUMNS)
    .where('runId', '=', runId)
    .where('step', '=', step)
    .where('target', '=', target)
    .orderBy('attempt')
    .execute();
  return rows.map(present);
}

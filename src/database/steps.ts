import type { StepRecord } from '../workflows/messages.ts';
import type { Database } from './database.ts';
import { storable } from './json.ts';
import { pageOf, stepPositionOf, type Page, type PageRequest } from './page.ts';
import { present } from './rows.ts';

/** One attempt of a step on a target. */
export interface StoredStep extends Pick<StepRecord, 'step' | 'target' | 'outcome' | 'reason' | 'seconds'> {
  /** Where it belongs in the run: path of its child workflow below the run's, e.g. `org1/identities`; empty for the run itself. */
  readonly path: string;
  /** From 1; 0 where the step was recorded without being run. */
  readonly attempt: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
}

/** Which steps of a run. */
export type StoredStepFilter = Partial<Pick<StoredStep, 'path' | 'target' | 'step'>>;

/** So many rows are written by one statement: PostgreSQL takes 65,535 parameters, and a row has ten. */
const ROWS_AT_ONCE = 1_000;

/**
 * Keeps attempts as they were seen. One whose end is known stays as it is: what is seen late does not have it run again.
 *
 * @param steps each attempt once
 */
export async function keepSteps({ query }: Database, runId: string, steps: readonly StoredStep[]): Promise<void> {
  for (let first = 0; first < steps.length; first += ROWS_AT_ONCE) {
    const rows = steps
      .slice(first, first + ROWS_AT_ONCE)
      .map(({ path, target, step, attempt, outcome, reason, seconds, startedAt, finishedAt }) => ({
        ...{ runId, path, target, step, attempt, outcome, seconds },
        reason: storable(reason),
        startedAt: startedAt ?? null,
        finishedAt: finishedAt ?? null,
      }));
    await query
      .insertInto('steps')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['runId', 'path', 'target', 'step', 'attempt'])
          .doUpdateSet((eb) => ({
            outcome: eb.ref('excluded.outcome'),
            reason: eb.ref('excluded.reason'),
            seconds: eb.ref('excluded.seconds'),
            startedAt: eb.ref('excluded.startedAt'),
            finishedAt: eb.ref('excluded.finishedAt'),
          }))
          .where('steps.outcome', '=', 'running'),
      )
      .execute();
  }
}

/**
 * Attempts of a run's steps, by path, target, step and attempt.
 *
 * @throws PageTokenInvalid
 */
export async function listSteps(
  { query }: Database,
  runId: string,
  filter: StoredStepFilter,
  page: PageRequest,
): Promise<Page<StoredStep>> {
  let select = query
    .selectFrom('steps')
    .select(['path', 'target', 'step', 'attempt', 'outcome', 'reason', 'seconds', 'startedAt', 'finishedAt'])
    .where('runId', '=', runId);
  if (filter.path !== undefined) select = select.where('path', '=', filter.path);
  if (filter.target !== undefined) select = select.where('target', '=', filter.target);
  if (filter.step !== undefined) select = select.where('step', '=', filter.step);
  if (page.token !== undefined) {
    const position = stepPositionOf(page.token);
    select = select.where((eb) => eb(eb.refTuple('path', 'target', 'step', 'attempt'), '>', eb.tuple(...position)));
  }
  const rows = await select
    .orderBy('path')
    .orderBy('target')
    .orderBy('step')
    .orderBy('attempt')
    .limit(page.size + 1)
    .execute();
  return pageOf(rows.map(present), page, ({ path, target, step, attempt }) => [path, target, step, attempt]);
}

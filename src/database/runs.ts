import type { SelectQueryBuilder, Selectable } from 'kysely';

import type { RunPause } from '../workflows/messages.ts';
import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { json } from './json.ts';
import type { NetworkKey } from './networks.ts';
import { pageOf, timePositionOf, type Page, type PageRequest } from './page.ts';
import { present } from './rows.ts';
import type { RunKind, RunState, Tables } from './tables.ts';

/** A run as the service knows it, also after Temporal has forgotten it. */
export interface StoredRun {
  readonly id: string;
  readonly networkId: string;
  readonly network: NetworkKey;
  readonly workflowId: string;
  /** Temporal's id of the run, a UUID. */
  readonly temporalRunId: string;
  readonly kind: RunKind;
  readonly state: RunState;
  /** The revision that it carries out; absent where none was asked for. */
  readonly revision?: number;
  readonly startedAt: Date;
  /** Absent while it runs. */
  readonly finishedAt?: Date;
  /** Who asked for it; empty if it was not started by Weft. */
  readonly requestedBy: string;
  /** Of the request that has started it; absent where that was none of the service's. */
  readonly requestId?: string;
  /** What it returned; absent if it has not come to its end. */
  readonly result?: unknown;
  /** Why it did not end well. */
  readonly error?: unknown;
  /** As it was seen last; absent while it is not paused, and after its end. */
  readonly paused?: RunPause;
  /** Place of its last event; 0 before the first. */
  readonly lastEvent: number;
}

/** A run as lists show it: what it returned names every step, and may be long. */
export type StoredRunSummary = Omit<StoredRun, 'result'>;

export type RunInput = Pick<
  StoredRun,
  'networkId' | 'workflowId' | 'temporalRunId' | 'kind' | 'startedAt' | 'requestedBy' | 'requestId' | 'revision'
>;

/** How a run ended. */
export interface RunFinish extends Pick<StoredRun, 'result' | 'error'> {
  readonly state: Exclude<RunState, 'running'>;
  readonly at: Date;
}

export interface StoredRunFilter {
  readonly networkId?: string;
  readonly state?: RunState;
}

/**
 * Makes a run known to the service. One that is known already stays as it is: whoever joins a run may say so as well. What was not known of it is added: it
 * may have been seen in Temporal before the request that has started it has said so.
 *
 * @returns the run as it is known
 */
export async function recordRun(database: Database, input: RunInput): Promise<StoredRun> {
  const { networkId, workflowId, temporalRunId, kind, startedAt, requestedBy, requestId, revision } = input;
  await database.query
    .insertInto('runs')
    .values({
      id: newId(kind),
      networkId,
      workflowId,
      temporalRunId,
      kind,
      state: 'running',
      startedAt,
      requestedBy,
      requestId: requestId ?? null,
      revision: revision ?? null,
    })
    .onConflict((conflict) =>
      conflict.columns(['workflowId', 'temporalRunId']).doUpdateSet((eb) => ({
        requestId: eb.fn.coalesce('runs.requestId', 'excluded.requestId'),
        revision: eb.fn.coalesce('runs.revision', 'excluded.revision'),
      })),
    )
    .execute();
  const row = await selectRuns(database)
    .where('runs.workflowId', '=', workflowId)
    .where('runs.temporalRunId', '=', temporalRunId)
    .executeTakeFirstOrThrow();
  return storedRun(row);
}

/** The run of this id; undefined if there is none. */
export async function findRun(database: Database, id: string): Promise<StoredRun | undefined> {
  const row = await selectRuns(database).where('runs.id', '=', id).executeTakeFirst();
  return row && storedRun(row);
}

/** The run that Temporal knows by these ids; undefined if the service does not know it. */
export async function findTemporalRun(
  database: Database,
  { workflowId, temporalRunId }: Pick<StoredRun, 'workflowId' | 'temporalRunId'>,
): Promise<StoredRun | undefined> {
  const row = await selectRuns(database)
    .where('runs.workflowId', '=', workflowId)
    .where('runs.temporalRunId', '=', temporalRunId)
    .executeTakeFirst();
  return row && storedRun(row);
}

/**
 * Runs, newest first, without what they returned.
 *
 * @throws PageTokenInvalid
 */
export async function listRuns(
  database: Database,
  { networkId, state }: StoredRunFilter,
  page: PageRequest,
): Promise<Page<StoredRunSummary>> {
  let select = selectSummaries(database);
  if (networkId !== undefined) select = select.where('runs.networkId', '=', networkId);
  if (state !== undefined) select = select.where('runs.state', '=', state);
  if (page.token !== undefined) {
    const { time, id } = timePositionOf(page.token);
    select = select.where((eb) => eb(eb.refTuple('runs.startedAt', 'runs.id'), '<', eb.tuple(time, id)));
  }
  const rows = await select
    .orderBy('runs.startedAt', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(page.size + 1)
    .execute();
  return pageOf(rows.map(storedSummary), page, ({ startedAt, id }) => [startedAt, id]);
}

/** Those of these runs that the service does not know, by Temporal's ids of them. */
export async function unknownRuns<Run extends Pick<StoredRun, 'workflowId' | 'temporalRunId'>>(
  { query }: Database,
  runs: readonly Run[],
): Promise<readonly Run[]> {
  if (runs.length === 0) return [];
  const rows = await query
    .selectFrom('runs')
    .select(['workflowId', 'temporalRunId'])
    .where(
      'temporalRunId',
      'in',
      runs.map(({ temporalRunId }) => temporalRunId),
    )
    .execute();
  return runs.filter(
    (run) => !rows.some((row) => row.temporalRunId === run.temporalRunId && row.workflowId === run.workflowId),
  );
}

/** The run that works on a network now, as far as the service knows; undefined if none does. */
export async function findOpenRun(database: Database, networkId: string): Promise<StoredRunSummary | undefined> {
  const row = await selectSummaries(database)
    .where('runs.networkId', '=', networkId)
    .where('runs.state', '=', 'running')
    .orderBy('runs.startedAt', 'desc')
    .executeTakeFirst();
  return row && storedSummary(row);
}

/** The runs of a cluster that have not ended, as far as the service knows: each wants somebody who observes it. */
export async function openRuns(database: Database, cluster: string): Promise<readonly StoredRun[]> {
  const rows = await selectRuns(database)
    .where('networks.cluster', '=', cluster)
    .where('runs.state', '=', 'running')
    .orderBy('runs.startedAt')
    .execute();
  return rows.map(storedRun);
}

/**
 * Keeps how a run ended.
 *
 * @returns false if its end was known already: then nothing is changed
 */
export async function finishRun(
  { query }: Database,
  id: string,
  { state, at, result, error }: RunFinish,
): Promise<boolean> {
  const row = await query
    .updateTable('runs')
    .set({
      state,
      finishedAt: at,
      result: optional(result),
      error: optional(error),
      paused: null,
      awaitedSignatures: null,
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Keeps that a run is paused, or, with undefined, that it is not. One that has ended stays as it is. */
export async function keepPause({ query }: Database, id: string, pause: RunPause | undefined): Promise<void> {
  const paused = pause === undefined ? null : json(pause);
  await query.updateTable('runs').set({ paused }).where('id', '=', id).where('state', '=', 'running').execute();
}

function optional(value: unknown): ReturnType<typeof json> | null {
  return value === undefined ? null : json(value);
}

type RunRow = Omit<Selectable<Tables['runs']>, 'eventSeq' | 'awaitedSignatures'> & {
  readonly lastEvent: number;
  readonly cluster: string;
  readonly name: string;
};

type SummaryRow = Omit<RunRow, 'result'>;

const SUMMARY_COLUMNS = [
  'runs.id',
  'runs.networkId',
  'runs.workflowId',
  'runs.temporalRunId',
  'runs.kind',
  'runs.state',
  'runs.revision',
  'runs.startedAt',
  'runs.finishedAt',
  'runs.requestedBy',
  'runs.requestId',
  'runs.error',
  'runs.paused',
  'runs.eventSeq as lastEvent',
  'networks.cluster',
  'networks.name',
] as const;

function selectSummaries({ query }: Database): SelectQueryBuilder<Tables, 'runs' | 'networks', SummaryRow> {
  return query.selectFrom('runs').innerJoin('networks', 'networks.id', 'runs.networkId').select(SUMMARY_COLUMNS);
}

function selectRuns(database: Database): SelectQueryBuilder<Tables, 'runs' | 'networks', RunRow> {
  return selectSummaries(database).select('runs.result');
}

function storedSummary({ cluster, name, ...row }: SummaryRow): StoredRunSummary {
  return { ...present(row), network: { cluster, name } };
}

function storedRun({ cluster, name, ...row }: RunRow): StoredRun {
  return { ...present(row), network: { cluster, name } };
}

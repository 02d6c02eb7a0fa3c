import type { Selectable } from 'kysely';

import { atomically } from './atomically.ts';
import type { Database } from './database.ts';
import { json } from './json.ts';
import type { Tables } from './tables.ts';

/** Something that happened in a run, or to a network. */
export interface EventInput {
  readonly time: Date;
  /** E.g. `step.started`. */
  readonly type: string;
  /** What there is to say about it, as JSON. */
  readonly data: unknown;
}

/** An event as it is kept. */
export interface StoredEvent extends EventInput {
  /** Its place in the list that was asked for: that of its run, or that of its network. */
  readonly seq: number;
  /** Absent where it is about the network alone. */
  readonly runId?: string;
}

/** Whose events. */
export interface EventOwner {
  readonly networkId: string;
  /** Absent means the network, with all of its runs. */
  readonly runId?: string;
}

/** So many rows are written by one statement: PostgreSQL takes 65,535 parameters, and a row has seven. */
const ROWS_AT_ONCE = 1_000;

/**
 * Writes events, in their order, after those that are there. Two that write events of a network at the same time write one after the other, and places are
 * given out in the order in which events can be read: who has read one has read all before it.
 */
export async function appendEvents(
  database: Database,
  { networkId, runId }: EventOwner,
  events: readonly EventInput[],
): Promise<void> {
  if (events.length === 0) return;
  await atomically(database, async ({ query }) => {
    const count = events.length;
    const network = await query
      .updateTable('networks')
      .set((eb) => ({ eventSeq: eb('eventSeq', '+', count) }))
      .where('id', '=', networkId)
      .returning('eventSeq')
      .executeTakeFirstOrThrow();
    const run =
      runId === undefined
        ? undefined
        : await query
            .updateTable('runs')
            .set((eb) => ({ eventSeq: eb('eventSeq', '+', count) }))
            .where('id', '=', runId)
            .returning('eventSeq')
            .executeTakeFirstOrThrow();
    const rows = events.map(({ time, type, data }, index) => ({
      ...{ networkId, time, type, data: json(data) },
      networkSeq: network.eventSeq - count + index + 1,
      runId: runId ?? null,
      seq: run === undefined ? null : run.eventSeq - count + index + 1,
    }));
    for (let first = 0; first < count; first += ROWS_AT_ONCE) {
      await query
        .insertInto('events')
        .values(rows.slice(first, first + ROWS_AT_ONCE))
        .execute();
    }
  });
}

/** Events after a place. */
export interface EventsAfter {
  readonly events: readonly StoredEvent[];
  /** Events after that place were removed: what is there does not tell all that has happened since. */
  readonly isTooOld: boolean;
  /** Place of the last event that was ever written; 0 if there was none. */
  readonly last: number;
}

/**
 * Events in their order.
 *
 * @param after the place after which they begin; 0 means the first
 * @param limit how many at most
 */
export async function eventsAfter(
  database: Database,
  owner: EventOwner,
  after: number,
  limit: number,
): Promise<EventsAfter> {
  // Before the events: what is written meanwhile is not missing.
  const last = await lastEvent(database, owner);
  if (after > last) return { events: [], isTooOld: true, last };
  const { networkId, runId } = owner;
  const place = runId === undefined ? 'networkSeq' : 'seq';
  let select = database.query.selectFrom('events').select(['networkSeq', 'seq', 'runId', 'time', 'type', 'data']);
  select = runId === undefined ? select.where('networkId', '=', networkId) : select.where('runId', '=', runId);
  const rows = await select.where(place, '>', after).orderBy(place).limit(limit).execute();
  const events = rows.map((row) => storedEvent(row, row[place] ?? 0));
  const isComplete = events.every(({ seq }, index) => seq === after + index + 1);
  const isTooOld = !isComplete || (events.length === 0 && last > after && limit > 0);
  return { events, isTooOld, last };
}

/** Place of the last event that was ever written; 0 if there was none. */
export async function lastEvent({ query }: Database, { networkId, runId }: EventOwner): Promise<number> {
  const row =
    runId === undefined
      ? await query.selectFrom('networks').select('eventSeq').where('id', '=', networkId).executeTakeFirst()
      : await query.selectFrom('runs').select('eventSeq').where('id', '=', runId).executeTakeFirst();
  return row?.eventSeq ?? 0;
}

/** How far the events of networks have come. Those of networks that were removed, or are not there, are not among them. */
export async function lastEvents(
  { query }: Database,
  networkIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  // SQL has no empty list.
  if (networkIds.length === 0) return new Map();
  const rows = await query
    .selectFrom('networks')
    .select(['id', 'eventSeq'])
    .where('id', 'in', [...networkIds])
    .where('removedAt', 'is', null)
    .execute();
  return new Map(rows.map(({ id, eventSeq }) => [id, eventSeq]));
}

type EventRow = Pick<Selectable<Tables['events']>, 'runId' | 'time' | 'type' | 'data'>;

function storedEvent({ runId, time, type, data }: EventRow, seq: number): StoredEvent {
  return { seq, time, type, data, ...(runId === null ? {} : { runId }) };
}

import type { Database } from './database.ts';
import { json } from './json.ts';

/** Something that happened in a run. */
export interface StoredEvent {
  /** Its place in the run. */
  readonly seq: number;
  readonly time: Date;
  /** E.g. `step.started`. */
  readonly type: string;
  /** What there is to say about it, as JSON. */
  readonly data: unknown;
}

/** The events of a run that are kept, by their places. */
export interface EventRange {
  readonly first: number;
  readonly last: number;
}

/** So many rows are written by one statement: PostgreSQL takes 65,535 parameters, and a row has five. */
const ROWS_AT_ONCE = 1_000;

/**
 * Writes events of a run. One whose place is taken is there already, and stays: who does not know whether they were written writes them again.
 *
 * @returns the places of those that were new
 */
export async function appendEvents(
  { query }: Database,
  runId: string,
  events: readonly StoredEvent[],
): Promise<readonly number[]> {
  const added: number[] = [];
  for (let first = 0; first < events.length; first += ROWS_AT_ONCE) {
    const rows = await query
      .insertInto('events')
      .values(
        events
          .slice(first, first + ROWS_AT_ONCE)
          .map(({ seq, time, type, data }) => ({ runId, seq, time, type, data: json(data) })),
      )
      .onConflict((conflict) => conflict.columns(['runId', 'seq']).doNothing())
      .returning('seq')
      .execute();
    added.push(...rows.map(({ seq }) => seq));
  }
  return added;
}

/**
 * Events of a run in their order.
 *
 * @param after the place after which they begin; events have no other token, since whoever follows a run names the last one that came
 * @param limit how many at most
 */
export async function listEvents(
  { query }: Database,
  runId: string,
  after: number,
  limit: number,
): Promise<readonly StoredEvent[]> {
  return await query
    .selectFrom('events')
    .select(['seq', 'time', 'type', 'data'])
    .where('runId', '=', runId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** Which events of a run are kept: where whoever writes them goes on, and whether a place is too old. Undefined if there are none. */
export async function eventRange({ query }: Database, runId: string): Promise<EventRange | undefined> {
  const row = await query
    .selectFrom('events')
    .select((eb) => [eb.fn.min<number | null>('seq').as('first'), eb.fn.max<number | null>('seq').as('last')])
    .where('runId', '=', runId)
    .executeTakeFirst();
  if (row === undefined || row.first === null || row.last === null) return undefined;
  return { first: row.first, last: row.last };
}

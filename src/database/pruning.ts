import type { Database } from './database.ts';

const DAY_MS = 24 * 3_600_000;

/** How long the service keeps what nobody asks for any more, in days. Revisions are kept for good: they are few, and say what a network was. */
export interface Retention {
  /** Runs that have ended, with steps and signatures. The last run of a network is kept. */
  readonly runDays: number;
  /** Events of runs that have ended. */
  readonly eventDays: number;
  readonly auditDays: number;
}

/**
 * Runs as long as people compare one with that of last year. Events as long as somebody follows up on a run: its steps say the same in short. Audit for a
 * year and the time to look at it, as auditors ask for.
 */
export const DEFAULT_RETENTION: Retention = { runDays: 400, eventDays: 30, auditDays: 400 };

/** How many of each were removed. */
export interface Pruned {
  readonly runs: number;
  readonly events: number;
  readonly audit: number;
  /** Answers to requests that nobody may repeat any more. */
  readonly answers: number;
}

/** Rows that one statement removes at most: it holds them locked, and an embedded database does nothing else meanwhile. */
const ROWS_AT_ONCE = 1_000;

/** Removes what has been kept for long enough. It may be stopped at any time, and several may do it at once. */
export async function prune({ query }: Database, retention: Retention, at: Date): Promise<Pruned> {
  const ago = (days: number): Date => new Date(at.getTime() - days * DAY_MS);
  const events = await removeAll(() =>
    query
      .deleteFrom('events')
      .where((eb) =>
        eb(
          eb.refTuple('runId', 'seq'),
          'in',
          eb
            .selectFrom('events')
            .innerJoin('runs', 'runs.id', 'events.runId')
            .select(['events.runId', 'events.seq'])
            .where('runs.finishedAt', '<', ago(retention.eventDays))
            .limit(ROWS_AT_ONCE)
            .$asTuple('runId', 'seq'),
        ),
      )
      .executeTakeFirst(),
  );
  const runs = await removeAll(() =>
    query
      .deleteFrom('runs')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('runs as old')
          .select('old.id')
          .where('old.finishedAt', '<', ago(retention.runDays))
          .where((old) =>
            old.exists(
              old
                .selectFrom('runs as later')
                .select('later.id')
                .whereRef('later.networkId', '=', 'old.networkId')
                .where((later) =>
                  later(later.refTuple('later.startedAt', 'later.id'), '>', later.refTuple('old.startedAt', 'old.id')),
                ),
            ),
          )
          .limit(ROWS_AT_ONCE),
      )
      .executeTakeFirst(),
  );
  const audit = await removeAll(() =>
    query
      .deleteFrom('audit')
      .where('id', 'in', (eb) =>
        eb.selectFrom('audit').select('id').where('at', '<', ago(retention.auditDays)).limit(ROWS_AT_ONCE),
      )
      .executeTakeFirst(),
  );
  // At most as many as there were requests in a day.
  const answers = await query.deleteFrom('idempotency').where('until', '<=', at).executeTakeFirst();
  // Of these, too, there are no more than people sign in.
  await query.deleteFrom('sessions').where('expiresAt', '<=', at).execute();
  await query.deleteFrom('signInLinks').where('expiresAt', '<=', at).execute();
  return { runs, events, audit, answers: Number(answers.numDeletedRows) };
}

async function removeAll(removeSome: () => Promise<{ readonly numDeletedRows: bigint }>): Promise<number> {
  let removed = 0;
  for (;;) {
    const { numDeletedRows } = await removeSome();
    if (numDeletedRows === 0n) return removed;
    removed += Number(numDeletedRows);
  }
}

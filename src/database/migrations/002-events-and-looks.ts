import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/*
 * Events get a place in their network beside the one in their run, and may be of no run. Nothing has written any before, so that the table is made anew. Steps get the
 * name of what went wrong, and the time of the next attempt; the version before writes them without.
 */
const STATEMENTS = [
  sql`drop table events`,
  sql`
    create table events (
      network_id text not null references networks on delete cascade,
      network_seq integer not null,
      run_id text references runs on delete cascade,
      seq integer check ((seq is null) = (run_id is null)),
      time timestamptz(3) not null,
      type text not null,
      data jsonb not null,
      primary key (network_id, network_seq)
    )`,
  sql`create unique index events_by_run on events (run_id, seq) where run_id is not null`,
  // For those that are of no run, which end with their age.
  sql`create index events_by_time on events (time) where run_id is null`,
  // Places are counted beside the events: they are not given out again when old events are removed.
  sql`alter table networks add column event_seq integer not null default 0`,
  sql`alter table runs add column event_seq integer not null default 0`,
  sql`
    alter table steps
      add column type text not null default '',
      add column next_attempt_at timestamptz(3)`,
  sql`
    create table looks (
      network_id text primary key references networks on delete cascade,
      status jsonb,
      observed_at timestamptz(3) check ((observed_at is null) = (status is null)),
      tried_at timestamptz(3) not null,
      failing_since timestamptz(3),
      failure_type text check ((failure_type is null) = (failing_since is null)),
      failure_message text check ((failure_message is null) = (failing_since is null))
    )`,
];

export const eventsAndLooks: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

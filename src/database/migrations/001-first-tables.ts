import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/*
 * Times are kept to the millisecond: see tables.ts. Words of a closed list are checked: what a query writes by mistake is refused, not read for ever. A revision
 * that a run or a network names exists.
 */
const STATEMENTS = [
  sql`
    create table networks (
      id text primary key,
      cluster text not null,
      name text not null,
      uid text,
      revision integer,
      generation integer not null default 0,
      conditions jsonb not null,
      conditions_seen_at timestamptz(3),
      observed_revision integer,
      created_at timestamptz(3) not null,
      created_by text not null,
      removed_at timestamptz(3)
    )`,
  // A network that was removed keeps its row, for its history; another may then have its name.
  sql`create unique index networks_by_name on networks (cluster, name) where removed_at is null`,
  sql`
    create table revisions (
      network_id text not null references networks on delete cascade,
      number integer not null check (number > 0),
      description jsonb not null,
      source text not null,
      created_at timestamptz(3) not null,
      created_by text not null,
      primary key (network_id, number)
    )`,
  sql`
    alter table networks
      add foreign key (id, revision) references revisions (network_id, number),
      add foreign key (id, observed_revision) references revisions (network_id, number)`,
  sql`
    create table runs (
      id text primary key,
      network_id text not null references networks on delete cascade,
      workflow_id text not null,
      temporal_run_id text not null,
      kind text not null check (kind in ('up', 'down', 'renew', 'plan')),
      state text not null check (state in ('running', 'done', 'not ready', 'failed', 'cancelled', 'terminated', 'timed out')),
      revision integer,
      started_at timestamptz(3) not null,
      finished_at timestamptz(3) check ((finished_at is null) = (state = 'running')),
      requested_by text not null,
      request_id text,
      result jsonb,
      error jsonb,
      unique (workflow_id, temporal_run_id),
      foreign key (network_id, revision) references revisions (network_id, number)
    )`,
  sql`create index runs_by_network on runs (network_id, started_at desc, id desc)`,
  sql`create index runs_by_time on runs (started_at desc, id desc)`,
  sql`create index open_runs on runs (id) where state = 'running'`,
  sql`create index runs_by_end on runs (finished_at) where finished_at is not null`,
  sql`
    create table steps (
      run_id text not null references runs on delete cascade,
      step text not null,
      target text not null,
      attempt integer not null check (attempt >= 0),
      path text not null,
      outcome text not null check (outcome in ('running', 'unchanged', 'created', 'updated', 'removed', 'failed', 'cancelled')),
      reason text not null,
      seconds double precision not null,
      started_at timestamptz(3),
      finished_at timestamptz(3),
      primary key (run_id, path, target, step, attempt)
    )`,
  sql`
    create table events (
      run_id text not null references runs on delete cascade,
      seq integer not null,
      time timestamptz(3) not null,
      type text not null,
      data jsonb not null,
      primary key (run_id, seq)
    )`,
  sql`
    create table signatures (
      id text primary key,
      run_id text not null references runs on delete cascade,
      channel text not null,
      msp_id text not null,
      envelope bytea not null,
      created_at timestamptz(3) not null,
      created_by text not null
    )`,
  // Another envelope of the same signer is a signature of its own: the channel may have moved on. An envelope may be too long for an index.
  sql`create unique index signatures_by_run on signatures (run_id, channel, msp_id, sha256(envelope))`,
  sql`
    create table tokens (
      id text primary key,
      hash bytea not null unique,
      name text not null,
      role text not null check (role in ('viewer', 'operator', 'admin')),
      cluster text,
      network text check ((network is null) = (cluster is null)),
      created_at timestamptz(3) not null,
      created_by text not null,
      revoked_at timestamptz(3),
      last_used_at timestamptz(3)
    )`,
  sql`create unique index tokens_by_name on tokens (name) where revoked_at is null`,
  sql`create index tokens_by_time on tokens (created_at desc, id desc)`,
  sql`
    create table audit (
      id text primary key,
      at timestamptz(3) not null,
      who text not null,
      method text not null,
      resource text not null,
      outcome text not null check (outcome in ('done', 'refused', 'failed')),
      reason text not null,
      request_id text not null
    )`,
  sql`create index audit_by_time on audit (at desc, id desc)`,
  sql`create index audit_by_resource on audit (resource, at desc, id desc)`,
  sql`create index audit_by_who on audit (who, at desc, id desc)`,
  sql`
    create table idempotency (
      who text not null,
      key text not null,
      request_hash text not null,
      status integer,
      headers jsonb,
      body text,
      claimed_at timestamptz(3) not null,
      until timestamptz(3) not null,
      primary key (who, key)
    )`,
  sql`create index idempotency_by_end on idempotency (until)`,
];

export const firstTables: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // By the name of its network: one that is not there yet has no row.
  sql`
    create table plans (
      id text primary key,
      cluster text not null,
      network text not null,
      expected text not null,
      last_run text not null,
      prune_data boolean not null,
      description jsonb not null,
      source text not null,
      result jsonb not null,
      created_at timestamptz(3) not null,
      created_by text not null,
      expires_at timestamptz(3) not null
    )`,
  sql`create index plans_by_end on plans (expires_at)`,
];

export const plans: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // The session of somebody who has signed in with a token ends with it.
  sql`
    create table sessions (
      id text primary key,
      hash bytea not null unique,
      name text not null,
      grants jsonb not null,
      token_id text references tokens on delete cascade,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null
    )`,
  sql`create index sessions_by_end on sessions (expires_at)`,
  sql`
    create table sign_in_links (
      hash bytea primary key,
      name text not null,
      grants jsonb not null,
      expires_at timestamptz(3) not null
    )`,
];

export const sessions: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

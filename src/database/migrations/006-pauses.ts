import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Beside the events that tell of it: who asks for a run gets it with the run, and in lists.
  sql`alter table runs add column paused jsonb`,
];

export const pauses: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

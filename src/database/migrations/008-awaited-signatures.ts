import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Beside the run, so that whoever has to sign is told so while no worker answers.
  sql`alter table runs add column awaited_signatures jsonb`,
];

export const signaturesAwaited: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

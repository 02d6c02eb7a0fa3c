import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // By the cluster that a service serves as well: another service on the same database may have a Temporal of its own.
  sql`create table cluster_workers (
    home text not null,
    cluster text not null,
    looked_at timestamptz(3) not null,
    seen_at timestamptz(3),
    missing_since timestamptz(3),
    primary key (home, cluster)
  )`,
];

export const clusterWorkers: Migration = {
  up: async (database) => {
    for (const statement of STATEMENTS) await statement.execute(database);
  },
};

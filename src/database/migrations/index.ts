import type { Migration } from 'kysely/migration';

import { firstTables } from './001-first-tables.ts';
import { eventsAndLooks } from './002-events-and-looks.ts';
import { sessions } from './003-sessions.ts';
import { plans } from './005-plans.ts';
import { pauses } from './006-pauses.ts';
import { clusterWorkers } from './007-cluster-workers.ts';

/**
 * Every change of the tables, by name; they are carried out in the order of their names. One that has been released is never edited: the databases that have
 * had it would not get the change.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-first-tables': firstTables,
  '002-events-and-looks': eventsAndLooks,
  '003-sessions': sessions,
  '005-plans': plans,
  '006-pauses': pauses,
  '007-cluster-workers': clusterWorkers,
};

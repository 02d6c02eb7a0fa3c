import { sql } from 'kysely';

import type { Condition } from '../workflows/messages.ts';
import type { Database } from './database.ts';
import { present } from './rows.ts';

/** What is measured of a network. */
export interface NetworkMeasures {
  readonly name: string;
  /** As they were seen last; empty before the first look. */
  readonly conditions: readonly Condition[];
  readonly createdAt: Date;
  /** When what is shown of it was seen; absent before the first look that succeeded. */
  readonly observedAt?: Date;
  /** When the first of its certificates ends, RFC 3339 time in UTC; absent where none is known. */
  readonly certificateEndsAt?: string;
  /** When the run began that works on it; absent where none does. */
  readonly runStartedAt?: Date;
}

/**
 * Measures all networks of a cluster that are there, by one query whose cost goes with their number, not with that of their runs. What a look has found is
 * read where it is kept: only the end of a certificate leaves the database.
 */
export async function measureNetworks({ query }: Database, cluster: string): Promise<readonly NetworkMeasures[]> {
  const open = query
    .selectFrom('runs')
    .select((eb) => ['networkId', eb.fn.min('startedAt').as('runStartedAt')])
    .where('state', '=', 'running')
    .groupBy('networkId');
  const rows = await query
    .selectFrom('networks')
    .leftJoin('looks', 'looks.networkId', 'networks.id')
    .leftJoin(open.as('open'), 'open.networkId', 'networks.id')
    .select([
      ...([
        'networks.name',
        'networks.conditions',
        'networks.createdAt',
        'looks.observedAt',
        'open.runStartedAt',
      ] as const),
      // All are UTC in one form, so that the first of the texts is the first of the times.
      sql<string | null>`(
        select min(certificate ->> 'notAfter')
        from jsonb_array_elements(looks.status -> 'certificates') as certificate
      )`.as('certificateEndsAt'),
    ])
    .where('networks.cluster', '=', cluster)
    .where('networks.removedAt', 'is', null)
    .orderBy('networks.name')
    .execute();
  return rows.map(present);
}

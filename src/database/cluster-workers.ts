import { sql } from 'kysely';

import type { Database } from './database.ts';
import { present } from './rows.ts';

/** A cluster on which networks are, with its workers as they were seen last. */
export interface StoredCluster {
  readonly name: string;
  /** How many networks have organizations there. */
  readonly networks: number;
  /** Absent, with the other times, before the first look. */
  readonly lookedAt?: Date;
  /** When a worker gave the last sign of life; absent where none ever has. */
  readonly seenAt?: Date;
  /** Since when there is no worker; absent while there is one. */
  readonly missingSince?: Date;
}

/** What a look at the workers of a cluster has found. */
export interface SeenWorkers {
  readonly cluster: string;
  readonly isPolled: boolean;
  /** When a worker gave the last sign of life; absent where none is known to have. */
  readonly seenAt?: Date;
}

/** A cluster without a worker. */
export interface MissingWorker {
  readonly cluster: string;
  readonly since: Date;
}

/** Which cluster each organization of each network that is there is on, by the revision that was asked for last; a network that nobody has described is on the cluster that is served. */
function places(home: string): ReturnType<typeof sql> {
  return sql`(
    select networks.id as network_id, networks.name, coalesce(organization ->> 'cluster', ${home}) as cluster
    from networks
    left join revisions on revisions.network_id = networks.id and revisions.number = networks.revision
    left join lateral jsonb_array_elements(revisions.description -> 'organizations') as organization on true
    where networks.cluster = ${home} and networks.removed_at is null
  )`;
}

/**
 * The clusters on which the networks of a service are, and the one that it serves, by name.
 *
 * @param only names of networks: then nothing is told of the others
 */
export async function listClusters(
  { query }: Database,
  home: string,
  only?: readonly string[],
): Promise<readonly StoredCluster[]> {
  if (only?.length === 0) return [];
  const { rows } = await sql<{
    readonly name: string;
    readonly networks: number;
    readonly lookedAt: Date | null;
    readonly seenAt: Date | null;
    readonly missingSince: Date | null;
  }>`
    select known.cluster as name, known.networks, workers.looked_at, workers.seen_at, workers.missing_since
    from (
      select cluster, count(distinct network_id)::int as networks
      from (
        select cluster, network_id from ${places(home)} as place
        ${only === undefined ? sql`union all select ${home}::text, null` : sql`where name in (${sql.join(only)})`}
      ) as place
      group by cluster
    ) as known
    left join cluster_workers as workers on workers.home = ${home} and workers.cluster = known.cluster
    order by known.cluster
  `.execute(query);
  return rows.map(present);
}

/** Keeps what a look at the workers of a cluster has found. @param at when it was */
export async function keepWorkers(
  { query }: Database,
  home: string,
  { cluster, isPolled, seenAt }: SeenWorkers,
  at: Date,
): Promise<void> {
  const seen = isPolled ? at : seenAt;
  const row = { lookedAt: at, seenAt: seen ?? null, missingSince: isPolled ? null : (seen ?? at) };
  await query
    .insertInto('clusterWorkers')
    .values({ home, cluster, ...row })
    .onConflict((conflict) =>
      conflict.columns(['home', 'cluster']).doUpdateSet((eb) => ({
        lookedAt: at,
        // Temporal forgets a worker within minutes; when one was seen before stays.
        seenAt: eb.fn.coalesce('excluded.seenAt', 'clusterWorkers.seenAt'),
        missingSince: isPolled ? null : eb.fn.coalesce('clusterWorkers.missingSince', 'excluded.missingSince'),
      })),
    )
    .execute();
}

/**
 * Which networks of a service have organizations on clusters without a worker. Where none is missing, which is nearly always, that is one look at a table
 * of a few rows.
 *
 * @returns by id of the network, only those that miss one
 */
export async function missingWorkers(
  { query }: Database,
  home: string,
): Promise<ReadonlyMap<string, readonly MissingWorker[]>> {
  const missing = await query
    .selectFrom('clusterWorkers')
    .select(['cluster', 'missingSince'])
    .where('home', '=', home)
    .where('missingSince', 'is not', null)
    .execute();
  const found = new Map<string, MissingWorker[]>();
  if (missing.length === 0) return found;
  const { rows } = await sql<{ readonly networkId: string; readonly cluster: string }>`
    select distinct network_id, cluster from ${places(home)} as place
    where cluster in (${sql.join(missing.map(({ cluster }) => cluster))})
    order by cluster
  `.execute(query);
  for (const { networkId, cluster } of rows) {
    const since = missing.find((one) => one.cluster === cluster)?.missingSince;
    if (since) found.set(networkId, [...(found.get(networkId) ?? []), { cluster, since }]);
  }
  return found;
}

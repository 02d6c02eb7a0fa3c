import { sql } from 'kysely';

import type { NetworkStatus } from '../workflows/messages.ts';
import type { Database } from './database.ts';
import { json } from './json.ts';
import { storable } from './storable.ts';
import { present } from './rows.ts';

/** What the last look at a network has found, and why there is no later one. */
export interface StoredLook {
  readonly networkId: string;
  /** Absent before the first look that succeeded. */
  readonly status?: NetworkStatus;
  readonly observedAt?: Date;
  /** When somebody looked last, or tried to. */
  readonly triedAt: Date;
  /** When the first look failed after the one that is kept; absent, with type and message, where the last one did not fail. */
  readonly failingSince?: Date;
  readonly failureType?: string;
  readonly failureMessage?: string;
}

/** Keeps what a look has found, unless a later one is kept already. */
export async function keepLook(
  { query }: Database,
  networkId: string,
  status: NetworkStatus,
  observedAt: Date,
): Promise<void> {
  const row = {
    ...{ status: json(status), observedAt, triedAt: observedAt },
    ...{ failingSince: null, failureType: null, failureMessage: null },
  };
  await query
    .insertInto('looks')
    .values({ networkId, ...row })
    .onConflict((conflict) =>
      conflict
        .column('networkId')
        .doUpdateSet(row)
        .where((eb) => eb.or([eb('looks.observedAt', 'is', null), eb('looks.observedAt', '<=', observedAt)])),
    )
    .execute();
}

/** Keeps that a look has failed. What the one before has found stays. */
export async function keepFailedLook(
  { query }: Database,
  networkId: string,
  failure: { readonly type: string; readonly message: string },
  at: Date,
): Promise<void> {
  const row = { triedAt: at, failureType: failure.type, failureMessage: storable(failure.message) };
  await query
    .insertInto('looks')
    .values({ networkId, failingSince: at, ...row })
    .onConflict((conflict) =>
      conflict.column('networkId').doUpdateSet((eb) => ({
        ...row,
        failingSince: eb.fn.coalesce('looks.failingSince', sql<Date>`${at}::timestamptz`),
      })),
    )
    .execute();
}

/** Has a network looked at soon, whoever does so: something has changed it. */
export async function askForLook({ query }: Database, networkId: string): Promise<void> {
  await query
    .updateTable('looks')
    .set({ triedAt: new Date(0) })
    .where('networkId', '=', networkId)
    .execute();
}

/** The last look at a network; undefined if nobody has tried. */
export async function findLook({ query }: Database, networkId: string): Promise<StoredLook | undefined> {
  const row = await query.selectFrom('looks').selectAll().where('networkId', '=', networkId).executeTakeFirst();
  return row && present(row);
}

/** When somebody looked last at each network that is there; those at which nobody has looked have no time. */
export async function listLookTimes(
  { query }: Database,
  cluster: string,
): Promise<readonly { readonly networkId: string; readonly name: string; readonly triedAt?: Date }[]> {
  const rows = await query
    .selectFrom('networks')
    .leftJoin('looks', 'looks.networkId', 'networks.id')
    .select(['networks.id as networkId', 'networks.name', 'looks.triedAt'])
    .where('networks.cluster', '=', cluster)
    .where('networks.removedAt', 'is', null)
    .orderBy(sql`looks.tried_at nulls first`)
    .execute();
  return rows.map(present);
}

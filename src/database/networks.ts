import type { Selectable, Transaction } from 'kysely';

import type { Condition } from '../workflows/messages.ts';
import { atomically } from './atomically.ts';
import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { json } from './json.ts';
import { namePositionOf, pageOf, type Page, type PageRequest } from './page.ts';
import { present } from './rows.ts';
import type { Tables } from './tables.ts';

/** What a network is found by, and its lock in Temporal: `network/<cluster>/<name>`. */
export interface NetworkKey {
  readonly cluster: string;
  readonly name: string;
}

/** A network as the service knows it. */
export interface StoredNetwork extends NetworkKey {
  /** Another than that of an earlier network of the same name, which was removed. */
  readonly id: string;
  /** UID of its identity; absent until a run has written its record. */
  readonly uid?: string;
  /** Number of the revision that was asked for last; absent where it is known by its runs alone. */
  readonly revision?: number;
  /** Goes up with whatever is asked of the network. */
  readonly generation: number;
  /** Changes with the generation: who sends it with a change says what the change was made to. */
  readonly etag: string;
  /** As they were seen last; empty before the first look. */
  readonly conditions: readonly Condition[];
  readonly conditionsSeenAt?: Date;
  /** The revision that the conditions are about; absent where that is not known. */
  readonly observedRevision?: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** When it was removed; absent while it is there. */
  readonly removedAt?: Date;
  /** Place of its last event; 0 before the first. */
  readonly lastEvent: number;
}

/** Who does something, and when. */
export interface Actor {
  readonly by: string;
  readonly at: Date;
}

/** What a look at a network has found. */
export interface SeenConditions {
  readonly conditions: readonly Condition[];
  readonly seenAt: Date;
  readonly revision?: number;
}

/** The network of this name that is there, or is being brought up; undefined if there is none. */
export async function findNetwork({ query }: Database, key: NetworkKey): Promise<StoredNetwork | undefined> {
  const row = await query
    .selectFrom('networks')
    .selectAll()
    .where('cluster', '=', key.cluster)
    .where('name', '=', key.name)
    .where('removedAt', 'is', null)
    .executeTakeFirst();
  return row && storedNetwork(row);
}

/**
 * The networks that are there, by cluster and name.
 *
 * @throws PageTokenInvalid
 */
export async function listStoredNetworks(
  { query }: Database,
  filter: { readonly cluster?: string },
  page: PageRequest,
): Promise<Page<StoredNetwork>> {
  let select = query.selectFrom('networks').selectAll().where('removedAt', 'is', null);
  if (filter.cluster !== undefined) select = select.where('cluster', '=', filter.cluster);
  if (page.token !== undefined) {
    const [cluster, name] = namePositionOf(page.token);
    select = select.where((eb) => eb(eb.refTuple('cluster', 'name'), '>', eb.tuple(cluster, name)));
  }
  const rows = await select
    .orderBy('cluster')
    .orderBy('name')
    .limit(page.size + 1)
    .execute();
  return pageOf(rows.map(storedNetwork), page, ({ cluster, name }) => [cluster, name]);
}

/** The network of this name, which is made known if it is not. */
export async function ensureNetwork({ query }: Database, key: NetworkKey, actor: Actor): Promise<StoredNetwork> {
  return await query.transaction().execute(async (transaction) => {
    const { row } = await lockOrMakeNetwork(transaction, key, actor);
    return storedNetwork(row);
  });
}

type NetworkRow = Selectable<Tables['networks']>;

/**
 * The row of a network, locked until the transaction ends: what two ask of a network at the same time happens one after the other.
 *
 * @returns undefined if there is none
 */
export async function lockNetwork(
  transaction: Transaction<Tables>,
  { cluster, name }: NetworkKey,
): Promise<NetworkRow | undefined> {
  return await transaction
    .selectFrom('networks')
    .selectAll()
    .where('cluster', '=', cluster)
    .where('name', '=', name)
    .where('removedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** The same, and makes the row if there is none. */
export async function lockOrMakeNetwork(
  transaction: Transaction<Tables>,
  key: NetworkKey,
  { by, at }: Actor,
): Promise<{ readonly row: NetworkRow; readonly isNew: boolean }> {
  const { cluster, name } = key;
  const network = { id: newId('network'), cluster, name, conditions: json([]), createdAt: at, createdBy: by };
  // A network may be removed between the insertion that finds it and the look that locks it.
  for (;;) {
    const made = await transaction
      .insertInto('networks')
      .values(network)
      .onConflict((conflict) => conflict.columns(['cluster', 'name']).where('removedAt', 'is', null).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (made !== undefined) return { row: made, isNew: true };
    const row = await lockNetwork(transaction, key);
    if (row !== undefined) return { row, isNew: false };
  }
}

/**
 * Keeps what a look has found, unless a later look has been kept already.
 *
 * @returns the conditions before; undefined if nothing was kept
 */
export async function keepConditions(
  database: Database,
  networkId: string,
  { conditions, seenAt, revision }: SeenConditions,
): Promise<readonly Condition[] | undefined> {
  return await atomically(database, async ({ query }) => {
    const before = await query
      .selectFrom('networks')
      .select(['conditions', 'conditionsSeenAt'])
      .where('id', '=', networkId)
      .forUpdate()
      .executeTakeFirst();
    if (before === undefined || (before.conditionsSeenAt !== null && before.conditionsSeenAt > seenAt))
      return undefined;
    await query
      .updateTable('networks')
      .set({ conditions: json(conditions), conditionsSeenAt: seenAt, observedRevision: revision ?? null })
      .where('id', '=', networkId)
      .execute();
    return before.conditions;
  });
}

/** Keeps the UID of a network's identity, once its record has one. */
export async function keepUid({ query }: Database, networkId: string, uid: string): Promise<void> {
  await query.updateTable('networks').set({ uid }).where('id', '=', networkId).execute();
}

/**
 * Says that a network is no longer there, unless something was asked of it since: then it is to be there again. Its revisions and runs are kept, and
 * its name is free.
 *
 * @param begun when the removal began
 */
export async function markRemoved(
  database: Database,
  networkId: string,
  { begun, at }: { readonly begun: Date; readonly at: Date },
): Promise<void> {
  await atomically(database, async ({ query }) => {
    // Whoever saves a revision locks the network first: after this, either it is there or none will come.
    await query.selectFrom('networks').select('id').where('id', '=', networkId).forUpdate().execute();
    const asked = await query
      .selectFrom('revisions')
      .select('number')
      .where('networkId', '=', networkId)
      .where('createdAt', '>', begun)
      .executeTakeFirst();
    if (asked !== undefined) return;
    await query
      .updateTable('networks')
      .set((eb) => ({ removedAt: at, generation: eb('generation', '+', 1) }))
      .where('id', '=', networkId)
      .where('removedAt', 'is', null)
      .execute();
  });
}

export function storedNetwork({ eventSeq, ...row }: NetworkRow): StoredNetwork {
  return { ...present(row), lastEvent: eventSeq, etag: `${row.id}.${row.generation}` };
}

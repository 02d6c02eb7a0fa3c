import type { Selectable } from 'kysely';

import type { Database } from './database.ts';
import { json } from './json.ts';
import {
  lockNetwork,
  lockOrMakeNetwork,
  storedNetwork,
  type Actor,
  type NetworkKey,
  type StoredNetwork,
} from './networks.ts';
import { numberPositionOf, pageOf, type Page, type PageRequest } from './page.ts';
import type { Tables } from './tables.ts';

/** A description as it was asked for once. */
export interface StoredRevision {
  readonly networkId: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** The completed description. One of an older version of Weft is read by `readStoredDescription()`. */
  readonly description: unknown;
  /** The text as it was written, with its comments. */
  readonly source: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export interface RevisionInput extends Actor {
  readonly network: NetworkKey;
  readonly description: object;
  readonly source: string;
  /**
   * What the change was made to: the etag of a network that is there, or `absent` for one that must not be there. Left out, the change is made to whatever is
   * there.
   */
  readonly expected?: string;
}

const ABSENT = 'absent';

/** What became of a description. */
export type SavedRevision =
  | { readonly kind: 'saved'; readonly network: StoredNetwork; readonly revision: StoredRevision }
  /** Somebody has changed the network meanwhile, or removed it; it is as told now. */
  | { readonly kind: 'conflict'; readonly network: StoredNetwork | undefined };

/** Keeps a description as what is asked of a network from now on. A network that is not known is made known. */
export async function saveRevision({ query }: Database, input: RevisionInput): Promise<SavedRevision> {
  return await query.transaction().execute(async (transaction): Promise<SavedRevision> => {
    const { expected } = input;
    const before = await lockNetwork(transaction, input.network);
    const network = before && storedNetwork(before);
    if (expected !== undefined && expected !== (network?.etag ?? ABSENT)) return { kind: 'conflict', network };
    const { row, isNew } = await lockOrMakeNetwork(transaction, input.network, input);
    // Another has made it since the look at it.
    if (expected === ABSENT && !isNew) return { kind: 'conflict', network: storedNetwork(row) };
    const { at, by, description, source } = input;
    const latest = await transaction
      .selectFrom('revisions')
      .select((eb) => eb.fn.max('number').as('number'))
      .where('networkId', '=', row.id)
      .executeTakeFirst();
    const number = (latest?.number ?? 0) + 1;
    const revision = await transaction
      .insertInto('revisions')
      .values({ networkId: row.id, number, description: json(description), source, createdAt: at, createdBy: by })
      .returningAll()
      .executeTakeFirstOrThrow();
    const changed = await transaction
      .updateTable('networks')
      .set((eb) => ({ revision: number, generation: eb('generation', '+', 1) }))
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { kind: 'saved', network: storedNetwork(changed), revision };
  });
}

/** A revision of a network; undefined if it has none of this number. */
export async function findRevision(
  { query }: Database,
  networkId: string,
  number: number,
): Promise<StoredRevision | undefined> {
  return await query
    .selectFrom('revisions')
    .selectAll()
    .where('networkId', '=', networkId)
    .where('number', '=', number)
    .executeTakeFirst();
}

/** A revision without its texts, as lists show it. */
export type RevisionSummary = Omit<StoredRevision, 'description' | 'source'>;

/**
 * The revisions of a network, newest first.
 *
 * @throws PageTokenInvalid
 */
export async function listRevisions(
  { query }: Database,
  networkId: string,
  page: PageRequest,
): Promise<Page<RevisionSummary>> {
  let select = query
    .selectFrom('revisions')
    .select(['networkId', 'number', 'createdAt', 'createdBy'])
    .where('networkId', '=', networkId);
  if (page.token !== undefined) select = select.where('number', '<', numberPositionOf(page.token));
  const rows: Omit<Selectable<Tables['revisions']>, 'description' | 'source'>[] = await select
    .orderBy('number', 'desc')
    .limit(page.size + 1)
    .execute();
  return pageOf(rows, page, ({ number }) => [number]);
}

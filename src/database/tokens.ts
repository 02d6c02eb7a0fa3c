import type { Selectable } from 'kysely';

import type { Database } from './database.ts';
import { isUniqueViolation } from './errors.ts';
import { TokenNameTaken } from './failure.ts';
import { newId } from './ids.ts';
import type { NetworkKey } from './networks.ts';
import { pageOf, timePositionOf, type Page, type PageRequest } from './page.ts';
import { present } from './rows.ts';
import { hashOf, newSecret } from './secrets.ts';
import type { Role, Tables } from './tables.ts';

/** A token, without what it is proven by. */
export interface StoredToken {
  readonly id: string;
  /** Whose or what for it is; no other token that is valid has the same. */
  readonly name: string;
  readonly role: Role;
  /** The only network that it is good for; absent means all. */
  readonly network?: NetworkKey;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revokedAt?: Date;
  /** To the minute; absent before the first use. */
  readonly lastUsedAt?: Date;
}

export interface TokenInput extends Pick<StoredToken, 'name' | 'role' | 'network'> {
  readonly at: Date;
  readonly by: string;
}

/** A token that was just made: the only time that the secret can be seen. */
export interface IssuedToken {
  readonly secret: string;
  readonly token: StoredToken;
}

/** In characters: a name is a part of lines and paths. */
export const LONGEST_TOKEN_NAME = 100;

/** What a name may consist of. Names of other kinds of callers have a ":", and nobody is to be taken for them. */
export const TOKEN_NAME_PATTERN = /^[^\p{C}:]+$/u;

/** By what programs that look for secrets in repositories know one of Weft's. */
const PREFIX = 'weft_';

/** A request is no reason to write: who used a token is in the audit, and this tells tokens that nobody uses any more. */
const LAST_USED_EXACTNESS_MS = 60_000;

/**
 * Makes a token.
 *
 * @throws TokenNameTaken
 */
export async function createToken({ query }: Database, input: TokenInput): Promise<IssuedToken> {
  const { name, role, network, at, by } = input;
  const secret = newSecret(PREFIX);
  try {
    const row = await query
      .insertInto('tokens')
      .values({
        id: newId('token'),
        hash: hashOf(secret),
        name,
        role,
        cluster: network?.cluster ?? null,
        network: network?.name ?? null,
        createdAt: at,
        createdBy: by,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { secret, token: storedToken(row) };
  } catch (error) {
    if (isUniqueViolation(error, 'tokens_by_name')) throw new TokenNameTaken(name, error);
    throw error;
  }
}

/** Whether a secret has the form of those that prove a token. */
export function isToken(secret: string): boolean {
  return secret.startsWith(PREFIX);
}

/**
 * The token that a secret proves, and notes that it was used.
 *
 * @returns undefined if there is none, or it was revoked
 */
export async function useToken({ query }: Database, secret: string, at: Date): Promise<StoredToken | undefined> {
  const row = await query
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', hashOf(secret))
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { id, lastUsedAt } = row;
  if (lastUsedAt === null || at.getTime() - lastUsedAt.getTime() >= LAST_USED_EXACTNESS_MS) {
    await query.updateTable('tokens').set({ lastUsedAt: at }).where('id', '=', id).execute();
  }
  return storedToken(row);
}

/**
 * All tokens, those that were revoked too, the newest first.
 *
 * @throws PageTokenInvalid
 */
export async function listTokens({ query }: Database, page: PageRequest): Promise<Page<StoredToken>> {
  let select = query.selectFrom('tokens').selectAll();
  if (page.token !== undefined) {
    const { time, id } = timePositionOf(page.token);
    select = select.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(time, id)));
  }
  const rows = await select
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.size + 1)
    .execute();
  return pageOf(rows.map(storedToken), page, ({ createdAt, id }) => [createdAt, id]);
}

/**
 * Revokes a token for ever.
 *
 * @param which its id, or its name among those that are valid
 * @returns undefined if no valid token is meant
 */
export async function revokeToken(
  { query }: Database,
  which: { readonly id: string } | { readonly name: string },
  at: Date,
): Promise<StoredToken | undefined> {
  const row = await query
    .updateTable('tokens')
    .set({ revokedAt: at })
    .where('revokedAt', 'is', null)
    .where((eb) => ('id' in which ? eb('id', '=', which.id) : eb('name', '=', which.name)))
    .returningAll()
    .executeTakeFirst();
  return row && storedToken(row);
}

function storedToken(row: Selectable<Tables['tokens']>): StoredToken {
  const { id, name, role, cluster, network, createdAt, createdBy, revokedAt, lastUsedAt } = row;
  return {
    ...present({ id, name, role, createdAt, createdBy, revokedAt, lastUsedAt }),
    ...(cluster === null || network === null ? {} : { network: { cluster, name: network } }),
  };
}

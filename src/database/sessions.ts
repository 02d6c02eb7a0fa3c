import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { json } from './json.ts';
import type { NetworkKey } from './networks.ts';
import { hashOf, newSecret } from './secrets.ts';
import type { Role } from './tables.ts';

/** A role that somebody has. */
export interface Grant {
  readonly role: Role;
  /** The only network that it is for; absent means all. */
  readonly network?: NetworkKey;
}

/** Somebody who has signed in with a browser. */
export interface StoredSession {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly expiresAt: Date;
}

export interface SessionInput extends Pick<StoredSession, 'name' | 'grants' | 'expiresAt'> {
  /** The token that the session ends with, if it was begun with one. */
  readonly tokenId?: string;
  readonly at: Date;
}

/** Begins a session. @returns the secret that proves it, this once */
export async function createSession(
  { query }: Database,
  { name, grants, tokenId, at, expiresAt }: SessionInput,
): Promise<{ readonly secret: string; readonly session: StoredSession }> {
  const secret = newSecret();
  const id = newId('session');
  await query
    .insertInto('sessions')
    .values({
      ...{ id, hash: hashOf(secret), name, grants: json(grants) },
      ...{ tokenId: tokenId ?? null, createdAt: at, expiresAt },
    })
    .execute();
  return { secret, session: { id, name, grants, expiresAt } };
}

/** The session that a secret proves; undefined if there is none, or it has ended, or the token that it was begun with was revoked. */
export async function findSession({ query }: Database, secret: string, at: Date): Promise<StoredSession | undefined> {
  return await query
    .selectFrom('sessions')
    .leftJoin('tokens', 'tokens.id', 'sessions.tokenId')
    .select(['sessions.id', 'sessions.name', 'sessions.grants', 'sessions.expiresAt'])
    .where('sessions.hash', '=', hashOf(secret))
    .where('sessions.expiresAt', '>', at)
    .where('tokens.revokedAt', 'is', null)
    .executeTakeFirst();
}

/** Ends a session at once. */
export async function endSession({ query }: Database, id: string): Promise<void> {
  await query.deleteFrom('sessions').where('id', '=', id).execute();
}

/** A link that somebody may begin a session with, once. */
export type SignInLink = Pick<StoredSession, 'name' | 'grants' | 'expiresAt'>;

/** How long a link is good for, in milliseconds: whoever has one made opens it now. */
export const SIGN_IN_LINK_MS = 10 * 60_000;

/** Makes a link. @returns the secret that stands in it, this once */
export async function createSignInLink({ query }: Database, { name, grants, expiresAt }: SignInLink): Promise<string> {
  const secret = newSecret();
  await query
    .insertInto('signInLinks')
    .values({ hash: hashOf(secret), name, grants: json(grants), expiresAt })
    .execute();
  return secret;
}

/** Takes a link, which is good for nothing from then on. @returns undefined if it was used, or its time is over */
export async function useSignInLink({ query }: Database, secret: string, at: Date): Promise<SignInLink | undefined> {
  const link = await query
    .deleteFrom('signInLinks')
    .where('hash', '=', hashOf(secret))
    .returning(['name', 'grants', 'expiresAt'])
    .executeTakeFirst();
  return link !== undefined && link.expiresAt > at ? link : undefined;
}

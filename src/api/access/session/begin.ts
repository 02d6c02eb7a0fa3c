import type { FastifyReply, FastifyRequest } from 'fastify';

import { createSession, type Database, type SessionInput } from '../../../database/index.ts';
import type { Caller } from '../roles.ts';
import type { Cookies } from './cookies.ts';
import { csrfTokenOf } from './csrf.ts';

/** A working day, so that nobody has to sign in twice on it, and what an issuer has said of somebody is asked again on the next. */
const SESSION_S = 12 * 3_600;

export interface SessionServices {
  readonly database: Database;
  readonly cookies: Cookies;
  readonly now: () => Date;
}

/** Begins a session of somebody who has just proven who they are: their browser gets its cookie, and the audit their name. */
export async function beginSession(
  { database, cookies, now }: SessionServices,
  request: FastifyRequest,
  reply: FastifyReply,
  who: Pick<SessionInput, 'name' | 'grants' | 'tokenId'>,
): Promise<Caller> {
  const at = now();
  const expiresAt = new Date(at.getTime() + SESSION_S * 1000);
  const { secret, session } = await createSession(database, { ...who, at, expiresAt });
  cookies.write(request, reply, { name: 'session', value: secret, seconds: SESSION_S });
  const { id, name, grants } = session;
  const caller: Caller = {
    ...{ name, grants, needed: 'signed in' },
    session: { id, expiresAt, csrfToken: csrfTokenOf(secret) },
  };
  request.caller = caller;
  return caller;
}

import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { isLoopback } from '../loopback.ts';

/** What a browser keeps: who has signed in, and what a sign-in at an issuer has to come back with. */
export type CookieName = 'session' | 'sign-in';

/**
 * The cookies of one server. No program of a page may read them, another site's page does not send them with what changes something, and beyond this machine
 * they go over TLS alone and are no other host's: `__Host-` has browsers see to it.
 */
export interface Cookies {
  read(request: FastifyRequest, name: CookieName): string | undefined;
  /** @param seconds how long the browser keeps it */
  write(
    request: FastifyRequest,
    reply: FastifyReply,
    cookie: { name: CookieName; value: string; seconds: number },
  ): void;
  remove(request: FastifyRequest, reply: FastifyReply, name: CookieName): void;
}

/** @param publicUrl where browsers find the server; absent means where they say that they do */
export function cookiesFor(publicUrl: string | undefined): Cookies {
  const isSecure = (request: FastifyRequest): boolean =>
    publicUrl === undefined ? !isLoopback(request.hostname) : publicUrl.startsWith('https:');
  const nameOf = (request: FastifyRequest, name: CookieName): string =>
    isSecure(request) ? `__Host-weft-${name}` : `weft-${name}`;
  const options = (request: FastifyRequest): CookieSerializeOptions => ({
    httpOnly: true,
    // Not strict: the way back from an issuer begins at its site.
    sameSite: 'lax',
    secure: isSecure(request),
    path: '/',
  });
  return {
    read: (request, name) => request.cookies[nameOf(request, name)],
    write: (request, reply, { name, value, seconds }) => {
      void reply.setCookie(nameOf(request, name), value, { ...options(request), maxAge: seconds });
    },
    remove: (request, reply, name) => {
      void reply.clearCookie(nameOf(request, name), options(request));
    },
  };
}

import { createHash, timingSafeEqual } from 'node:crypto';

/** The header that a page sends with whatever changes something. */
export const CSRF_HEADER = 'x-csrf-token';

/**
 * What a page has to send besides its cookie, which a browser sends by itself, also for pages of other programs on this machine. It is made from the session's
 * secret, which no page sees, and told to those pages alone that may read this server's answers.
 */
export function csrfTokenOf(sessionSecret: string): string {
  return createHash('sha256').update(`csrf ${sessionSecret}`).digest('base64url');
}

/** Whether a request that is signed in by a cookie was meant by its sender. */
export function isMeant(method: string, sent: string | readonly string[] | undefined, expected: string): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  if (typeof sent !== 'string') return false;
  const [given, wanted] = [Buffer.from(sent), Buffer.from(expected)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** They change nothing (RFC 9110, 9.2.1). */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** A new secret that nobody guesses, in letters that stand in headers, cookies and URLs. @param prefix says what kind of secret it is */
export function newSecret(prefix = ''): string {
  return `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/**
 * What is kept of a secret. It has 256 random bits, so that nobody finds it by trying: a slow hash, which passwords need, would only cost time at each
 * request. It is looked up by its hash: how long the database takes to compare hashes tells nothing from which a secret could be guessed.
 */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

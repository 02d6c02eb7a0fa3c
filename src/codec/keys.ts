import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/** A key that payloads are encrypted with. */
export interface PayloadKey {
  /** Made of the key: the same in every file that has it. */
  readonly id: string;
  readonly secret: KeyObject;
}

/** AES-256 (FIPS 197). */
export const KEY_BYTES = 32;

/** In hexadecimal digits: enough that no two keys share an id, few enough to compare by eye. */
const ID_LENGTH = 16;

/** Base64 of 32 bytes, with the one character of padding that it ends in. */
const ENCODED_KEY = /^[A-Za-z0-9+/]{43}=$/;

/** A key as a line of a key file, with a comment that names it. */
export function newKeyLines(madeOn: Date): { readonly id: string; readonly lines: string } {
  const bytes = randomBytes(KEY_BYTES);
  const id = idOf(bytes);
  return { id, lines: `# payload key ${id}, made ${madeOn.toISOString().slice(0, 10)}\n${bytes.toString('base64')}` };
}

/**
 * Reads a key file: a key in a line, in Base64; empty lines and those that begin with `#` are none. As in Kubernetes' own encryption of Secrets the first
 * key encrypts and every one decrypts, so that a key can be made known everywhere before anybody encrypts with it.
 *
 * @returns the keys, or a sentence that says what is wrong, which holds nothing of the file
 */
export function parseKeys(text: string): readonly PayloadKey[] | string {
  const keys = new Map<string, PayloadKey>();
  for (const [index, line] of text.split('\n').entries()) {
    const encoded = line.trim();
    if (encoded === '' || encoded.startsWith('#')) continue;
    if (!ENCODED_KEY.test(encoded))
      return `line ${index + 1} is no key: it must be ${KEY_BYTES} bytes in Base64, and nothing else.`;
    const key = keyOf(Buffer.from(encoded, 'base64'));
    if (!keys.has(key.id)) keys.set(key.id, key);
  }
  return keys.size === 0 ? 'it has no key.' : [...keys.values()];
}

function keyOf(bytes: Buffer): PayloadKey {
  return { id: idOf(bytes), secret: createSecretKey(bytes) };
}

/** A hash tells nothing of 256 random bits. */
function idOf(bytes: Buffer): string {
  return createHash('sha256').update('weft payload key\0').update(bytes).digest('hex').slice(0, ID_LENGTH);
}

import { readFile } from 'node:fs/promises';

import { PayloadKeysUnusable } from './errors.ts';
import { parseKeys, type PayloadKey } from './keys.ts';

/** The keys of one process. */
export interface KeyRing {
  /** The key that encrypts; undefined means that nothing is encrypted. */
  readonly current: () => PayloadKey | undefined;
  /** The key of an id; undefined if the process does not have it now. */
  readonly find: (id: string) => Promise<PayloadKey | undefined>;
}

/** Of a process that no key file was named to. */
export const NO_KEYS: KeyRing = { current: () => undefined, find: () => Promise.resolve(undefined) };

/** In milliseconds. A key that is added to a Secret is in its files within a minute or two; a file is quickly read. */
const READ_AGAIN_MS = 5_000;

/**
 * The keys of a file. When a key is asked for that it does not have, the file is read again: a Secret's file changes while a process runs. What cannot be
 * used then leaves the keys as they are.
 *
 * @param now the time, in milliseconds
 * @throws PayloadKeysUnusable if the file cannot be read at first
 */
export async function openKeyRing(path: string, now: () => number = Date.now): Promise<KeyRing> {
  let keys = await readKeys(path);
  let readAt = now();
  return {
    current: () => keys[0],
    find: async (id) => {
      const known = keys.find((key) => key.id === id);
      if (known !== undefined || now() - readAt < READ_AGAIN_MS) return known;
      readAt = now();
      keys = await readKeys(path).catch(() => keys);
      return keys.find((key) => key.id === id);
    },
  };
}

async function readKeys(path: string): Promise<readonly PayloadKey[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PayloadKeysUnusable(path, `${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  });
  const keys = parseKeys(text);
  if (typeof keys === 'string') throw new PayloadKeysUnusable(path, keys);
  return keys;
}

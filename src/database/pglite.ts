import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { PGliteDialect } from 'kysely';

import type { Engine } from './engine.ts';
import { lockFolder } from './folder-lock.ts';

/**
 * Opens the embedded database in a folder, and makes it if there is none.
 *
 * @throws DatabaseInUse
 */
export async function openPglite(folder: string): Promise<Engine> {
  // Descriptions and hashes of tokens are nobody else's.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    const pglite = await PGlite.create(join(folder, 'postgresql'));
    return { dialect: new PGliteDialect({ pglite }), release: lock.release };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

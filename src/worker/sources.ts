import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Weft is installed in. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Enough that two sets of sources never share a name, few enough to read. */
const KEY_LENGTH = 16;

/**
 * A name for what code does: another one as soon as a source, or a package that the lock file pins, changes.
 *
 * @param folders - of sources, from the root; everything in them counts.
 * @param files - that count besides, by their paths.
 */
export async function keyOfSources(folders: readonly string[], files: readonly string[] = []): Promise<string> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  const hash = createHash('sha256');
  for (const file of [...found.flat().sort(), join(ROOT, 'package-lock.json'), ...files]) {
    hash
      .update(relative(ROOT, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, KEY_LENGTH);
}

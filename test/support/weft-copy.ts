import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Another release of Weft, in a folder of its own: its worker can be started beside or instead of this one's. */
export interface WeftCopy {
  readonly root: string;
  readonly remove: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a worker is made of. */
const PARTS = ['src', 'kube', 'package.json', 'package-lock.json', 'tsconfig.json'];

/**
 * Copies this Weft, with changes.
 *
 * @param changes by a file's path, e.g. `kube/config/core.yaml`: what becomes of its text
 */
export async function copyWeft(changes: Readonly<Record<string, (text: string) => string>>): Promise<WeftCopy> {
  const root = await mkdtemp(join(tmpdir(), 'weft-copy-'));
  await Promise.all(PARTS.map((part) => cp(join(ROOT, part), join(root, part), { recursive: true })));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const [path, change] of Object.entries(changes)) {
    const text = await readFile(join(root, path), 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`${path} is as it was.`);
    await writeFile(join(root, path), changed);
  }
  return { root, remove: () => rm(root, { recursive: true }) };
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';

/**
 * The folder that holds everything that is obtained for the embedded platform. It belongs to the user, not to a
 * checkout: `$WEFT_CACHE`, else `$XDG_CACHE_HOME/weft`, else `~/.cache/weft`.
 */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  // An empty variable counts as unset, as the XDG base directory specification has it.
  if (env['WEFT_CACHE']) return env['WEFT_CACHE'];
  return join(env['XDG_CACHE_HOME'] ? env['XDG_CACHE_HOME'] : join(homedir(), '.cache'), 'weft');
}

/** What a cached folder is recognised by. */
export interface CacheEntry {
  readonly name: string;
  readonly version: string;
  /** Digest of all that the content depends on. */
  readonly key: string;
  /** The files, relative to the folder, that it has when it is complete. */
  readonly files: readonly string[];
}

/** @returns the folder that holds, or will hold, the entry */
export function directoryOf(entry: CacheEntry): string {
  return join(cacheRoot(), entry.name, `${entry.version}-${entry.key}`);
}

/** A folder gets its name when it is finished; that a file is missing means that somebody took it away since. */
export function isComplete(entry: CacheEntry): boolean {
  const directory = directoryOf(entry);
  return entry.files.every((file) => existsSync(join(directory, file)));
}

/** @returns the 12 hexadecimal digits that name a content: long enough to never meet by accident, short enough to read */
export function contentKey(...contents: readonly string[]): string {
  const hash = createHash('sha256');
  // The length before each content keeps ('ab', 'c') and ('a', 'bc') apart.
  for (const content of contents) hash.update(`${content.length}:`).update(content);
  return hash.digest('hex').slice(0, 12);
}

/** @returns the paths and contents of all files in a source folder, in an order that does not depend on the disk */
export function sourcesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort()
    .flatMap((path) => [relative(directory, path), readFileSync(path, 'utf8')]);
}

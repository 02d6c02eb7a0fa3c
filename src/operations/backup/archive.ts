import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { dirname } from 'node:path/posix';

import { extract, pack } from 'tar-stream';

/** A file of an archive. */
export interface ArchiveFile {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** Whoever unpacks an archive, and nobody else, may read what is in it: most of it is keys. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Writes files, and the folders that they are in, as a tar archive. Equal files are equal bytes. */
export async function archiveOf(files: readonly ArchiveFile[]): Promise<Uint8Array> {
  const tar = pack();
  const written = buffer(tar);
  const mtime = new Date(0);
  for (const name of foldersOf(files)) tar.entry({ name: `${name}/`, type: 'directory', mode: FOLDER_MODE, mtime });
  for (const { path, content } of files) tar.entry({ name: path, mode: FILE_MODE, mtime }, Buffer.from(content));
  tar.finalize();
  return written;
}

/** The files in a tar archive, sorted by their paths. @throws if it is none, or was cut short */
export async function filesOf(archive: Uint8Array): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  const entries = Readable.from([archive]).pipe(extract());
  for await (const entry of entries) {
    const content = await buffer(entry);
    if (entry.header.type === 'file') files.push({ path: entry.header.name.replace(/^(\.?\/)+/, ''), content });
  }
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Folders before those in them. */
function foldersOf(files: readonly ArchiveFile[]): string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}

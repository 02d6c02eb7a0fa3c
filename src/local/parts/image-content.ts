import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import type { Pack } from 'tar-stream';

import { addFile, addText, epoch, writeTar } from './reproducible-tar.ts';

/** A file, or a folder, of an image; all belong to root. */
export type ImageEntry =
  | { readonly path: string; readonly mode: number; readonly source: string }
  | { readonly path: string; readonly mode: number; readonly text: string }
  | { readonly path: string; readonly mode: number; readonly folder: true };

/** What makes an image, whatever its name and however it travels. */
export interface ImageContent {
  /** Go's name of the processor architecture. */
  readonly architecture: string;
  readonly entries: readonly ImageEntry[];
  /** Runtime settings, in the words of the OCI image configuration. */
  readonly config: ImageConfig;
}

export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
}

/**
 * Writes an image's one layer, a plain tar file: its digest depends on nothing but what is in it.
 *
 * @returns the image's configuration, which names the layer by its digest
 */
export async function writeLayer({ entries, ...image }: ImageContent, file: string): Promise<WrittenImage> {
  await writeTar(file, (tar) => addEntries(tar, entries));
  const layerDigest = await sha256(file);
  const configuration = JSON.stringify({
    created: epoch.toISOString(),
    architecture: image.architecture,
    os: 'linux',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
  });
  return { layerDigest, configuration };
}

export interface WrittenImage {
  /** SHA-256 of the layer, in hexadecimal digits. */
  readonly layerDigest: string;
  /** JSON text, as the OCI and the Docker image specification both have it. */
  readonly configuration: string;
}

async function addEntries(tar: Pack, entries: readonly ImageEntry[]): Promise<void> {
  for (const entry of [...parentFolders(entries), ...entries].sort((one, other) => (one.path < other.path ? -1 : 1))) {
    const { path: name, mode } = entry;
    if ('folder' in entry) tar.entry({ name, mode, type: 'directory', mtime: epoch });
    else if ('text' in entry) await addText(tar, { name, mode }, entry.text);
    else await addFile(tar, { name, mode }, entry.source);
  }
}

function parentFolders(entries: readonly ImageEntry[]): readonly ImageEntry[] {
  const named = new Set(entries.map((entry) => entry.path));
  const parents = entries.flatMap(({ path }) => {
    const parts = path.split('/');
    return parts.slice(1).map((_, depth) => parts.slice(0, depth + 1).join('/'));
  });
  return [...new Set(parents)].filter((path) => !named.has(path)).map((path) => ({ path, mode: 0o755, folder: true }));
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

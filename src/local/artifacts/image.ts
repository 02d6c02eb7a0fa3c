import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { finished, pipeline } from 'node:stream/promises';

import { pack, type Header, type Pack } from 'tar-stream';

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

export interface Image extends ImageContent {
  /** The name that manifests use, such as `ghcr.io/hyperledger/fabric-peer:2.5.9`. */
  readonly reference: string;
}

/** Nothing in an archive tells when it was made, so that the same content is the same bytes. */
const epoch = new Date(0);

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

/**
 * Writes an image of one layer as an archive that `docker load`, `ctr images import` and `kind load image-archive`
 * read: the layout of `docker save`, version 1.2 of the Docker image specification.
 *
 * @param archive the file to write; while it is written there is another of the same name and `.layer` beside it
 */
export async function writeImageArchive(image: Image, archive: string): Promise<void> {
  const layer = `${archive}.layer`;
  try {
    const { configuration } = await writeLayer(image, layer);
    const configFile = `${createHash('sha256').update(configuration).digest('hex')}.json`;
    const manifest = JSON.stringify([{ Config: configFile, RepoTags: [image.reference], Layers: ['layer.tar'] }]);
    await writeTar(archive, async (tar) => {
      await addText(tar, { name: 'manifest.json', mode: 0o644 }, manifest);
      await addText(tar, { name: configFile, mode: 0o644 }, configuration);
      await addFile(tar, { name: 'layer.tar', mode: 0o644 }, layer);
    });
  } finally {
    await rm(layer, { force: true });
  }
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

/** Writes a tar file. @param fill - adds its entries. */
async function writeTar(file: string, fill: (tar: Pack) => Promise<void>): Promise<void> {
  const tar = pack();
  const fillAll = async (): Promise<void> => {
    try {
      await fill(tar);
      tar.finalize();
    } catch (error) {
      tar.destroy();
      throw error;
    }
  };
  // Also when the entries cannot be read, the file is closed before it is said.
  const [filled, written] = await Promise.allSettled([fillAll(), pipeline(tar, createWriteStream(file))]);
  for (const end of [filled, written]) if (end.status === 'rejected') throw end.reason;
}

async function addText(tar: Pack, header: Pick<Header, 'name' | 'mode'>, text: string): Promise<void> {
  const entry = tar.entry({ ...header, size: Buffer.byteLength(text), mtime: epoch });
  entry.end(text);
  await finished(entry);
}

/** @param source - the file whose content it gets. */
async function addFile(tar: Pack, header: Pick<Header, 'name' | 'mode'>, source: string): Promise<void> {
  const { size } = await stat(source);
  await pipeline(createReadStream(source), tar.entry({ ...header, size, mtime: epoch }));
}

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { writeLayer, type ImageContent } from './image-content.ts';
import { addFile, addText, writeTar } from './reproducible-tar.ts';

export interface Image extends ImageContent {
  /** The name that manifests use, such as `ghcr.io/hyperledger/fabric-peer:2.5.0`. */
  readonly reference: string;
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

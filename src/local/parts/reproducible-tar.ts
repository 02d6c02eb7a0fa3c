import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { finished, pipeline } from 'node:stream/promises';

import { pack, type Header, type Pack } from 'tar-stream';

/** Nothing in an archive tells when it was made, so that the same content is the same bytes. */
export const epoch = new Date(0);

/** Writes a tar file. @param fill - adds its entries. */
export async function writeTar(file: string, fill: (tar: Pack) => Promise<void>): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file));
  try {
    await fill(tar);
    tar.finalize();
  } catch (error) {
    tar.destroy();
    await written.catch(() => undefined);
    throw error;
  }
  await written;
}

export async function addText(tar: Pack, header: Pick<Header, 'name' | 'mode'>, text: string): Promise<void> {
  const entry = tar.entry({ ...header, size: Buffer.byteLength(text), mtime: epoch });
  entry.end(text);
  await finished(entry);
}

/** @param source - the file whose content it gets. */
export async function addFile(tar: Pack, header: Pick<Header, 'name' | 'mode'>, source: string): Promise<void> {
  const { size } = await stat(source);
  await pipeline(createReadStream(source), tar.entry({ ...header, size, mtime: epoch }));
}

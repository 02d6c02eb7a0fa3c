import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

import { defineConfig, type Plugin } from 'vite';

/** Smaller files gain nothing that is worth a request for another file. */
const SMALLEST_COMPRESSED_BYTES = 1_024;

/** Writes each text file compressed beside itself once: the server sends it as it is. */
function compressed(): Plugin {
  return {
    name: 'weft-compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const files = await readdir(dir, { recursive: true });
      for (const file of files.filter((name) => /\.(js|css|svg)$/.test(name))) {
        const content = await readFile(join(dir, file));
        if (content.length < SMALLEST_COMPRESSED_BYTES) continue;
        await writeFile(join(dir, `${file}.br`), await promisify(brotliCompress)(content));
        await writeFile(join(dir, `${file}.gz`), await promisify(gzip)(content));
      }
    },
  };
}

export default defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  oxc: { jsx: { runtime: 'automatic' } },
  plugins: [compressed()],
  build: {
    // Files in it never change: their names have a hash of their content.
    assetsDir: 'assets',
    // A file in a data: address would need a policy that allows all of them.
    assetsInlineLimit: 0,
    // The browsers of the last two years, in which nothing has to be imitated.
    target: 'baseline-widely-available',
    // ELK is one file that cannot be split, loaded by a worker with the graph alone.
    chunkSizeWarningLimit: 1_600,
    modulePreload: { polyfill: false },
  },
});

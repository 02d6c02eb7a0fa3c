import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

const composeSchema = z.object({ services: z.record(z.string(), z.object({ image: z.string() })) });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-pin-'));
  await mkdir(join(folder, 'compose'));
  for (const path of ['docker-compose.yml', 'compose/pin.sh']) await cp(join(ROOT, path), join(folder, path));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs compose/pin.sh with a docker that has this answer to every question. */
async function pin(answer: string): Promise<void> {
  await writeFile(join(folder, 'docker'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  await execa(join(folder, 'compose/pin.sh'), { env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` } });
}

it('pins every image of Compose but the own one to its digest, with its tag', async () => {
  await pin(DIGEST);
  const read = async (file: string): Promise<z.infer<typeof composeSchema>['services']> =>
    composeSchema.parse(parse(await readFile(join(folder, file), 'utf8'), { merge: true })).services;
  const foreign = Object.entries(await read('docker-compose.yml')).filter(([, { image }]) => !image.includes('weft'));
  expect(foreign.length).toBeGreaterThan(6);
  expect(await read('docker-compose.override.yml')).toEqual(
    Object.fromEntries(foreign.map(([name, { image }]) => [name, { image: `${image}@${DIGEST}` }])),
  );
});

it('pins nothing when a registry answers something else than a digest', async () => {
  await expect(pin('ERROR: not found')).rejects.toThrow('is no digest');
  await expect(readFile(join(folder, 'docker-compose.override.yml'))).rejects.toThrow('ENOENT');
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { BUILD_FILE, ENCRYPTING_WORKFLOWS_FILE, readBuild, WORKFLOWS_FILE } from '../../../src/worker/build.ts';
import { keyOfSources } from '../../../src/worker/sources.ts';
import { ownBuildId, WORKER_SOURCES } from '../../../src/worker/version.ts';

let folder: string;
const read = (): ReturnType<typeof readBuild> => readBuild(pathToFileURL(`${folder}/`));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-build-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('compiled code knows its build and its workflows by what the build has left', async () => {
  await writeFile(join(folder, BUILD_FILE), '{"buildId":"0123456789abcdef"}');
  expect(await read()).toEqual({
    buildId: '0123456789abcdef',
    workflows: join(folder, WORKFLOWS_FILE),
    encryptingWorkflows: join(folder, ENCRYPTING_WORKFLOWS_FILE),
  });
});

it('a build that does not say its name is not taken for a checkout', async () => {
  await writeFile(join(folder, BUILD_FILE), '{}');
  await expect(read()).rejects.toThrow('buildId');
});

it('a checkout has no build, and is known by its sources', async () => {
  expect(await read()).toBeUndefined();
  expect(await readBuild()).toBeUndefined();
  expect(await ownBuildId()).toBe(await keyOfSources(WORKER_SOURCES));
});

import { access, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type * as PrivateFolder from '../../../../src/fabric/tools/private-folder.ts';

let temporary: string;
let inPrivateFolder: typeof PrivateFolder.inPrivateFolder;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'weft-private-'));
  vi.stubEnv('TMPDIR', temporary);
  // As a process that has just started.
  vi.resetModules();
  ({ inPrivateFolder } = await import('../../../../src/fabric/tools/private-folder.ts'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

describe('a private folder', () => {
  it('can be entered by its owner alone, and is gone with all in it', async () => {
    const [path, mode] = await inPrivateFolder(async (folder) => {
      await writeFile(join(folder, 'key.pem'), 'secret');
      return [folder, (await stat(folder)).mode & 0o777] as const;
    });
    expect(mode).toBe(0o700);
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is gone when the work failed, too', async () => {
    const failed = inPrivateFolder(async (folder) => {
      throw new Error(`${(await readdir(folder)).length} files`);
    });
    await expect(failed).rejects.toThrow('0 files');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('of a process that was killed is removed by the next one', async () => {
    const ended = execa('true');
    await ended;
    const dead = ended.pid ?? 0;
    const [killed, predecessor, living, other, foreign] = [
      `weft-fabric-${hostname()}-${dead}-abcdef`,
      `weft-fabric-${hostname()}-${process.pid}-abcdef`,
      `weft-fabric-${hostname()}-${process.ppid}-abcdef`,
      `weft-fabric-elsewhere-${dead}-abcdef`,
      'something-else',
    ];
    for (const name of [killed, predecessor, living, other, foreign]) {
      await mkdir(join(temporary, name));
      await writeFile(join(temporary, name, 'key.pem'), 'secret');
    }

    await inPrivateFolder(() => Promise.resolve());

    expect((await readdir(temporary)).sort()).toEqual([foreign, other, living].sort());
  });

  it('does not touch those that are in use', async () => {
    await inPrivateFolder(async (outer) => {
      await inPrivateFolder(() => Promise.resolve());
      await access(outer);
    });
    expect(await readdir(temporary)).toEqual([]);
  });
});

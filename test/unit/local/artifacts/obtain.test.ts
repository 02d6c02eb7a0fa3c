import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { directoryOf, isComplete } from '../../../../src/local/artifacts/cache.ts';
import { obtain, type Artifact } from '../../../../src/local/artifacts/obtain.ts';
import { eventually } from '../../../support/eventually.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();
const quiet = (): void => undefined;

const entry = { name: 'sample', version: '1', key: 'abc', files: ['program', 'made-by'] };

const artifact: Artifact = {
  ...entry,
  produce: (directory) => {
    for (const file of entry.files) writeFileSync(join(directory, file), '');
    return Promise.resolve();
  },
};

/** A process starts, or ends, in well under a second; a busy machine takes longer. */
const patienceMs = 20_000;

describe('an artifact', () => {
  test('is made once and found there from then on', async () => {
    let made = 0;
    const counted: Artifact = {
      ...artifact,
      produce: (directory, work) => {
        made += 1;
        return artifact.produce(directory, work);
      },
    };
    await obtain(counted, quiet);
    await obtain(counted, quiet);
    expect(made).toBe(1);
    expect(isComplete(artifact)).toBe(true);
  });

  test('is made again when one of its files was taken away', async () => {
    await obtain(artifact, quiet);
    rmSync(join(directoryOf(artifact), 'program'));
    expect(isComplete(artifact)).toBe(false);
    await obtain(artifact, quiet);
    expect(isComplete(artifact)).toBe(true);
  });

  test('that fails to build leaves nothing behind', async () => {
    const failing: Artifact = {
      ...entry,
      produce: (directory) => {
        writeFileSync(join(directory, 'program'), '');
        return Promise.reject(new Error('no space left'));
      },
    };
    await expect(obtain(failing, quiet)).rejects.toThrow('no space left');
    expect(readdirSync(join(cache(), 'sample'))).toEqual([]);
  });

  test('that comes out without its files is refused by name', async () => {
    await expect(obtain({ ...entry, produce: () => Promise.resolve() }, quiet)).rejects.toThrow(
      'sample 1 was built, but not all of program, made-by came out.',
    );
  });
});

describe('a process that builds', () => {
  test('leaves nothing that counts as done when it is killed, and holds nobody up', async () => {
    const builder = otherProcess(`await new Promise((resolve) => setTimeout(resolve, 60_000));`);
    await eventually(() => {
      expect(unfinishedFolders()).toHaveLength(1);
      return Promise.resolve();
    }, patienceMs);
    builder.kill('SIGKILL');
    await expect(builder).rejects.toThrow();
    expect(isComplete(artifact)).toBe(false);

    await obtain(artifact, quiet);
    expect(isComplete(artifact)).toBe(true);
    expect(unfinishedFolders()).toEqual([]);
  });

  test('is waited for by another that wants the same, which then does not build', async () => {
    const builder = otherProcess(
      `while (!existsSync('${join(cache(), 'go-on')}')) await new Promise((resolve) => setTimeout(resolve, 20));`,
    );
    await eventually(() => {
      expect(unfinishedFolders()).toHaveLength(1);
      return Promise.resolve();
    }, patienceMs);
    const said: string[] = [];
    const waiting = obtain(artifact, (line) => {
      said.push(line.text);
      writeFileSync(join(cache(), 'go-on'), '');
    });
    await Promise.all([waiting, builder]);
    expect(said).toEqual(['waiting for another process that builds it', 'built by another process']);
    expect(readFileSync(join(directoryOf(artifact), 'made-by'), 'utf8')).toBe(String(builder.pid));
  });

  test('stops waiting when it is told to', async () => {
    const builder = otherProcess(`await new Promise((resolve) => setTimeout(resolve, 60_000));`);
    await eventually(() => {
      expect(unfinishedFolders()).toHaveLength(1);
      return Promise.resolve();
    }, patienceMs);
    const abort = new AbortController();
    const waiting = obtain(
      artifact,
      () => {
        abort.abort(new Error('enough'));
      },
      abort.signal,
    );
    await expect(waiting).rejects.toThrow('enough');
    builder.kill('SIGKILL');
    await expect(builder).rejects.toThrow();
  });

  function unfinishedFolders(): readonly string[] {
    const parent = join(cache(), 'sample');
    return existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith('.')) : [];
  }

  /** Builds the sample artifact in a process of its own, doing `wait` before it writes the files. */
  function otherProcess(wait: string): ReturnType<typeof startProcess> {
    return startProcess(`
      import { existsSync, writeFileSync } from 'node:fs';
      import { obtain } from '${join(import.meta.dirname, '../../../../src/local/artifacts/obtain.ts')}';
      await obtain({ ...${JSON.stringify(entry)}, produce: async (directory) => {
        ${wait}
        writeFileSync(directory + '/made-by', String(process.pid));
        writeFileSync(directory + '/program', '');
      } }, () => undefined);
    `);
  }
});

function startProcess(program: string) {
  return execa(process.execPath, ['--input-type=module-typescript', '--eval', program]);
}

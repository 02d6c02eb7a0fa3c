import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fabricPrograms, type ProgramOptions } from '../../../../src/fabric/index.ts';
import { errorOf } from '../../../../src/fabric/tools/programs.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-programs-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program `configtxlator` that is a shell script. */
async function programThat(script: string): Promise<ReturnType<typeof fabricPrograms>> {
  await writeFile(join(folder, 'configtxlator'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'configtxlator'), 0o755);
  return fabricPrograms({ folder });
}

function options(other: Partial<ProgramOptions> = {}): ProgramOptions {
  return { folder, signal: new AbortController().signal, timeoutMs: 10_000, ...other };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

describe('a program of Fabric', () => {
  it('gets its arguments as they are, its input, and a place to work', async () => {
    const programs = await programThat('pwd; printf "%s|" "$@"; cat');
    const input = Buffer.from('the input');
    const { stdout } = await programs.run('configtxlator', ['channel', 'a b', '$HOME;'], options({ input }));
    expect(text(stdout)).toBe(`${folder}\nchannel|a b|$HOME;|the input`);
  });

  it('gives its output byte for byte', async () => {
    const programs = await programThat("printf '\\377\\000\\n'");
    const { stdout } = await programs.run('configtxlator', [], options());
    expect([...stdout]).toEqual([0xff, 0x00, 0x0a]);
  });

  it('inherits nothing that it could take for configuration', async () => {
    process.env['CORE_PEER_ADDRESS'] = 'somewhere:7051';
    try {
      const programs = await programThat('env');
      const { stdout } = await programs.run(
        'configtxlator',
        [],
        options({ environment: { CORE_PEER_LOCALMSPID: 'Org1MSP' } }),
      );
      const names = text(stdout)
        .split('\n')
        .map((line) => line.split('=')[0]);
      expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'CORE_PEER_LOCALMSPID']));
      expect(names).not.toContain('CORE_PEER_ADDRESS');
      expect(text(stdout)).toContain(`HOME=${folder}\n`);
    } finally {
      delete process.env['CORE_PEER_ADDRESS'];
    }
  });

  it('that fails is an error with its exit code and its last words', async () => {
    const programs = await programThat('echo "Error: channel not found" >&2; exit 3');
    await expect(programs.run('configtxlator', [], options())).rejects.toMatchObject({
      name: 'ProgramFailure',
      kind: 'unexpected',
      exitCode: 3,
      stderr: 'Error: channel not found\n',
      message: 'configtxlator failed with exit code 3: channel not found',
    });
  });

  it('that is killed is an error that names the signal', async () => {
    const programs = await programThat('kill -KILL $$');
    await expect(programs.run('configtxlator', [], options())).rejects.toMatchObject({
      exitCode: undefined,
      message: 'configtxlator was ended by SIGKILL: it did not say why',
    });
  });

  it('that takes too long is ended', async () => {
    const programs = await programThat('exec sleep 60');
    await expect(programs.run('configtxlator', [], options({ timeoutMs: 200 }))).rejects.toMatchObject({
      kind: 'timeout',
      message: 'configtxlator did not end within 200 ms',
    });
  });

  it('ends when the step is cancelled, which is told as it was', async () => {
    const programs = await programThat('echo $$ > pid; exec sleep 60');
    const controller = new AbortController();
    const reason = new Error('cancelled by a test');
    const run = programs.run('configtxlator', [], options({ signal: controller.signal }));
    setTimeout(() => {
      controller.abort(reason);
    }, 200);
    await expect(run).rejects.toBe(reason);
    await expect(programs.run('configtxlator', [], options({ signal: controller.signal }))).rejects.toBe(reason);
  });

  it.each([
    ['in the folder that was given', { folder: '/nowhere' }, 'There is no program configtxgen in /nowhere.'],
    ['on the PATH', {}, 'There is no program configtxgen on the PATH of this worker.'],
  ])('that is not %s is named, with how to get it', async (_where, where, words) => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const run = fabricPrograms(where).run('configtxgen', [], options());
      await expect(run).rejects.toMatchObject({
        kind: 'programMissing',
        message: expect.stringMatching(new RegExp(`^${words}.*install-fabric.sh`)) as string,
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('the last words of a program', () => {
  it.each([
    [
      'of a command with its usage',
      'Error: got unexpected status: FORBIDDEN\nUsage:\n  peer channel [flags]\n',
      'got unexpected status: FORBIDDEN',
    ],
    [
      'in its log',
      '\u001B[34m2026-01-02 03:04:05.678 UTC 0001 INFO\u001B[0m [channelCmd] \u001B[34;1mInitCmdFactory\u001B[0m -> Endorser and orderer connections initialized\n',
      'Endorser and orderer connections initialized',
    ],
    [
      'of a panic',
      'panic: no such profile [recovered]\n\tpanic: no such profile\n\ngoroutine 1 [running]:\nmain.main()\n',
      'no such profile',
    ],
    [
      'of configtxlator',
      'configtxlator: error: open x: no such file or directory, try --help\n',
      'open x: no such file or directory, try --help',
    ],
    [
      'of a list',
      "panic: 2 error(s) decoding:\n\n\t* cannot parse 'A' as uint\n\t* invalid duration\n\ngoroutine 1 [running]:\n",
      "2 error(s) decoding: cannot parse 'A' as uint; invalid duration",
    ],
    ['of one that says nothing', '\n', ''],
  ])('are the error alone: %s', (_whose, stderr, words) => {
    expect(errorOf(stderr)).toBe(words);
  });

  it('are not longer than a line of a log may be', () => {
    expect(errorOf(`Error: ${'x'.repeat(10_000)}`)).toHaveLength(501);
  });
});

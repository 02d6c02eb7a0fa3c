import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CommandFailure, type FailureReport } from '../../../src/cli/command-failure.ts';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { localCommand } from '../../../src/cli/local/index.ts';

let root: string;
let printed: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-commands-'));
  vi.stubEnv('WEFT_DATA', root);
  vi.stubEnv('WEFT_LOCAL_INSTANCE', 'weft-none');
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  rmSync(root, { recursive: true });
});

describe('weft local, with no platform there', () => {
  it('env says how to start it, with the exit code for what cannot be reached', async () => {
    const failure = await failureOf('env');
    expect(failure.exitCode).toBe(EXIT.unreachable);
    expect(failure.message).toContain('weft local start');
    expect(printed).toBe('');
  });

  it('status shows every component as not running, for people and for machines', async () => {
    await local('status');
    expect(printed).toMatch(/^weft-none: not ready/);
    expect(printed).toMatch(/^temporal +not running/m);
    printed = '';
    await local('status', '-o', 'json');
    expect(JSON.parse(printed)).toMatchObject({ instance: 'weft-none', ready: false });
    expect(process.exitCode).toBeUndefined();
  });

  it('status ends with 6 when it is asked to judge', async () => {
    await local('status', '--exit-code');
    expect(process.exitCode).toBe(EXIT.notReady);
  });

  it('stop has nothing to do, and makes nothing', async () => {
    await local('stop', '--quiet');
    expect(readdirSync(root)).toEqual([]);
  });

  it('reset asks before it removes anything, and refuses where it cannot ask', async () => {
    expect((await failureOf('reset')).exitCode).toBe(EXIT.usage);
  });

  it('refuses an instance name that is not its own', async () => {
    vi.stubEnv('WEFT_LOCAL_INSTANCE', 'docker');
    const failure = await failureOf('status');
    expect(failure.exitCode).toBe(EXIT.failed);
    expect(failure.message).toContain('weft or weft-<word>');
  });
});

async function local(...args: string[]): Promise<void> {
  await localCommand().parseAsync(args, { from: 'user' });
}

async function failureOf(...args: string[]): Promise<FailureReport> {
  const error: unknown = await local(...args).catch((error: unknown) => error);
  if (!(error instanceof CommandFailure)) throw new Error('the command did not fail as commands do', { cause: error });
  return error.report;
}

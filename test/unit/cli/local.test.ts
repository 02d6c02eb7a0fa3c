import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CommandFailure, type FailureReport } from '../../../src/cli/command-failure.ts';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { localCommand } from '../../../src/cli/local/index.ts';
import { renderStatus } from '../../../src/cli/local/status.ts';
import type { PlatformStatus } from '../../../src/local/index.ts';

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

describe('the table of weft local status', () => {
  it('has since when each runs and how often it was started again, and below it how those ended that ended by themselves', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    const status: PlatformStatus = {
      ...{ instance: 'weft', directory: '/data/weft', ready: false },
      components: [
        { name: 'dns', running: true, ready: true, reason: '' },
        {
          ...{ name: 'worker', running: true, ready: true, reason: '', since: '2026-01-01T11:55:00Z', restarts: 2 },
          lastEnd: { at: '2026-01-01T11:54:59Z', reason: 'signal SIGKILL', lastLine: 'polls weft' },
        },
        {
          ...{ name: 'api', running: false, ready: false, reason: 'it is started again in 4 s', restarts: 7 },
          lastEnd: { at: '2026-01-01T11:59:58Z', reason: 'exit code 3', lastLine: 'no such table' },
        },
      ],
    };
    expect(renderStatus(status, now).split('\n')).toEqual([
      'weft: not ready, in /data/weft',
      '',
      'COMPONENT  STATE        RUNS FOR  RESTARTS  DETAILS',
      'dns        ready        -         -',
      'worker     ready        5m00s     2',
      'api        not running  -         7         it is started again in 4 s',
      '',
      'ENDED BY ITSELF  WHEN       HOW             LAST LINE OF ITS LOG',
      'worker           5m01s ago  signal SIGKILL  polls weft',
      'api              2s ago     exit code 3     no such table',
    ]);
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readIfPresent } from '../../../../src/local/files.ts';
import { resolveInstance, type Instance } from '../../../../src/local/instance.ts';
import {
  childrenOf,
  endProcess,
  environmentOf,
  lastLogLine,
  lastLogLines,
  logFile,
  startProcess,
  sweepProcesses,
} from '../../../../src/local/process/processes.ts';
import { readEnd } from '../../../../src/local/process/end.ts';
import { findProcess, forgetProcess, isRunning } from '../../../../src/local/process/record.ts';

let root: string;
let instance: Instance;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-processes-'));
  instance = resolveInstance({ WEFT_DATA: root });
});

afterEach(async () => {
  await sweepProcesses(instance);
  rmSync(root, { recursive: true });
});

describe('a process of the platform', () => {
  it('runs with its settings and writes to its log', async () => {
    await start('speaker', ['sh', '-c', 'echo "value $VALUE"; sleep 60'], { VALUE: '7' });
    await expect.poll(() => readIfPresent(logFile(instance, 'speaker'))).toBe('value 7\n');
    expect(findProcess(instance, 'speaker')).toBeDefined();
    expect(lastLogLines(instance, 'speaker')).toContain('  value 7\n');
  });

  it('says where to look when it cannot be started', async () => {
    await expect(start('nothing', ['/no/such/program'])).rejects.toThrow('nothing cannot be started: /no/such/program');
  });

  it('ends when it is asked to', async () => {
    const record = await start('sleeper', ['sleep', '60']);
    await endProcess(record, { graceMs: 10_000 });
    expect(isRunning(record)).toBe(false);
  });

  it('is killed with its children when it does not listen', async () => {
    const record = await start('stubborn', ['sh', '-c', 'trap "" TERM; sleep 60 & echo up; while true; do wait; done']);
    await expect.poll(() => readIfPresent(logFile(instance, 'stubborn'))).toBe('up\n');
    const [sleeper = 0] = childrenOf(record.pid);
    await endProcess(record, { graceMs: 100 });
    expect(isRunning(record)).toBe(false);
    await expect.poll(() => readIfPresent(`/proc/${sleeper}/cmdline`) ?? '').toBe('');
  });
});

describe('how a process of the platform ended', () => {
  it.each([
    ['exit 3', 'exit code 3'],
    ['exit 0', 'exit code 0'],
    ['kill -KILL $$', 'signal SIGKILL'],
    ['kill -TERM $$', 'signal SIGTERM'],
  ])('is known of one that did `%s`: %s', async (ending, reason) => {
    const { pid } = await start('mortal', ['sh', '-c', `echo last words; sleep 0.2; ${ending}`]);
    expect(readEnd(instance, 'mortal', pid)).toBeUndefined();
    await expect.poll(() => readEnd(instance, 'mortal', pid)).toMatchObject({ reason });
    // The shell beside it says nothing of its own.
    expect(lastLogLine(instance, 'mortal')).toBe('last words');
  });

  it('is told by the last line that has words: an error that is printed as an object ends with a bracket', async () => {
    await start('speaker', ['sh', '-c', "printf 'Error: no room {\\n  code: 7\\n}\\n\\n'; sleep 5"]);
    await expect.poll(() => lastLogLine(instance, 'speaker')).toBe('code: 7');
  });

  it('is forgotten when another is started under its name', async () => {
    const { pid } = await start('mortal', ['sh', '-c', 'sleep 0.2']);
    await expect.poll(() => readEnd(instance, 'mortal', pid)).toBeDefined();
    await start('mortal', ['sleep', '60']);
    expect(readEnd(instance, 'mortal', pid)).toBeUndefined();
  });

  it('is the program alone: its pid and process group are the ones that are recorded', async () => {
    const { pid } = await start('sleeper', ['sleep', '60']);
    await expect.poll(() => readIfPresent(`/proc/${pid}/cmdline`)).toBe('sleep\0' + '60\0');
    expect(environmentOf(pid)).toMatchObject({ PATH: process.env['PATH'] });
    expect(readIfPresent(`/proc/${pid}/stat`)?.split(' ')[4]).toBe(String(pid));
  });
});

describe('sweeping', () => {
  it('ends processes that nobody remembers, under the given name only', async () => {
    const lost = await start('lost', ['sleep', '60']);
    const other = await start('other', ['sleep', '60']);
    forgetProcess(instance, 'lost');
    await sweepProcesses(instance, 'lost');
    expect([isRunning(lost), isRunning(other)]).toEqual([false, true]);
    await sweepProcesses(instance);
    expect(isRunning(other)).toBe(false);
  });

  it('leaves processes of other instances alone', async () => {
    const other = resolveInstance({ WEFT_DATA: root, WEFT_LOCAL_INSTANCE: 'weft-other' });
    const record = await startProcess(other, {
      name: 'same',
      command: ['sleep', '60'],
      environment: { PATH: process.env['PATH'] },
    });
    await sweepProcesses(instance, 'same');
    await sweepProcesses(instance);
    expect(isRunning(record)).toBe(true);
    await sweepProcesses(other);
    expect(isRunning(record)).toBe(false);
  });

  it('leaves processes alone that only mention the instance', async () => {
    const stranger = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], NOTE: `${instance.directory}:node` } });
    await sweepProcesses(instance);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });
});

function start(
  name: string,
  command: [string, ...string[]],
  settings: Record<string, string> = {},
): ReturnType<typeof startProcess> {
  return startProcess(instance, { name, command, environment: { PATH: process.env['PATH'] }, settings });
}

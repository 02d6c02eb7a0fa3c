import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resolveInstance, type Instance } from '../../../../src/local/instance.ts';
import {
  findProcess,
  forgetProcess,
  isStartedAs,
  recordProcess,
  type ProcessRecord,
} from '../../../../src/local/process/record.ts';

let root: string;
let instance: Instance;
let child: ChildProcess;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-record-'));
  instance = resolveInstance({ WEFT_DATA: root });
  child = spawn('sleep', ['60']);
});

afterEach(() => {
  child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

describe('the record of a process', () => {
  it('finds the process while it runs', () => {
    const record = recordSleep();
    expect(findProcess(instance, 'sleep')).toEqual(record);
    expect(record.pid).toBe(child.pid);
  });

  it('finds nothing when the process has ended', async () => {
    recordSleep();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(findProcess(instance, 'sleep')).toBeUndefined();
  });

  it('does not take another process that has got the same pid for it', () => {
    recordSleep();
    change({ startTime: '1' });
    expect(findProcess(instance, 'sleep')).toBeUndefined();
  });

  it('does not believe a record from before the machine was started again', () => {
    recordSleep();
    change({ bootId: 'another' });
    expect(findProcess(instance, 'sleep')).toBeUndefined();
  });

  it('is none when its file holds something else', () => {
    recordSleep();
    writeFileSync(file(), '4711');
    expect(findProcess(instance, 'sleep')).toBeUndefined();
  });

  it('is gone when it is forgotten', () => {
    recordSleep();
    forgetProcess(instance, 'sleep');
    expect(findProcess(instance, 'sleep')).toBeUndefined();
  });

  it('is not made of a process that has ended already', () => {
    expect(recordProcess(instance, 'none', { pid: 2 ** 22 + 1, command: ['none'], settings: {} })).toBeUndefined();
  });

  it('tells whether a process was started with the same command and settings', () => {
    const record = recordSleep();
    expect(isStartedAs(record, { command: ['sleep', '60'], settings: { A: '1' } })).toBe(true);
    expect(isStartedAs(record, { command: ['sleep', '61'], settings: { A: '1' } })).toBe(false);
    expect(isStartedAs(record, { command: ['sleep', '60'], settings: { A: '2' } })).toBe(false);
  });
});

function recordSleep(): ProcessRecord {
  const record = recordProcess(instance, 'sleep', {
    pid: child.pid ?? 0,
    command: ['sleep', '60'],
    settings: { A: '1' },
  });
  if (record === undefined) throw new Error('sleep does not run');
  return record;
}

function change(part: Partial<ProcessRecord>): void {
  const record: unknown = JSON.parse(readFileSync(file(), 'utf8'));
  writeFileSync(file(), JSON.stringify(Object.assign({}, record, part)));
}

function file(): string {
  return join(instance.directory, 'run', 'sleep.json');
}

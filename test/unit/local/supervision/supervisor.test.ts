import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { withLock } from '../../../../src/local/artifacts/lock.ts';
import { readIfPresent } from '../../../../src/local/files.ts';
import { resolveInstance, type Instance } from '../../../../src/local/instance.ts';
import {
  endProcess,
  environmentOf,
  lastLogLine,
  logFile,
  startProcess,
  sweepProcesses,
} from '../../../../src/local/process/processes.ts';
import { findProcess, forgetProcess, type ProcessRecord } from '../../../../src/local/process/record.ts';
import { pastOf, whyNotRunning } from '../../../../src/local/supervision/past.ts';
import {
  ensureSupervisor,
  findSupervisor,
  stopSupervisor,
  supervisorProcess,
} from '../../../../src/local/supervision/supervisor.ts';

/** What a supervisor that has just been started needs to load, where others use the processors as well. */
const PATIENCE = { timeout: 15_000, interval: 20 };

/** Longer than it takes to notice an end, and to start again what has ended. */
const QUIET_MS = 1_200;

const NAME = 'server';

/** A program that works as long as this file is there, and ends soon after its start without. */
const LICENCE = 'licence';

let root: string;
let instance: Instance;
let first: ProcessRecord;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'weft-supervisor-'));
  instance = resolveInstance({ WEFT_DATA: root });
  writeFileSync(join(root, LICENCE), '');
  expect(await ensureSupervisor(instance, [NAME])).toEqual({ wasStarted: true });
  first = await start();
  await watched(first);
});

afterEach(async () => {
  await sweepProcesses(instance);
  rmSync(root, { recursive: true });
});

function start(): Promise<ProcessRecord> {
  const script = `test -e "$1" && echo up && exec sleep 600; echo no licence; exit 3`;
  return startProcess(instance, {
    ...{ name: NAME, command: ['sh', '-c', script, 'sh', join(root, LICENCE)], settings: { PLACE: 'here' } },
    environment: { PATH: process.env['PATH'], TOKEN: 'kept' },
  });
}

function current(): ProcessRecord | undefined {
  return findProcess(instance, NAME);
}

/** Waits until the supervisor watches a process. */
async function watched({ startTime }: ProcessRecord): Promise<void> {
  const file = join(instance.directory, 'supervision.json');
  await expect.poll(() => readIfPresent(file), PATIENCE).toContain(startTime);
}

/** Waits for another process in place of one. */
async function successorOf({ pid }: ProcessRecord): Promise<ProcessRecord> {
  await expect.poll(() => current()?.pid ?? pid, PATIENCE).not.toBe(pid);
  const record = current();
  if (record === undefined) throw new Error('it has ended already');
  return record;
}

describe('the supervisor of a platform', () => {
  it('starts a killed process again just as it was, and tells how often and why', async () => {
    expect(pastOf(instance, NAME)).toEqual({ since: first.startedAt, restarts: 0 });
    process.kill(first.pid, 'SIGKILL');
    const second = await successorOf(first);
    expect(second).toMatchObject({ command: first.command, settings: first.settings });
    expect(environmentOf(second.pid)).toMatchObject({ TOKEN: 'kept', PLACE: 'here' });
    await expect
      .poll(() => pastOf(instance, NAME))
      .toMatchObject({ since: second.startedAt, restarts: 1, lastEnd: { reason: 'signal SIGKILL', lastLine: 'up' } });
    const log = readIfPresent(logFile(instance, 'supervisor'));
    expect(log).toMatch(/server has ended \(signal SIGKILL\), and starts again at .*\n.*server has been started again/);
  });

  it('waits longer and longer with one that ends again and again, and tells what it waits for', async () => {
    rmSync(join(root, LICENCE));
    const begin = Date.now();
    process.kill(first.pid, 'SIGKILL');
    await expect
      .poll(() => pastOf(instance, NAME), PATIENCE)
      .toMatchObject({ restarts: 1, nextStart: expect.any(String) as string });
    const past = pastOf(instance, NAME);
    expect(past.lastEnd).toMatchObject({ reason: 'exit code 3', lastLine: 'no licence' });
    expect(whyNotRunning(past, new Date())).toMatch(/^it has ended \(exit code 3\); it is started again in 1 s$/);
    // After a pause of half a second one of a second.
    expect(Date.parse(past.nextStart ?? '') - begin).toBeGreaterThan(1_500);
    writeFileSync(join(root, LICENCE), '');
    await successorOf(first);
    await expect.poll(() => pastOf(instance, NAME)).toMatchObject({ restarts: 2, lastEnd: { reason: 'exit code 3' } });
  });

  it('leaves alone what a command ends or replaces, and what it was not asked to watch', async () => {
    const environment = { PATH: process.env['PATH'] };
    const other = await startProcess(instance, { name: 'other', command: ['sleep', '600'], environment });
    process.kill(other.pid, 'SIGKILL');
    await withLock(instance.lockFile, async () => {
      await endProcess(first, { graceMs: 5_000 });
      await setTimeout(QUIET_MS);
      expect(current()).toBeUndefined();
      forgetProcess(instance, NAME);
    });
    await setTimeout(QUIET_MS);
    expect([current(), findProcess(instance, 'other')]).toEqual([undefined, undefined]);
    expect(pastOf(instance, 'other')).toMatchObject({ lastEnd: { reason: 'signal SIGKILL' } });
    expect(whyNotRunning(pastOf(instance, 'other'), new Date())).toContain('weft local start');
    const second = await start();
    await watched(second);
    expect(pastOf(instance, NAME)).toEqual({ since: second.startedAt, restarts: 0 });
  });

  it('is found by the next start, and when it was killed is started by it, with what it had learnt', async () => {
    expect(await ensureSupervisor(instance, [NAME])).toEqual({ wasStarted: false });
    process.kill(first.pid, 'SIGKILL');
    const second = await successorOf(first);
    await watched(second);
    const killed = findSupervisor(instance)?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => findSupervisor(instance)).toBeUndefined();
    expect(await ensureSupervisor(instance, [NAME])).toEqual({ wasStarted: true });
    await expect.poll(() => lastLogLine(instance, supervisorProcess), PATIENCE).toContain(`watches ${NAME}`);
    // What ran is neither replaced nor started a second time.
    expect(current()).toEqual(second);
    process.kill(second.pid, 'SIGKILL');
    await successorOf(second);
    await expect.poll(() => pastOf(instance, NAME).restarts).toBe(2);
  });

  it('ends alone when it is stopped, and how others end from then on is known as well', async () => {
    process.kill(first.pid, 'SIGKILL');
    const second = await successorOf(first);
    await watched(second);
    await stopSupervisor(instance);
    expect([findSupervisor(instance), current()]).toEqual([undefined, second]);
    process.kill(second.pid, 'SIGTERM');
    await expect
      .poll(() => pastOf(instance, NAME))
      .toEqual({ restarts: 1, lastEnd: expect.objectContaining({ reason: 'signal SIGTERM' }) as unknown });
  });

  it('ends by itself when the platform is removed', async () => {
    const { pid } = findSupervisor(instance) ?? { pid: 0 };
    rmSync(instance.directory, { recursive: true });
    await expect.poll(() => readIfPresent(`/proc/${pid}/cmdline`) ?? '', PATIENCE).toBe('');
  });
});

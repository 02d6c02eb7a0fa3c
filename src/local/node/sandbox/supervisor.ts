import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { readIfPresent, writePrivateFile } from '../../files.ts';
import type { SandboxConfiguration, SandboxComponent, ComponentReport } from './configuration.ts';
import { isAnswering } from './probe.ts';

/** First and longest pause before a component that ended is started again; each failure doubles it. */
const firstPauseMs = 200;
const longestPauseMs = 10_000;

/** A component that ran for this long was well: its next failure is a first one. */
const soundAfterMs = 10_000;

const probeIntervalMs = 100;

interface Sandbox {
  readonly configuration: SandboxConfiguration;
  readonly reports: Map<string, ComponentReport>;
  readonly ending: AbortSignal;
}

/** Runs all components, each after those that it needs, and again whenever one ends, until the signal aborts. */
export async function superviseAll(configuration: SandboxConfiguration, ending: AbortSignal): Promise<void> {
  const sandbox: Sandbox = { configuration, reports: new Map(), ending };
  for (const { name } of configuration.components) sandbox.reports.set(name, newReport(name));
  await Promise.all(
    configuration.components.map((component) =>
      supervise(sandbox, component).catch((error: unknown) => {
        if (!ending.aborted) throw error;
      }),
    ),
  );
}

/**
 * Asks every other process of the namespace to end, and waits until those of pods have, or the time is over: they may have
 * a ledger to close. The kernel kills the rest when this process ends, which a node's own components are made for.
 */
export async function endOthers(graceMs: number): Promise<void> {
  try {
    // kill(2): -1 is every process that may be signalled, except init and the caller.
    process.kill(-1, 'SIGTERM');
  } catch {
    return;
  }
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && isAnyPodRunning()) await sleep(50);
}

async function supervise(sandbox: Sandbox, component: SandboxComponent): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!sandbox.ending.aborted) {
    await awaitOthers(sandbox, component.after);
    const startedAt = Date.now();
    const end = await runOnce(sandbox, component);
    if (Date.now() - startedAt >= soundAfterMs) pauseMs = firstPauseMs;
    const { restarts } = reportOf(sandbox, component.name);
    const lastEndAt = new Date().toISOString();
    update(sandbox, component.name, { state: 'failing', restarts: restarts + 1, lastEnd: end, lastEndAt });
    await sleep(pauseMs, undefined, { signal: sandbox.ending });
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

async function awaitOthers(sandbox: Sandbox, names: readonly string[]): Promise<void> {
  while (!names.every((name) => reportOf(sandbox, name).state === 'ready')) {
    await sleep(probeIntervalMs / 2, undefined, { signal: sandbox.ending });
  }
}

/** Starts a component and watches it. @returns how it ended */
async function runOnce(sandbox: Sandbox, component: SandboxComponent): Promise<string> {
  update(sandbox, component.name, { state: 'starting' });
  const child = start(component, sandbox.configuration.logs);
  const ended = new AbortController();
  const probing = awaitReady(sandbox, component, ended.signal).catch(() => undefined);
  try {
    return await endOf(child, sandbox.ending);
  } finally {
    ended.abort();
    await probing;
  }
}

function start({ name, command: [program, ...args] }: SandboxComponent, logs: string): ChildProcess {
  const log = openLog(join(logs, `${name}.log`));
  try {
    return spawn(program, args, { cwd: '/', stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function endOf(child: ChildProcess, ending: AbortSignal): Promise<string> {
  try {
    await once(child, 'exit', { signal: ending });
    return child.signalCode === null ? `exit code ${String(child.exitCode)}` : `signal ${child.signalCode}`;
  } catch (error) {
    ending.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function awaitReady(sandbox: Sandbox, { name, probe }: SandboxComponent, ended: AbortSignal): Promise<void> {
  while (probe !== undefined && !(await isAnswering(probe))) await sleep(probeIntervalMs, undefined, { signal: ended });
  if (!ended.aborted) update(sandbox, name, { state: 'ready' });
}

function newReport(name: string): ComponentReport {
  return { name, state: 'waiting', restarts: 0, since: new Date().toISOString() };
}

function reportOf(sandbox: Sandbox, name: string): ComponentReport {
  const report = sandbox.reports.get(name);
  if (report === undefined) throw new TypeError(`the sandbox has no component named ${name}`);
  return report;
}

function update(sandbox: Sandbox, name: string, change: Partial<ComponentReport>): void {
  sandbox.reports.set(name, { ...reportOf(sandbox, name), ...change, since: new Date().toISOString() });
  writePrivateFile(sandbox.configuration.report, JSON.stringify({ components: [...sandbox.reports.values()] }));
}

/** Logs of a node that is started often stay small enough to open. */
const maximumLogBytes = 10_000_000;

function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maximumLogBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** proc_pid_status(5): NSpid has one number per nested namespace that the process is in; pods have their own. */
function isAnyPodRunning(): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    const status = readIfPresent(`/proc/${entry}/status`) ?? '';
    const isZombie = /^State:\s+Z/m.test(status);
    return !isZombie && /^NSpid:\s+\d+\s+\d+/m.test(status);
  });
}

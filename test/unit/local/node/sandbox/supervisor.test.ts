import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readIfPresent } from '../../../../../src/local/files.ts';
import {
  sandboxReportSchema,
  type SandboxComponent,
  type ComponentReport,
} from '../../../../../src/local/node/sandbox/configuration.ts';
import { superviseAll } from '../../../../../src/local/node/sandbox/supervisor.ts';

let root: string;
let ending: AbortController;
let supervised: Promise<void>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-sandbox-'));
  mkdirSync(join(root, 'logs'));
  ending = new AbortController();
});

afterEach(async () => {
  ending.abort();
  await supervised;
  rmSync(root, { recursive: true });
});

describe('the supervisor of the sandbox', () => {
  it('starts a component when those that it needs are ready', async () => {
    const socket = join(root, 'socket');
    const listen = `setTimeout(() => require('node:net').createServer().listen('${socket}'), 300)`;
    supervise(
      {
        ...component('first', process.execPath, '-e', `${listen}; setTimeout(() => process.exit(), 5000)`),
        probe: { type: 'socket', path: socket },
      },
      { ...component('second', 'sh', '-c', `test -S ${socket} && echo there; exec sleep 5`), after: ['first'] },
    );
    expect(report('second')?.state ?? 'waiting').toBe('waiting');
    await expect.poll(() => report('second')?.state, { timeout: 5_000 }).toBe('ready');
    await expect.poll(() => readIfPresent(join(root, 'logs', 'second.log'))).toBe('there\n');
  });

  it('starts a component again that has ended, and says how it ended', async () => {
    supervise(component('weak', 'sh', '-c', 'echo run; exit 3'));
    await expect.poll(() => report('weak')?.restarts, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
    expect(report('weak')?.lastEnd).toBe('exit code 3');
  });

  it('says so when a component cannot be started at all', async () => {
    supervise(component('missing', '/no/such/program'));
    await expect.poll(() => report('missing')?.lastEnd, { timeout: 5_000 }).toContain('ENOENT');
  });

  it('waits longer from failure to failure', async () => {
    supervise(component('weak', 'false'));
    await expect.poll(() => report('weak')?.restarts, { timeout: 5_000 }).toBe(3);
    const before = Date.now();
    await expect.poll(() => report('weak')?.restarts, { timeout: 5_000 }).toBe(4);
    // 0.2 s, 0.4 s, then 0.8 s.
    expect(Date.now() - before).toBeGreaterThan(500);
  });
});

function component(name: string, ...command: [string, ...string[]]): SandboxComponent {
  return { name, command, after: [] };
}

function supervise(...components: SandboxComponent[]): void {
  const configuration = {
    directory: root,
    nodeAddress: '127.0.0.1',
    preparations: [],
    logs: join(root, 'logs'),
    report: join(root, 'report.json'),
    components,
    filesDigest: '',
  };
  supervised = superviseAll(configuration, ending.signal);
}

function report(name: string): ComponentReport | undefined {
  const text = readIfPresent(join(root, 'report.json'));
  return text === undefined
    ? undefined
    : sandboxReportSchema.parse(JSON.parse(text)).components.find((one) => one.name === name);
}

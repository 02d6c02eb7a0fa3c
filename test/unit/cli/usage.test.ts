import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import { temporalSettings, TemporalForbidden, TemporalUnreachable } from '../../../src/client/index.ts';
import { completed, DESCRIPTION, machine } from './harness.ts';

const folder = await mkdtemp(join(tmpdir(), 'weft-usage-'));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(join(folder, 'network.yaml'), DESCRIPTION);
await writeFile(join(folder, 'bad.yaml'), 'name: net\norganisations: []\n');
await mkdir(join(folder, 'empty'));

describe('weft', () => {
  it('shows its help and fails when it is not told what to do', async () => {
    const { code, err } = await machine().weft();
    expect(code).toBe(2);
    expect(err).toContain('Usage: weft <command> [flags]');
  });

  it('prints its help on stdout when it is asked for it', async () => {
    const { code, out, err } = await machine().weft('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Exit codes:');
  });

  it('shows examples in the help of every command', async () => {
    for (const name of [
      'up',
      'plan',
      'status',
      'watch',
      'down',
      'cancel',
      'pause',
      'resume',
      'retry',
      'signatures',
      'sign',
      'connection',
      'worker',
      'api',
      'config',
      'schema',
      'version',
      'completion',
    ]) {
      const { code, out } = await machine().weft(name, '--help');
      expect(code).toBe(0);
      expect(out).toMatch(/\nExamples:\n {2}\S/);
    }
  });

  it.each([
    [['upp'], "error: unknown command 'upp'\n(Did you mean up?)"],
    [['up', '--contxt', 'x'], "error: unknown option '--contxt'\n(Did you mean --context?)"],
    [['up', '--timeout', '5'], 'It must be a time above zero such as 90s, 30m or 1h30m.'],
    [['up', '-o', 'xml'], 'Allowed choices are table, wide, json, yaml.'],
    [['pause', 'net', '--reason', 'x'.repeat(1_001)], 'It has 1001 characters, and may have 1000 at most.'],
    [['resume', 'net', '--reason', 'x'.repeat(1_001)], 'It has 1001 characters, and may have 1000 at most.'],
    [['retry', 'net', '--target', 'x'.repeat(401)], 'It has 401 characters, and may have 400 at most.'],
    [['renew', 'net', '--target', 'org1', 'x'.repeat(401)], 'It has 401 characters, and may have 400 at most.'],
    [['renew', 'net', '--target', ...Array.from({ length: 3_501 }, () => 'org1')], 'There may be 3500 at most.'],
    [['completion', 'csh'], 'Allowed choices are bash, zsh, fish.'],
  ])('refuses %j with code 2', async (args, message) => {
    const { code, out, err } = await machine({ workingDirectory: folder }).weft(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it.each([
    ['up', '--contxt', 'x', '-o', 'json'],
    ['up', '--output=json', '--contxt', 'x'],
    ['up', '-ojson', '--contxt'],
  ])('says what is wrong in a document, too, where one is asked for: %j %j %j', async (...args) => {
    const { code, out, err } = await machine({ workingDirectory: folder }).weft(...args);
    const message = "error: unknown option '--contxt'\n(Did you mean --context?)";
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({ outcome: 'failed', failure: { message, hints: [] } });
    expect(err).toContain(message);
  });

  it.each([
    [
      'Temporal does not answer',
      new TemporalUnreachable('t:7233', new Error('connection refused')),
      4,
      'no Temporal server answers at t:7233',
    ],
    [
      'Temporal refuses access',
      new TemporalForbidden('t:7233', new Error('bad key')),
      3,
      'Temporal at t:7233 refuses access: bad key',
    ],
    [
      'something unforeseen happens',
      new TypeError('x is not a function'),
      255,
      'This is a defect in Weft. Please report it',
    ],
  ])('has a code and a sentence of its own when %s', async (_, error, expected, message) => {
    const { code, err } = await machine({ workingDirectory: folder, connect: () => Promise.reject(error) }).weft(
      'plan',
    );
    expect(code).toBe(expected);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it('shows where a defect came from with -v', async () => {
    const connect = (): Promise<never> => Promise.reject(new TypeError('x is not a function'));
    const { err } = await machine({ workingDirectory: folder, connect }).weft('plan', '-v');
    expect(err).toContain('TypeError: x is not a function\n    at ');
  });
});

describe('the description of a command', () => {
  it('is ./network.yaml when none is named', async () => {
    const { code, out } = await machine({ workingDirectory: folder }).weft('config', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(completed(parse(DESCRIPTION)));
  });

  it('has to be named where there is no ./network.yaml', async () => {
    const { code, err } = await machine({ workingDirectory: join(folder, 'empty') }).weft('up');
    expect(code).toBe(2);
    expect(err).toBe(`✖ no network description: name one with -f FILE (there is no ./network.yaml).
  For example: weft up -f examples/test-network.yaml
`);
  });

  it('can come from standard input', async () => {
    const { code, out } = await machine({ stdin: DESCRIPTION }).weft('config', '-f', '-');
    expect(code).toBe(0);
    expect(parse(out)).toEqual(completed(parse(DESCRIPTION)));
  });

  it.each([
    ['none.yaml', '✖ none.yaml does not exist. Nothing was started.\n'],
    ['empty', '✖ empty is a folder, not a file. Nothing was started.\n'],
  ])('is refused in a sentence when %s cannot be read', async (file, message) => {
    const self = machine({ workingDirectory: folder });
    const { code, err } = await self.weft('up', '-f', file);
    expect({ code, err }).toEqual({ code: 2, err: message });
    expect(self.platformStarts).toBe(0);
  });

  it('is refused with every issue and its place before anything is started', async () => {
    const self = machine({ workingDirectory: folder });
    const { code, err } = await self.weft('up', '-f', 'bad.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/^✖ bad\.yaml: \d issues?\. Nothing was started\.\n {2}2:1 {2}organisations {2}/);
    expect(self.platformStarts).toBe(0);
    expect(self.connections).toHaveLength(0);
  });

  it('brings its issues as data with -o json', async () => {
    const { out } = await machine({ workingDirectory: folder }).weft('up', '-f', 'bad.yaml', '-o', 'json');
    const document = JSON.parse(out) as { outcome: string; issues: { path: string; line: number }[] };
    expect(document.outcome).toBe('failed');
    expect(document.issues[0]).toMatchObject({ path: 'organisations', line: 2 });
  });
});

describe('the network of a command', () => {
  it('is named or described, not both', async () => {
    const { code, err } = await machine({ workingDirectory: folder }).weft('status', 'net', '-f', 'network.yaml');
    expect({ code, err }).toEqual({ code: 2, err: '✖ name the network or its description, not both.\n' });
  });

  it('has to be told where there is no ./network.yaml', async () => {
    const { code, err } = await machine({ workingDirectory: join(folder, 'empty') }).weft('down', '--yes');
    expect(code).toBe(2);
    expect(err).toContain('For example: weft status test-network');
  });

  it('is not a file name', async () => {
    const { code, err } = await machine().weft('down', 'network.yaml', '--yes');
    expect(code).toBe(2);
    expect(err).toContain('If it is a file: -f network.yaml');
  });
});

describe('weft worker role', () => {
  const printed = ['ServiceAccount', 'Role', 'RoleBinding'];

  it('prints an account, its Role and the binding of both, for one namespace', async () => {
    const { code, out } = await machine().weft('worker', 'role', '--namespace', 'org1');
    expect(code).toBe(0);
    const objects = parseAllDocuments(out).map((document) => document.toJS() as { kind: string; metadata: object });
    expect(objects.map(({ kind }) => kind)).toEqual(printed);
    expect(objects.map(({ metadata }) => metadata)).toEqual(
      printed.map(() => ({ name: 'weft-worker', namespace: 'org1' })),
    );
  });

  it('prints them as one list for programs, under the name that is asked for', async () => {
    const { out } = await machine().weft('worker', 'role', '--namespace', 'org1', '--name', 'w', '-o', 'json');
    const { kind, items } = JSON.parse(out) as { kind: string; items: { kind: string; metadata: { name: string } }[] };
    expect(kind).toBe('List');
    expect(items.map((object) => object.kind)).toEqual(printed);
    expect(items.map(({ metadata: { name } }) => name)).toEqual(['w', 'w', 'w']);
  });

  it('wants to know the namespace', async () => {
    const { code, err } = await machine().weft('worker', 'role');
    expect(code).toBe(2);
    expect(err).toContain("required option '--namespace <namespace>' not specified");
  });
});

describe('weft worker', () => {
  it('works for the embedded cluster when it is told nothing', async () => {
    const self = machine();
    expect((await self.weft('worker')).code).toBe(0);
    expect(self.workers).toMatchObject([
      {
        cluster: 'local',
        access: { kubeconfig: '/data/kubeconfig', context: 'weft' },
        temporal: { address: '127.0.0.1:7999' },
      },
    ]);
  });

  it('works for a context of the user, against the Temporal of the environment', async () => {
    const self = machine({ env: { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'fabric' } });
    const { err } = await self.weft('worker', '--context', 'prod', '--kubeconfig', '/k', '--log-level', 'WARN');
    expect(self.workers).toMatchObject([
      {
        cluster: 'prod',
        access: { kubeconfig: '/k', context: 'prod' },
        temporal: { namespace: 'fabric' },
        logLevel: 'WARN',
      },
    ]);
    expect(err).toBe('Worker for prod: polls weft and weft-prod of Temporal at temporal:7233. Ctrl-C stops it.\n');
  });

  it('takes the current context of a kubeconfig that is named', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, 'apiVersion: v1\nkind: Config\ncurrent-context: staging\n');
    const self = machine();
    await self.weft('worker', '--kubeconfig', kubeconfig);
    expect(self.workers).toMatchObject([{ cluster: 'staging', access: { kubeconfig, context: 'staging' } }]);
  });

  it('works in a pod without a kubeconfig', async () => {
    const self = machine();
    await self.weft('worker', '--in-cluster', 'prod');
    expect(self.workers).toMatchObject([{ cluster: 'prod', access: 'in-cluster' }]);
  });

  it('serves metrics where it is told to', async () => {
    const self = machine();
    await self.weft('worker', '--metrics', '0.0.0.0:9464');
    expect(self.workers).toMatchObject([{ metricsAddress: '0.0.0.0:9464' }]);
  });

  it('answers for its health where it is told to', async () => {
    const self = machine();
    await self.weft('worker', '--health-listen', '0.0.0.0:8421');
    expect(self.workers).toMatchObject([{ healthAddress: '0.0.0.0:8421' }]);
  });

  it.each(['9464', 'host', 'host:0', 'host:65536', 'ho st:1', ':9464'])(
    'refuses to serve metrics at what is no address: %s',
    async (address) => {
      const self = machine();
      const { code, err } = await self.weft('worker', '--metrics', address);
      expect(code).toBe(2);
      expect(err).toContain('HOST:PORT');
      expect(self.workers).toEqual([]);
    },
  );

  it('says that Temporal does not answer before it starts anything', async () => {
    const connect = (): Promise<never> =>
      Promise.reject(new TemporalUnreachable('t:7233', new Error('connection refused')));
    const self = machine({ connect });
    expect((await self.weft('worker', '--context', 'prod')).code).toBe(4);
    expect(self.workers).toHaveLength(0);
  });
});

describe('weft schema', () => {
  it('prints a JSON Schema', async () => {
    const { code, out } = await machine().weft('schema');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty('$schema');
  });
});

describe('weft version', () => {
  it('tells what a report of a defect needs', async () => {
    const { out } = await machine().weft('version', '-o', 'json');
    expect(Object.keys(JSON.parse(out) as object)).toEqual(['weft', 'node', 'temporalSdk', 'platform']);
  });
});

describe('the settings of Temporal', () => {
  it('are shared by the command line and the worker', async () => {
    const env = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_API_KEY: 'key' };
    const self = machine({ env });
    await self.weft('worker', '--context', 'prod');
    expect(self.connections).toEqual([temporalSettings(env)]);
    expect(self.workers[0]?.temporal).toEqual(self.connections[0]);
  });
});

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import { ownBuildId } from '../../src/worker/version.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { platformVariables } from '../support/weft.ts';

/*
 * The package that `npm pack` makes, installed as a user does, beside no checkout.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = dirname(process.execPath);

/** tsc, and three hundred packages from npm's cache or registry, on a busy machine. */
const INSTALL_MS = 600_000;

/** A worker loads the SDK's native core and connects. */
const WORKER_MS = 60_000;

/** What tsc is to find wrong is expected, so that it fails where the types say nothing. Nobody listens on that port. */
const PROGRAM = `import { answerOf, weftClient } from 'weft/client';

const client = weftClient({ baseUrl: 'http://127.0.0.1:1' });
try {
  const { data } = await answerOf(client.GET('/v1/networks', { params: { query: { pageSize: 10 } } }));
  const names: readonly string[] = data.networks.map(({ metadata }) => metadata.name);
  // @ts-expect-error
  console.log(names, data.nonsense);
} catch (error) {
  console.log(String(error));
}
`;

let prefix: string;

interface Ended {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the checkout is on its PATH but Node itself. */
const PATH = [NODE, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

const weft = (...args: readonly string[]): Promise<Ended> =>
  execa(join(prefix, 'bin/weft'), args, { cwd: prefix, env: { PATH }, reject: false, stdin: 'ignore' });

beforeAll(async () => {
  prefix = await mkdtemp(join(tmpdir(), 'weft-package-'));
  await execa('npm', ['pack', '--silent', '--pack-destination', prefix], { cwd: ROOT, stdin: 'ignore' });
  const [tarball = ''] = (await readdir(prefix)).filter((name) => name.endsWith('.tgz'));
  const flags = ['--prefix', prefix, '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await execa('npm', ['install', '--global', ...flags, join(prefix, tarball)], { cwd: prefix, stdin: 'ignore' });
}, INSTALL_MS);

afterAll(() => rm(prefix, { recursive: true, force: true }));

describe('the package, installed', () => {
  it('says its version and that of the SDK, which is installed beside it', async () => {
    const { stdout, exitCode } = await weft('version', '-o', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      weft: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      temporalSdk: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  it('completes a description', async () => {
    const { stdout, exitCode } = await weft('config', '-f', join(ROOT, 'examples/test-network.yaml'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('apiVersion: weft.dev/v1alpha1');
  });

  it('has the page, so that its API builds none', async () => {
    const page = await readFile(join(prefix, 'lib/node_modules/weft/dist/web/index.html'), 'utf8');
    expect(page).toContain('<title>Weft</title>');
  });

  it('has the manifests', async () => {
    const { stdout, exitCode } = await weft('worker', 'role', '--namespace', 'org1');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('kind: RoleBinding');
  });

  it('has a client of the HTTP API for programs, with its types', async () => {
    const folder = join(prefix, 'lib');
    const program = join(folder, 'program.mts');
    await writeFile(program, PROGRAM);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const typeRoots = ['--typeRoots', join(ROOT, 'node_modules/@types')];
    await execa(join(ROOT, 'node_modules/.bin/tsc'), [...options, ...typeRoots, program], { cwd: folder });
    const { stdout } = await execa(process.execPath, [program], { cwd: folder });
    expect(stdout).toBe('NoAnswerFromApi: the API does not answer');
  });

  it('runs a worker of the same build as the checkout, with the programs of Fabric on the PATH', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const programs = dirname(locateArtifacts().path('configtxgen'));
    const worker = execa(join(prefix, 'bin/weft'), ['worker', '--health-listen', address], {
      cwd: prefix,
      env: { ...platformVariables(), PATH: [programs, PATH].join(delimiter) },
      reject: false,
      stdin: 'ignore',
      all: true,
    });
    try {
      const answer = await eventually(async () => {
        const response = await fetch(`http://${address}/readyz`);
        if (!response.ok) throw new Error(await response.text());
        return response.json();
      }, WORKER_MS);
      expect(answer).toEqual({ status: 'ok' });
    } finally {
      worker.kill('SIGTERM');
    }
    const { exitCode, all } = await worker;
    expect(exitCode).toBe(0);
    expect(all).toContain(`Build ${await ownBuildId()} takes new runs`);
  });
});

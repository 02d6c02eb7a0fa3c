import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { withLock } from '../../src/local/artifacts/lock.ts';
import { startDocker, type DockerDaemon } from '../support/docker/daemon.ts';
import { buildImages, DOCKER_DATA, prepareDocker } from '../support/docker/images.ts';
import { eventually } from '../support/eventually.ts';

/*
 * docker-compose.yml as it stands, on a real daemon. Images come from test/support/docker/images.ts, which says
 * what stands in for what.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All services of the file that stay, beside the profile `observability`. */
const SERVICES = ['postgres', 'temporal', 'temporal-ui', 'worker', 'api'];

/** Temporal's tables alone take ten seconds; others use the processors, too. */
const START_MS = 240_000;

let project: string;
let docker: DockerDaemon | undefined;
let release: () => void = () => undefined;

const compose = (...args: readonly string[]): Promise<string> => {
  if (docker === undefined) throw new Error('The daemon does not run.');
  return docker.run('docker-compose', args, { cwd: project });
};

beforeAll(async () => {
  const report = (): void => undefined;
  await prepareDocker(report);
  await new Promise<void>((held, failed) => {
    withLock(`${DOCKER_DATA}.lock`, () => {
      held();
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    }).catch(failed);
  });
  const builder = await startDocker(DOCKER_DATA, 'host');
  await buildImages(builder).finally(() => builder.stop());
  docker = await startDocker(DOCKER_DATA, 'own');
  project = await composeProject();
}, 1_800_000);

afterAll(async () => {
  if (docker !== undefined) {
    await compose('down', '--volumes', '--timeout', '10').catch(() => undefined);
    await docker.stop();
  }
  await rm(project, { recursive: true, force: true });
  release();
});

describe('docker-compose.yml', { timeout: 2 * START_MS }, () => {
  it('starts with one command, and all services become healthy', async () => {
    await compose('up', '-d');
    await expectHealthy();
  });

  it('changes nothing when it is brought up again', async () => {
    const ids = await compose('ps', '-q');
    await compose('up', '-d');
    expect(await compose('ps', '-q')).toBe(ids);
    await expectHealthy();
  });
});

async function expectHealthy(): Promise<void> {
  await eventually(async () => {
    const states: Record<string, string> = {};
    for (const service of SERVICES) {
      const id = await compose('ps', '-q', service);
      states[service] =
        (await docker?.run('docker', ['inspect', '--format', '{{.State.Health.Status}}', id.trim()])) ?? '';
    }
    expect(states).toEqual(Object.fromEntries(SERVICES.map((service) => [service, 'healthy'])));
  }, START_MS);
}

/** The file with what it names, as somebody has them who cloned the project, beside the tests' kubeconfig. */
async function composeProject(): Promise<string> {
  const { kubeconfig, context } = inject('platform');
  const folder = await mkdtemp(join(tmpdir(), 'weft-compose-'));
  for (const path of ['docker-compose.yml', 'compose']) {
    await cp(join(ROOT, path), join(folder, path), { recursive: true, filter: (one) => !one.endsWith('/secrets') });
  }
  await execa(join(folder, 'compose/secrets.sh'), { stderr: 'ignore' });
  await writeFile(join(folder, 'compose/secrets/kubeconfig'), await readFile(kubeconfig), { mode: 0o444 });
  await writeFile(join(folder, '.env'), `WEFT_CONTEXT=${context}\n`);
  return folder;
}

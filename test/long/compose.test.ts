import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';

import { answerOf, type WeftClient } from '../../src/api-client/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import { withLock } from '../../src/local/artifacts/lock.ts';
import { resolveInstance } from '../../src/local/index.ts';
import { findNode } from '../../src/local/node/node.ts';
import { namespaceWithWorker, type WorkerNamespace } from '../integration/network/worker-namespace.ts';
import { startDocker, type DockerDaemon, type PublishedPort } from '../support/docker/daemon.ts';
import { buildImages, DOCKER_DATA, prepareDocker } from '../support/docker/images.ts';
import { eventually } from '../support/eventually.ts';
import { apiAt, endOf, firstStepOf, putNetwork } from '../support/served-api.ts';
import { testCluster } from '../support/weft.ts';

/*
 * docker-compose.yml as it stands, on a real daemon. Images come from test/support/docker/images.ts, which says
 * what stands in for what.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All services of the file that stay, beside the profile `observability`. */
const SERVICES = ['postgres', 'temporal', 'temporal-ui', 'worker', 'api'];

/** Temporal's tables alone take ten seconds; others use the processors, too. */
const START_MS = 240_000;

/** Of the namespace where the workers have a Role, of the cluster as they call it, and of the network. */
const NAME = 'it-compose';

/** Pods of Fabric on a busy machine, and a worker that is started meanwhile. */
const RUN_MS = 180_000;

let project: string;
let docker: DockerDaemon | undefined;
let release: () => void = () => undefined;
let admin: Cluster;
let worker: WorkerNamespace;
let forward: PublishedPort;
let api: WeftClient;

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
  admin = testCluster();
  worker = await namespaceWithWorker(admin, NAME);
  project = await composeProject();
  await docker.connect(platformNode(), await apiServerAddress());
  forward = await docker.forward(8420);
}, 1_800_000);

afterAll(async () => {
  if (docker !== undefined) {
    await forward[Symbol.asyncDispose]();
    await compose('down', '--volumes', '--timeout', '10').catch(() => undefined);
    await docker.stop();
  }
  await worker.remove();
  await admin.close();
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

  it('brings a network up through its API, with the rights of a worker in one namespace', async () => {
    const told = await compose('exec', '-T', 'api', 'weft', 'token', 'add', 'ana', '--role', 'admin');
    api = apiAt(`http://127.0.0.1:${forward.port}`, /weft_\S+/.exec(told)?.[0] ?? '');
    expect(await endOf(api, await putNetwork(api, NAME, described(1)), RUN_MS)).toMatchObject({ state: 'done' });
  });

  it('ends a run in the middle of which all of it is taken down and brought up again', async () => {
    const id = await putNetwork(api, NAME, described(2));
    await firstStepOf(api, id, RUN_MS);
    const before = await known();
    await compose('down');
    await compose('up', '-d');
    expect(await endOf(api, id, START_MS + RUN_MS)).toMatchObject({ state: 'done' });
    expect(await known()).toEqual(before);
    await expectHealthy();
  });

  it('goes on with all that it knew when PostgreSQL is killed', async () => {
    const before = await known();
    const id = await compose('ps', '-q', 'postgres');
    await docker?.killProcess(id.trim());
    await eventually(async () => {
      const { RestartCount: restarts } = await stateOf('postgres');
      expect(restarts).toBe(1);
    }, START_MS);
    await expectHealthy();
    expect(await known()).toEqual(before);
    const params = { path: { name: NAME }, query: { confirm: NAME } };
    const { data } = await answerOf(api.DELETE('/v1/networks/{name}', { params }));
    expect(await endOf(api, data.id, RUN_MS)).toMatchObject({ state: 'done' });
  });
});

/** What the tables have: who may do what, what was asked for, and which runs that were. */
async function known(): Promise<unknown> {
  const params = { path: { name: NAME } };
  const { data: tokens } = await answerOf(api.GET('/v1/tokens', {}));
  const { data: revisions } = await answerOf(api.GET('/v1/networks/{name}/revisions', { params }));
  const { data: runs } = await answerOf(api.GET('/v1/networks/{name}/runs', { params }));
  return {
    tokens: tokens.tokens.map(({ name, role, createdAt }) => ({ name, role, createdAt })),
    revisions,
    runs: runs.runs.map(({ id, startedAt, requestedBy, revision }) => ({ id, startedAt, requestedBy, revision })),
  };
}

function described(peers: number): string {
  return stringify({
    name: NAME,
    organizations: [{ name: 'org1', namespace: NAME, orderers: 1, peers }],
    channels: [{ name: 'mychannel', orderers: ['org1'], peers: ['org1'] }],
  });
}

async function expectHealthy(): Promise<void> {
  await eventually(async () => {
    const states: Record<string, string> = {};
    for (const service of SERVICES) {
      states[service] = (await stateOf(service)).State.Health?.Status ?? '';
    }
    expect(states).toEqual(Object.fromEntries(SERVICES.map((service) => [service, 'healthy'])));
  }, START_MS);
}

const containerSchema = z.object({
  RestartCount: z.number(),
  State: z.object({ Health: z.object({ Status: z.string() }).optional() }),
});

/** What the daemon says of a service's container. */
async function stateOf(service: string): Promise<z.infer<typeof containerSchema>> {
  const id = await compose('ps', '-q', service);
  const inspected = await docker?.run('docker', ['inspect', '--format', '{{json .}}', id.trim()]);
  return containerSchema.parse(JSON.parse(inspected ?? ''));
}

/** A process of the embedded platform's node, in whose network the API server answers. */
function platformNode(): number {
  const node = findNode(resolveInstance());
  if (node === undefined) throw new Error('Containers are connected with the node of the embedded platform alone.');
  return node.pid;
}

async function apiServerAddress(): Promise<string> {
  const server = /server: (\S+)/.exec(await readFile(inject('platform').kubeconfig, 'utf8'))?.[1] ?? '';
  return new URL(server).hostname;
}

/** The file with what it names, as somebody has them who cloned the project, beside the tests' kubeconfig. */
async function composeProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-compose-'));
  for (const path of ['docker-compose.yml', 'compose']) {
    await cp(join(ROOT, path), join(folder, path), { recursive: true, filter: (one) => !one.endsWith('/secrets') });
  }
  await execa(join(folder, 'compose/secrets.sh'), { stderr: 'ignore' });
  const { WEFT_KUBECONFIG: kubeconfig = '' } = worker.forCommands;
  await writeFile(join(folder, 'compose/secrets/kubeconfig'), await readFile(kubeconfig), { mode: 0o444 });
  await writeFile(join(folder, '.env'), `WEFT_CONTEXT=${NAME}\n`);
  return folder;
}

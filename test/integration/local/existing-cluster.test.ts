import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { observe, type Cluster } from '../../../src/kubernetes/index.ts';
import {
  platformStatus,
  resolveInstance,
  type ComponentStatus,
  type PlatformStatus,
} from '../../../src/local/index.ts';
import { startWeft, testCluster, type Ended } from '../../support/weft.ts';
import { removeNamespace } from '../faults/faulty-network.ts';
import { writeKubeconfig, type Kubeconfig } from '../faults/kubeconfigs.ts';
import { processesWith } from './machine.ts';

/*
 * A platform on a cluster that somebody has: here it is that of the tests' own platform, under the name of a context as kind gives it.
 */

const CONTEXT = 'kind-it';
const NETWORK = 'it-existing';

let admin: Cluster;
let folder: string;
let own: Kubeconfig;
let gone: Kubeconfig;

beforeAll(async () => {
  admin = testCluster();
  folder = await mkdtemp(join(tmpdir(), 'weft-existing-'));
  own = await writeKubeconfig(CONTEXT, {});
  // Nothing listens there.
  gone = await writeKubeconfig('kind-gone', { server: 'https://127.0.0.1:9' });
});

afterAll(async () => {
  await weft(['local', 'reset', '--yes']);
  await removeNamespace(admin, NETWORK);
  await Promise.all([own.remove(), gone.remove(), admin.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command as somebody who has these clusters, and no Temporal. */
function weft(parameters: readonly string[], input?: string): Promise<Ended> {
  const kubeconfigs = [own, gone].map(({ forWorkers }) => forWorkers['KUBECONFIG'] ?? '');
  const variables = {
    ...{ WEFT_LOCAL_INSTANCE: 'weft-existing', WEFT_DATA: folder, KUBECONFIG: kubeconfigs.join(':') },
    ...{ WEFT_KUBECONFIG: '', WEFT_CONTEXT: '', TEMPORAL_ADDRESS: '' },
  };
  return startWeft(parameters, { variables, ...(input === undefined ? {} : { input }) }).ended;
}

async function status(): Promise<PlatformStatus> {
  const { stdout } = await weft(['local', 'status', '-o', 'json']);
  return JSON.parse(stdout) as PlatformStatus;
}

const instance = (): string => join(folder, 'weft-existing');

/** The command loads, looks at the cluster and starts the run. */
const RUN_BEGINS_MS = 30_000;

/** A worker that has been started loads and bundles the workflows, while the run's other steps use the processors. */
const READY_MS = 30_000;

/** In milliseconds: what is promised of the worker and of Temporal. */
const BACK_MS = 5_000;

async function componentOf(wanted: string): Promise<ComponentStatus | undefined> {
  const place = resolveInstance({ WEFT_LOCAL_INSTANCE: 'weft-existing', WEFT_DATA: folder });
  const { components } = await platformStatus(place);
  return components.find(({ name }) => name === wanted);
}

/** Kills a component, and waits until another is in its place and ready. */
async function comesBack(name: string): Promise<void> {
  const pid = (await componentOf(name))?.pid ?? 0;
  const begin = Date.now();
  process.kill(pid, 'SIGKILL');
  const now = (): Promise<ComponentStatus | undefined> => componentOf(name);
  await expect
    .poll(now, { timeout: READY_MS, interval: 100 })
    .toMatchObject({ ready: true, restarts: 1, lastEnd: { reason: 'signal SIGKILL' } });
  const { since = '', pid: successor } = (await now()) ?? {};
  expect(successor).not.toBe(pid);
  expect(Date.parse(since) - begin).toBeLessThan(BACK_MS);
}

describe('a platform on a cluster that is there already', () => {
  it('is not begun on a context that there is not, and says which there are', async () => {
    const { exitCode, stderr } = await weft(['local', 'start', '--context', 'kind-other']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no context kind-other');
    expect(stderr).toContain('There are: kind-it, kind-gone');
  });

  it('is not begun on a cluster that does not answer', async () => {
    const { exitCode, stderr } = await weft(['local', 'start', '--context', 'kind-gone']);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('The Kubernetes cluster kind-gone (https://127.0.0.1:9) cannot be reached');
    expect(existsSync(instance())).toBe(false);
  });

  it('is Temporal, a worker, the API and the page, and nothing of Kubernetes', async () => {
    const { exitCode, stderr } = await weft(['local', 'start', '--context', CONTEXT]);
    expect(exitCode, stderr).toBe(0);
    const { ready, context, components } = await status();
    expect(components.map((component) => [component.name, component.ready])).toEqual([
      ['cluster', true],
      ['temporal', true],
      ['worker', true],
      ['api', true],
      ['supervisor', true],
    ]);
    expect({ ready, context }).toEqual({ ready: true, context: CONTEXT });
    const processes = (await readdir(join(instance(), 'run'))).sort();
    expect(processes).toEqual(['api.json', 'supervisor.json', 'temporal.json', 'worker.json']);
  });

  it('brings a network up on that cluster without being told where, also when the worker is killed meanwhile', async () => {
    const description = { name: NETWORK, organizations: [{ name: 'org1', orderers: 1, peers: 1 }] };
    const up = weft(['up', '-f', '-'], stringify(description));
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NETWORK } };
    await expect.poll(() => observe(admin, namespace), { timeout: RUN_BEGINS_MS }).toBeDefined();
    await comesBack('worker');
    const { exitCode, stdout, stderr } = await up;
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Network is ready.');
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: NETWORK, name: 'org1-peer1' },
    };
    expect(await observe(admin, deployment)).toBeDefined();
  });

  it('has its Temporal back when that is killed, with all runs, and says how often and why', async () => {
    await comesBack('temporal');
    const { exitCode, stdout, stderr } = await weft(['history', NETWORK]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('done');
    const { stdout: shown } = await weft(['local', 'status']);
    expect(shown).toMatch(/^worker +ready +\S+ +1\b/m);
    expect(shown).toMatch(/^worker +\S+ ago +signal SIGKILL /m);
    expect(shown).toMatch(/^temporal +\S+ ago +signal SIGKILL/m);
    expect(await componentOf('api')).toMatchObject({ ready: true, restarts: 0 });
  });

  it('stays with its cluster', async () => {
    const again = await weft(['local', 'start']);
    expect(again.stderr).toContain('runs already');
    // Whoever asks for another is told how to have both; the cluster has to be one that answers.
    const second = await writeKubeconfig('kind-second', {});
    const other = await weft([
      ...['local', 'start', '--context', 'kind-second'],
      ...['--kubeconfig', second.forWorkers['KUBECONFIG'] ?? ''],
    ]);
    await second.remove();
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain(`works on the cluster of the context ${CONTEXT}`);
    expect(other.stderr).toContain('WEFT_LOCAL_INSTANCE=weft-kind-second weft local start --context kind-second');
  });

  it('has no registry, and says what to do instead', async () => {
    const { exitCode, stderr } = await weft(['chaincode', 'push', 'examples/chaincode/basic']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('kind load docker-image');
  });

  it('is stopped and removed, and the networks of the cluster stay', async () => {
    expect((await weft(['local', 'stop'])).exitCode).toBe(0);
    expect((await status()).components.map(({ name, running }) => [name, running])).toEqual([
      ['cluster', true],
      ['temporal', false],
      ['worker', false],
      ['api', false],
      ['supervisor', false],
    ]);
    expect(processesWith(instance())).toEqual([]);
    expect((await weft(['local', 'reset', '--yes'])).exitCode).toBe(0);
    expect(existsSync(instance())).toBe(false);
    expect(await observe(admin, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NETWORK } })).toBeDefined();
  });
});

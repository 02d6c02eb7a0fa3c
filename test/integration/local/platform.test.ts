import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import {
  findPlatform,
  platformEnvironment,
  PlatformNotRunning,
  platformStatus,
  resetPlatform,
  resolveInstance,
  startPlatform,
  stopPlatform,
  type ComponentStatus,
  type PlatformEnvironment,
} from '../../../src/local/index.ts';
import { writeLayer } from '../../../src/local/artifacts/image.ts';
import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import { pushImage } from '../../../src/local/registry/client.ts';
import { listenersOf } from '../../../src/local/process/listeners.ts';
import { chosenAddresses, readState } from '../../../src/local/state.ts';
import { registryUrl } from '../../../src/local/registry/registry.ts';
import { weftApi } from '../../../src/cli/local/weft-api.ts';
import { weftWorker } from '../../../src/cli/local/weft-worker.ts';
import {
  connectAs,
  NOBODY,
  observeMachine,
  processesWith,
  processTree,
  survivors,
  type MachineState,
} from './machine.ts';
import { workload, workloadOn } from './workload.ts';

// A platform of its own beside the developer's. The folder's name is fixed, so that a run finds what a killed one left.
const root = join(tmpdir(), 'weft-test-local');
const instance = resolveInstance({ WEFT_LOCAL_INSTANCE: 'weft-test-local', WEFT_DATA: root });
const belongs = (text: string): boolean => text.includes(instance.name) || text.includes(instance.link);

let before: MachineState;
let platform: PlatformEnvironment;

/** A process that ends is back within five seconds; the rest is for a busy machine. */
const SUPERVISED_MS = 30_000;

/** kube-proxy writes its rules within a tenth of a second, and tries again after five if it could not. */
const SERVICE_KNOWN_MS = 20_000;

/** How a start went: the platform, and what it reported. */
async function start(): Promise<string[]> {
  const lines: string[] = [];
  platform = await startPlatform({
    instance,
    worker: await weftWorker(),
    api: await weftApi(),
    report: (line) => lines.push(line),
  });
  return lines;
}

/** What a node must keep inside its namespaces: all but its link and its cgroups. */
function inside({ mounts, networkNamespaces, packetFilter, strayFolders }: MachineState): Partial<MachineState> {
  return { mounts, networkNamespaces, packetFilter, strayFolders };
}

async function component(wanted: string): Promise<ComponentStatus | undefined> {
  const { components } = await platformStatus(instance);
  return components.find(({ name }) => name === wanted);
}

async function pidOf(name: string): Promise<number> {
  const pid = (await component(name))?.pid;
  if (pid === undefined) throw new Error(`${name} has no pid`);
  return pid;
}

function temporal(...args: string[]): string {
  const program = locateArtifacts().path('temporal');
  return execFileSync(program, [...args, '--address', platform.temporalAddress], { encoding: 'utf8' });
}

/** Pushes an image with nothing but a text in it. @returns what the registry did */
async function pushText(text: string): Promise<string> {
  const layer = join(root, 'layer.tar');
  const entries = [{ path: 'text', mode: 0o644, text }];
  const image = await writeLayer({ architecture: 'amd64', entries, config: {} }, layer);
  const url = registryUrl(instance) ?? '';
  const { outcome } = await pushImage({ url, repository: 'kept', tag: '1', signal: undefined }, image, layer);
  rmSync(layer);
  return outcome;
}

beforeAll(async () => {
  await resetPlatform({ instance });
  before = observeMachine(belongs);
});

afterAll(async () => {
  await resetPlatform({ instance });
  rmSync(root, { recursive: true, force: true });
});

describe('the embedded platform', () => {
  test('is not there before its first start, and says how to start it', () => {
    expect(findPlatform(instance)).toBeUndefined();
    expect(() => platformEnvironment(instance)).toThrow(PlatformNotRunning);
    expect(() => platformEnvironment(instance)).toThrow('weft local start');
  });

  test('starts from nothing, with every component ready', async () => {
    await start();
    const status = await platformStatus(instance);
    expect(status.components.filter(({ ready }) => !ready)).toEqual([]);
    expect(status.components.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'node',
        'etcd',
        'kube-apiserver',
        'kubelet',
        'registry',
        'dns',
        'storage',
        'temporal',
        'worker',
        'api',
        'supervisor',
      ]),
    );
    expect(status.ready).toBe(true);
  });

  test('leaves packet filter, namespaces and mounts of the machine alone while it runs', () => {
    const running = observeMachine(belongs);
    expect(inside(running)).toEqual(inside(before));
    expect(running.links).toEqual([instance.link]);
    expect(running.routes.length).toBeGreaterThan(0);
    expect(running.cgroups.length).toBeGreaterThan(0);
  });

  test('finds everything running at a second start, and says nothing', async () => {
    const pids = (): Promise<number[]> => Promise.all(['node', 'worker', 'supervisor'].map(pidOf));
    const running = await pids();
    const begin = Date.now();
    expect(await start()).toEqual([]);
    // A second on an idle machine; starting anything would take far longer than this.
    expect(Date.now() - begin).toBeLessThan(8_000);
    expect(await pids()).toEqual(running);
  });

  test('replaces a worker of older code, and nothing else', async () => {
    const node = await pidOf('node');
    await startPlatform({ instance, worker: { ...(await weftWorker()), sources: 'older' }, api: await weftApi() });
    const older = await pidOf('worker');
    expect(await start()).toEqual([
      expect.stringContaining('worker: polls weft'),
      'worker: the one before ends when the runs have ended that it began',
    ]);
    expect(await pidOf('worker')).not.toBe(older);
    // What a command replaces has not ended by itself.
    expect(await component('worker')).toMatchObject({ restarts: 0 });
    await vi.waitFor(() => {
      expect(existsSync(`/proc/${older}`)).toBe(false);
    }, 30_000);
    expect(await pidOf('node')).toBe(node);
  });

  test('prints exports with which a shell reaches it', () => {
    const weft = join(import.meta.dirname, '..', '..', '..', 'weft');
    const script = `eval "$('${weft}' local env)"; echo "$KUBECONFIG"; temporal operator namespace list`;
    const env = { ...process.env, WEFT_LOCAL_INSTANCE: instance.name, WEFT_DATA: root };
    const answer = execFileSync('bash', ['-c', script], { env, encoding: 'utf8' });
    expect(answer.split('\n')[0]).toBe(platform.kubeconfig);
    expect(answer).toContain('temporal-system');
  });

  test('refuses other users of this machine what knows no users: Temporal with its page and inner services, and the registry', async () => {
    const registry = [
      { address: '127.0.0.1', port: readState(instance)?.registryPort ?? 0 },
      { address: chosenAddresses(instance)?.node ?? '', port: 5_000 },
    ];
    const expectClosed = async (): Promise<void> => {
      const temporalListeners = listenersOf(await pidOf('temporal'));
      // Its API, its page, and services that it does not publish.
      expect(temporalListeners.length).toBeGreaterThan(2);
      for (const listener of [...temporalListeners, ...registry]) {
        expect(connectAs(process.getuid?.() ?? 0, listener), JSON.stringify(listener)).toBe('connected');
        expect(connectAs(NOBODY, listener), JSON.stringify(listener)).toBe('refused');
      }
    };
    await expectClosed();
    const first = await pidOf('temporal');
    process.kill(first, 'SIGKILL');
    await vi.waitFor(async () => {
      expect(await component('temporal')).toMatchObject({ ready: true });
      expect(await pidOf('temporal')).not.toBe(first);
      await expectClosed();
    }, SUPERVISED_MS);
  });

  test('runs a restricted pod that writes to its volume', async () => {
    const pods = workloadOn(platform.kubeconfig);
    const since = new Date();
    await pods.deploy();
    await pods.awaitReady(since);
    expect(await pods.logs()).toContain('Listening on http://0.0.0.0:7054');
  });

  test('resolves Services, reaches them, and carries exec and forwarded ports', async () => {
    const pods = workloadOn(platform.kubeconfig);
    const url = `http://${workload.name}.${workload.namespace}.svc.cluster.local:${workload.port}`;
    const askItself = (): Promise<string> => pods.exec('fabric-ca-client', 'getcainfo', '--url', url, '--home', '/tmp');
    // A Service answers a moment later than its pod is ready; until then it refuses.
    await expect.poll(askItself, { timeout: SERVICE_KNOWN_MS }).toContain('Stored root CA certificate');
    expect(JSON.parse(await pods.caInfo())).toMatchObject({ success: true });
  });

  test('refuses at once what is meant for a Service that there is not', async () => {
    const pods = workloadOn(platform.kubeconfig);
    const begin = Date.now();
    const url = 'http://10.96.255.254:7054';
    expect(await pods.exec('fabric-ca-client', 'getcainfo', '--url', url, '--home', '/tmp')).toContain(
      'connection refused',
    );
    // Nobody's word would be waited for for two minutes.
    expect(Date.now() - begin).toBeLessThan(20_000);
  });

  test('lets a pod reach this machine as host.docker.internal', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end('{}');
    }).listen(0, '0.0.0.0');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = `http://host.docker.internal:${String(port)}`;
    await workloadOn(platform.kubeconfig).exec('fabric-ca-client', 'getcainfo', '--url', url, '--home', '/tmp');
    server.close();
    expect(requests).toEqual(['/cainfo']);
  });

  test('is gone as a whole when its outermost process is killed, and starts again with its data', async () => {
    const pods = workloadOn(platform.kubeconfig);
    const authority = await pods.caInfo();
    const outermost = await pidOf('node');
    const tree = processTree(outermost);
    expect(tree.length).toBeGreaterThan(10);
    process.kill(outermost, 'SIGKILL');
    await expect.poll(() => survivors(tree), { timeout: 10_000 }).toEqual([]);
    // The link may stay until the last connections time out.
    expect(inside(observeMachine(belongs))).toEqual(inside(before));
    expect(findPlatform(instance)).toBeUndefined();
    expect(await component('node')).toMatchObject({
      running: false,
      reason: 'it has ended (signal SIGKILL); start it again: weft local start',
    });
    const restart = new Date();
    await start();
    await pods.awaitReady(restart);
    expect(await pods.caInfo()).toBe(authority);
  });

  test('keeps cluster, volumes, images and histories when it is stopped and started', async () => {
    const pods = workloadOn(platform.kubeconfig);
    const authority = await pods.caInfo();
    temporal('operator', 'namespace', 'create', '--namespace', 'kept');
    const { temporalAddress } = platform;
    expect(await pushText('kept')).toBe('created');
    await stopPlatform({ instance });
    expect(processesWith(instance.directory)).toEqual([]);
    expect((await platformStatus(instance)).components.filter(({ running }) => running)).toEqual([]);
    const restart = new Date();
    await start();
    await pods.awaitReady(restart);
    expect(await pods.caInfo()).toBe(authority);
    expect(platform.temporalAddress).toBe(temporalAddress);
    expect(await pushText('kept')).toBe('unchanged');
    expect(temporal('operator', 'namespace', 'describe', '--namespace', 'kept')).toContain('Registered');
  });

  test('leaves nothing of itself after a reset', async () => {
    const marks = (
      await Promise.all(['node', 'registry-port', 'temporal', 'worker', 'api', 'supervisor'].map(pidOf))
    ).flatMap(processTree);
    const registry = registryUrl(instance) ?? '';
    await resetPlatform({ instance });
    expect(survivors(marks)).toEqual([]);
    await expect(fetch(registry)).rejects.toThrow('fetch failed');
    expect(processesWith(instance.directory)).toEqual([]);
    expect(observeMachine(belongs)).toEqual(before);
    expect(existsSync(root)).toBe(false);
  });
});

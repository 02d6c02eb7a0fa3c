import type { Instance } from '../instance.ts';
import { coreDnsImage, pauseImage } from '../artifacts/index.ts';
import { refuseOtherUsers } from '../process/other-users.ts';
import type { ProcessRecord } from '../process/record.ts';
import { until } from '../process/wait.ts';
import { closeRegistryPort, openRegistryPort, registryReadiness } from '../registry/registry.ts';
import type { NodeStartContext } from '../start-context.ts';
import { chooseBlock } from '../state.ts';
import { applyAddons } from './addons.ts';
import { addressesOf, type Addresses } from './addresses.ts';
import { connectApi, type ApiClient } from './api-client.ts';
import { imageRegistry, ports } from './cluster-network.ts';
import { importImages, missingImages, type ImageArchive } from './import-images.ts';
import { findNode, nodeFault, readSandboxReport, refuseFailingNode, startNode, stopNode } from './node.ts';
import { nodePrograms } from './programs.ts';
import { kubernetesReadiness, type Readiness } from './readiness.ts';

/** Generous beside the 5 to 10 s that it takes, since a machine may be busy with a build at the same time. */
const readyTimeoutMs = 120_000;

/** A node that runs, though not all in it may. */
export interface PlatformNode {
  readonly record: ProcessRecord;
  readonly addresses: Addresses;
  readonly wasStarted: boolean;
}

/** Starts the Kubernetes node if it does not run as this version of Weft would start it. */
export async function ensureNode({ instance, artifacts, report, undo }: NodeStartContext): Promise<PlatformNode> {
  const programs = nodePrograms(artifacts);
  const running = findNode(instance);
  const block = chooseBlock(instance, running !== undefined);
  const addresses = addressesOf(block);
  if (running !== undefined) {
    const fault = nodeFault(instance, programs, addresses);
    if (fault === undefined) return { record: running, addresses, wasStarted: false };
    report(`Kubernetes: the node ${fault}, stopping it`);
    await stopNode(instance);
  }
  report('Kubernetes: starting the node');
  undo.push(() => stopNode(instance));
  return { record: await startNode(instance, programs, addresses), addresses, wasStarted: true };
}

/**
 * Waits until a node is of use: it has its images, its components and itself are ready, DNS answers, claims get
 * volumes, this machine reaches its registry.
 *
 * @throws PlatformError when one of its components does not run, with the last lines of its log.
 */
export async function awaitKubernetes(start: NodeStartContext, node: PlatformNode): Promise<void> {
  const { instance, artifacts, undo } = start;
  const registry = await openRegistryPort(instance, node.addresses, (port) =>
    refuseOtherUsers(instance, 'registry', [
      { address: '127.0.0.1', port },
      { address: node.addresses.node, port: ports.registry },
    ]),
  );
  if (registry.wasStarted) undo.push(() => closeRegistryPort(instance));
  const api = connectApi(instance, node.addresses);
  try {
    const isAsBefore =
      !node.wasStarted && !registry.wasStarted && missingImages(instance, artifacts.images).length === 0;
    if (!isAsBefore || !(await isReady(api, instance, node.record)))
      await makeReady(start, node, { api, registry: registry.address });
  } finally {
    api.close();
  }
}

async function isReady(api: ApiClient, instance: Instance, { startedAt }: ProcessRecord): Promise<boolean> {
  try {
    const looks = await Promise.all(
      kubernetesReadiness(api, { name: instance.name, startedAt }).map(({ look }) => look()),
    );
    return (
      looks.every(({ ready }) => ready) &&
      readSandboxReport(instance)?.components.every(({ state }) => state === 'ready') === true
    );
  } catch {
    // The API server does not answer.
    return false;
  }
}

async function makeReady(
  start: NodeStartContext,
  { record, addresses }: PlatformNode,
  { api, registry }: { api: ApiClient; registry: string },
): Promise<void> {
  const { instance, artifacts, report } = start;
  const wait = awaiting(start, record);
  // Without these two no pod can run, and DNS' own cannot.
  const first = ({ reference }: ImageArchive): boolean => [pauseImage, coreDnsImage].includes(reference);
  const importAll = async (images: readonly ImageArchive[]): Promise<void> => {
    await wait('containerd is ready', () =>
      readSandboxReport(instance)?.components.some(({ name, state }) => name === 'containerd' && state === 'ready'),
    );
    await importImages(instance, record.pid, images, (reference) => {
      report(`Kubernetes: importing ${reference}`);
    });
  };
  const prepare = async (): Promise<void> => {
    await wait('the API server is ready', () => api.isAnswering('/readyz'));
    report('Kubernetes: the API server answers');
    await applyAddons(api, addresses, registry);
    const awaited = [
      ...kubernetesReadiness(api, { name: instance.name, startedAt: record.startedAt }),
      { name: whereRegistryIs(registry), look: () => registryReadiness(instance) },
    ];
    for (const { name, look } of awaited) {
      let last: Readiness | undefined;
      await wait(
        `${name} is ready`,
        async () => (last = await look()).ready,
        () => last?.reason ?? '',
      );
      report(`Kubernetes: ${name} is ready`);
    }
    await wait('every component of the node is ready', () =>
      readSandboxReport(instance)?.components.every(({ state }) => state === 'ready'),
    );
  };
  await Promise.all([
    prepare(),
    importAll([...artifacts.images.filter(first), ...artifacts.images.filter((image) => !first(image))]),
  ]);
}

/** Says so if images are pushed to another port than they are pulled from. */
function whereRegistryIs(address: string): string {
  const elsewhere = address === imageRegistry ? '' : ` (another program has port 5000), for pods as ${imageRegistry},`;
  return `the registry ${address}${elsewhere}`;
}

type Await = (
  what: string,
  look: () => boolean | undefined | Promise<boolean | undefined>,
  explain?: () => string,
) => Promise<unknown>;

/** @returns how to await something of the node; a component that cannot run ends it, with a better message than a timeout's */
function awaiting({ instance, signal }: NodeStartContext, record: ProcessRecord): Await {
  return (what, look, explain) =>
    until(
      () => {
        refuseFailingNode(instance, record);
        return look();
      },
      { what, timeoutMs: readyTimeoutMs, signal, ...(explain !== undefined && { explain }) },
    );
}

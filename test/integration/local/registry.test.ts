import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CoreV1Api, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';

import { goCommand } from '../../../src/local/artifacts/find-command.ts';
import { weft } from '../../support/weft.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/chaincode/basic', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'weft-registry-'));
// The platform outlives a run that is killed: each run has names of its own.
const suffix = randomBytes(4).toString('hex');
const name = `basic-${suffix}`;
const namespace = `registry-${suffix}`;
const config = new KubeConfig();
config.loadFromFile(inject('platform').kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const objects = KubernetesObjectApi.makeApiClient(config);

beforeAll(async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
  await objects.create(space);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await core.deleteNamespace({ name: namespace });
});

interface Pushed {
  readonly reference: string;
  readonly digest: string;
  readonly outcome: string;
}

async function push(directory: string, version = '1.0'): Promise<Pushed> {
  const flags = ['--name', name, '--version', version, '-o', 'json'];
  const { stdout, stderr, exitCode } = await weft('chaincode', 'push', directory, ...flags);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return JSON.parse(stdout) as Pushed;
}

describe('a pushed chaincode', () => {
  let first: Pushed;

  test('is named as every pod names it', async () => {
    first = await push(EXAMPLE);
    expect(first).toMatchObject({ reference: `localhost:5000/${name}:1.0`, outcome: 'created' });
  });

  test('is unchanged when the same sources are pushed again, from wherever they are', async () => {
    const copy = join(folder, 'copy');
    cpSync(EXAMPLE, copy, { recursive: true });
    expect(await push(copy)).toEqual({ ...first, outcome: 'unchanged' });
  });

  test('becomes another image when a source changes', async () => {
    const changed = join(folder, 'changed');
    cpSync(EXAMPLE, changed, { recursive: true });
    await execa('sed', ['-i', 's/Amara/Anaïs/', join(changed, 'asset.go')]);
    expect((await push(changed, '1.1')).digest).not.toBe(first.digest);
    expect((await push(EXAMPLE)).outcome).toBe('unchanged');
  });

  test('is pulled by the node, and serves peers under the restricted standard', async () => {
    await objects.create(chaincodePod(first.reference));
    await expect.poll(podStatus, { timeout: 60_000, interval: 250 }).toMatchObject({ ready: true });
    expect(await podStatus()).toMatchObject({ imageID: `localhost:5000/${name}@${first.digest}` });
  });

  test('keeps the rules of its assets', async () => {
    await execa(goCommand(), ['test', './...'], { cwd: EXAMPLE });
  });
});

test('tools find the registry by what the cluster says of it', async () => {
  const { data } = await core.readNamespacedConfigMap({ namespace: 'kube-public', name: 'local-registry-hosting' });
  const hosting = parse(data?.['localRegistryHosting.v1'] ?? '') as { host: string; hostFromContainerRuntime: string };
  expect(hosting.hostFromContainerRuntime).toBe('localhost:5000');
  const answer = await fetch(`http://${hosting.host}/v2/_catalog`);
  expect(await answer.json()).toMatchObject({ repositories: expect.arrayContaining([name]) as string[] });
});

test('answers this machine and the node, and no pod', async () => {
  const { items } = await core.listNode();
  const node = items[0]?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const url = `http://${node}:5000`;
  expect((await fetch(`${url}/v2/`)).status).toBe(200);
  await objects.create(callerPod(url));
  const said = (): Promise<string> => core.readNamespacedPodLog({ namespace, name: CALLER }).catch(() => '');
  await expect.poll(said, { timeout: 60_000, interval: 250 }).toContain(`${node}:5000: connect: connection refused`);
});

interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly spec: unknown;
}

/** How the chaincode's container is, and the image that it really runs. */
async function podStatus(): Promise<unknown> {
  const { status } = await core.readNamespacedPod({ namespace, name });
  return status?.containerStatuses?.[0];
}

const CALLER = 'caller';

/** A pod that asks an HTTP server for something, and says how it went. */
function callerPod(url: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: CALLER, namespace },
    spec: {
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: CALLER,
          image: 'ghcr.io/hyperledger/fabric-ca:1.5.21',
          command: ['fabric-ca-client', 'getcainfo', '--url', url, '--home', '/tmp'],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

function chaincodePod(image: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'chaincode',
          image,
          imagePullPolicy: 'Always',
          env: [{ name: 'CHAINCODE_ID', value: `${name}:0` }],
          // Until a peer connects there is no more to see of a chaincode than that it listens.
          readinessProbe: { tcpSocket: { port: 9_999 }, periodSeconds: 1 },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse, stringify } from 'yaml';

import {
  applyAll,
  apply,
  awaitGone,
  awaitRollout,
  connectCluster,
  list,
  missingRights,
  observe,
  portForward,
  remove,
  renderManifest,
  RolloutFailed,
  write,
  type Cluster,
  type KubernetesObject,
  type ObjectReference,
  type RolloutWaiting,
} from '../../src/kubernetes/index.ts';
import type { TemplateVariables } from '../../src/templates/index.ts';
import { serviceAccountToken } from '../support/service-account.ts';
import { variablesOf } from '../support/templates.ts';
import { applyForeign } from './faults/apply.ts';
import { forbidNew } from './faults/hindrances.ts';

const NETWORK = 'kubernetes-test';
const NAMESPACE = `weft-kubernetes-test-${String(process.pid)}`;
const OPTIONS = { network: NETWORK };

/** A node of the platform has the image; it runs as any user, on a read-only root, and answers over HTTP. */
const IMAGE = 'registry.k8s.io/coredns/coredns:v1.14.7';

/** Needs more than the memory that a test leaves it. */
const CA_IMAGE = 'ghcr.io/hyperledger/fabric-ca:1.5.21';

let cluster: Cluster;

beforeAll(async () => {
  const { kubeconfig, context } = inject('platform');
  cluster = connectCluster({ kubeconfig, context });
  await apply(cluster, render(NAMESPACE_MANIFEST)[0] as KubernetesObject, OPTIONS);
});

afterAll(async () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await remove(cluster, namespace, OPTIONS);
  await awaitGone(cluster, namespace, AbortSignal.timeout(120_000));
  await cluster.close();
});

describe('applying to a real cluster', () => {
  test('creates what is not there, and then writes nothing as long as nothing changes', async () => {
    const objects = render(APPLICATION, { NAME: 'converge' });

    expect(await outcomes(objects)).toEqual(['created', 'created', 'created', 'created']);
    await rollOut('converge');
    const versions = await resourceVersions(objects);

    expect(await applyAll(cluster, objects, OPTIONS)).toEqual(
      objects.map(() => ({ outcome: 'unchanged', reason: '' })),
    );
    expect(await resourceVersions(objects)).toEqual(versions);
  });

  test('says unchanged while controllers still write to what was just made', async () => {
    const objects = render(APPLICATION, { NAME: 'quick' });
    await applyAll(cluster, objects, OPTIONS);

    for (let round = 0; round < 10; round += 1) {
      expect(await outcomes(objects)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    }
  });

  test('updates what differs, and a dry run says the same beforehand without doing it', async () => {
    const before = render(APPLICATION, { NAME: 'update' });
    const after = render(APPLICATION, { NAME: 'update', CPU: '20m' });
    await applyAll(cluster, before, OPTIONS);
    await rollOut('update');
    const versions = await resourceVersions(before);

    const planned = await applyAll(cluster, after, { ...OPTIONS, dryRun: true });

    expect(planned.map(({ reason }) => reason)).toEqual([
      '',
      '',
      '',
      'Deployment update: spec.template.spec.containers[web].resources.requests.cpu: 10m → 20m',
    ]);
    expect(await resourceVersions(before)).toEqual(versions);
    expect(await applyAll(cluster, after, OPTIONS)).toEqual(planned);
    expect(await outcomes(after)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
  });

  test('puts back what somebody changed by hand, and leaves what they added', async () => {
    const manifest = configMap('drift', { a: '1' });
    await apply(cluster, manifest, OPTIONS);
    await cluster.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/${NAMESPACE}/configmaps/drift`,
      contentType: 'application/merge-patch+json',
      body: { data: { a: '2', added: 'by hand' } },
      purpose: 'edit by hand',
    });

    expect(await apply(cluster, manifest, OPTIONS)).toEqual({
      outcome: 'updated',
      reason: 'ConfigMap drift: data.a changes',
    });
    expect((await observe(cluster, manifest))?.['data']).toEqual({ a: '1', added: 'by hand' });
  });

  test('removes a field that the manifest no longer has', async () => {
    await apply(cluster, configMap('field', { a: '1', b: '1' }), OPTIONS);

    expect(await apply(cluster, configMap('field', { a: '1' }), OPTIONS)).toEqual({
      outcome: 'updated',
      reason: 'ConfigMap field: data.b is removed',
    });
  });

  test('leaves alone what others made', async () => {
    await cluster.request({
      method: 'POST',
      path: `/api/v1/namespaces/${NAMESPACE}/configmaps`,
      body: { ...configMap('foreign', { a: '1' }), metadata: { name: 'foreign' } },
      purpose: 'make a foreign ConfigMap',
    });

    await expect(apply(cluster, configMap('foreign', { a: '2' }), OPTIONS)).rejects.toMatchObject({ kind: 'notOurs' });
    await expect(remove(cluster, configMap('foreign', {}), OPTIONS)).rejects.toMatchObject({ kind: 'notOurs' });
    expect((await observe(cluster, configMap('foreign', {})))?.['data']).toEqual({ a: '1' });
  });

  test('refuses a field that Kubernetes does not know, instead of dropping it', async () => {
    await expect(apply(cluster, { ...configMap('typo', {}), dta: { a: '1' } }, OPTIONS)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('.dta: field not declared in schema') as string,
    });
  });

  test('names the fields that cannot change', async () => {
    const objects = render(APPLICATION, { NAME: 'immutable' });
    await applyAll(cluster, objects, OPTIONS);
    const deployment = requireKind(objects, 'Deployment');
    const moved = {
      ...deployment,
      spec: { ...(deployment['spec'] as object), selector: { matchLabels: { other: 'x' } } },
    };

    await expect(apply(cluster, moved, OPTIONS)).rejects.toMatchObject({
      kind: 'immutable',
      message: expect.stringMatching(
        /^Deployment immutable in namespace .* cannot be changed in place \(spec\.selector/,
      ) as string,
    });
    const claim = requireKind(render(APPLICATION, { NAME: 'immutable', STORAGE: '2Mi' }), 'PersistentVolumeClaim');
    await expect(apply(cluster, claim, OPTIONS)).rejects.toMatchObject({
      fields: ['spec.resources.requests.storage'],
      message: expect.stringContaining('spec.resources.requests.storage: 1Mi → 2Mi') as string,
    });
  });

  test.each([
    { what: 'a value that is no base64', data: { key: 'HIDDEN!!' } },
    { what: 'a value that is no text', data: { key: { HIDDEN: 'HIDDEN' } } },
    { what: 'a key that is none', data: { 'a/b': 'SElEREVO' } },
  ])('does not repeat a Secret that is refused for $what', async ({ data }) => {
    const secret = { ...configMap('secret', {}), kind: 'Secret', data };

    const refused = await apply(cluster, secret, OPTIONS).catch((error: unknown) => error);

    expect(refused).toMatchObject({ kind: 'invalid' });
    expect(String(refused) + JSON.stringify(refused)).not.toMatch(/HIDDEN|SElEREVO/);
  });

  test('counts a dry run on a namespace that is not there as created, and a real one as not found', async () => {
    const manifest = configMap('early', {});
    const early = { ...manifest, metadata: { ...manifest.metadata, namespace: `${NAMESPACE}-missing` } };

    expect(await apply(cluster, early, { ...OPTIONS, dryRun: true })).toMatchObject({ outcome: 'created' });
    await expect(apply(cluster, early, OPTIONS)).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('writing to a real cluster what arrives late', () => {
  const secret = (value: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace: NAMESPACE,
      name: 'late',
      labels: { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': NETWORK },
    },
    data: { value: Buffer.from(value).toString('base64') },
  });
  const CONFLICT = { name: 'KubernetesError', kind: 'conflict' };

  test('makes nothing of an object that stands by then, of another version of it, or of one that is gone', async () => {
    const first = await write(cluster, secret('first'), undefined, OPTIONS);
    await expect(write(cluster, secret('late'), undefined, OPTIONS)).rejects.toMatchObject(CONFLICT);
    const second = await write(cluster, secret('second'), first, OPTIONS);
    await expect(write(cluster, secret('late'), first, OPTIONS)).rejects.toMatchObject(CONFLICT);
    expect(await observe(cluster, secret(''))).toMatchObject({ data: secret('second')['data'] });
    await remove(cluster, second, OPTIONS);
    await expect(write(cluster, secret('late'), second, OPTIONS)).rejects.toMatchObject(CONFLICT);
    expect(await observe(cluster, secret(''))).toBeUndefined();
  });
});

describe.concurrent('a rollout on a real cluster', () => {
  test('that goes well is waited for', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'well' }), OPTIONS);

    expect(await rollOut('well')).toEqual({ waited: true });
    expect(await rollOut('well')).toEqual({ waited: false });
  });

  test('fails for an image that is not there with the answer of the registry', async () => {
    const image = 'localhost:1/weft/no-such-image:1.0';
    await applyAll(cluster, render(APPLICATION, { NAME: 'image', IMAGE: image }), OPTIONS);

    expect(await waitingOf('image', 'ImagePullBackOff')).toMatch(
      /^image: image localhost:1\/weft\/no-such-image:1\.0 cannot be pulled: failed to do request: .*connection refused$/,
    );
    expect(await failedRollOut('image', 0)).toMatchObject({ reason: 'ImagePullBackOff', retryable: true });
  });

  test('fails at once for an image name that is none', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'name', IMAGE: 'UPPER:case' }), OPTIONS);

    expect(await failedRollOut('name', 60)).toMatchObject({
      reason: 'InvalidImageName',
      message: 'name: UPPER:case is not a valid image name.',
      retryable: false,
    });
  });

  test('names a container that crashes, and its log says why', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'crash', COMMAND: ['/coredns', '-no-such-flag'] }), OPTIONS);

    expect(await failedRollOut('crash', 170)).toMatchObject({
      reason: 'CrashLoopBackOff',
      fact: 'crash: container web ended with exit code 2 and was restarted 3 times.',
      message: expect.stringMatching(/Its last log lines:\n[^]*-version/) as string,
      retryable: false,
    });
  });

  test('names a command that does not exist', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'command', COMMAND: ['/no-such-command'] }), OPTIONS);

    expect(await waitingOf('command', 'CrashLoopBackOff')).toMatch(
      /^command: container web cannot be started \(exec: "\/no-such-command": stat \/no-such-command: no such file or directory\)/,
    );
  });

  test('names a container that needs more memory than it may have', async () => {
    const COMMAND = ['fabric-ca-server', 'start', '-b', 'any:one', '-H', '/dev/shm/ca'];
    await applyAll(cluster, render(APPLICATION, { NAME: 'memory', MEMORY: '8Mi', IMAGE: CA_IMAGE, COMMAND }), OPTIONS);

    expect(await waitingOf('memory', 'OOMKilled')).toMatch(
      /^memory: container web was killed because it used more memory than its limit \(OOMKilled, exit code 137\)/,
    );
  });

  test('names a Secret that is missing, and goes on when it appears', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'late', SECRET: 'late-secret' }), OPTIONS);
    const waitings: RolloutWaiting[] = [];

    const rollout = awaitRollout(cluster, target('late', 120), {
      signal: AbortSignal.timeout(150_000),
      onWaiting: (waiting) => {
        waitings.push(waiting);
        if (waiting.reason !== 'FailedMount') return;
        void apply(cluster, { ...configMap('late-secret', {}), kind: 'Secret', data: { key: 'YQ==' } }, OPTIONS);
      },
    });

    expect(await rollout).toEqual({ waited: true });
    expect(waitings).toContainEqual({
      reason: 'FailedMount',
      message: expect.stringMatching(
        /^late: its pod cannot start: MountVolume\.SetUp failed for volume "secret" ?: secret "late-secret" not found$/,
      ) as string,
    });
  });

  test('fails at once for a storage class that is not there', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'storage', STORAGE_CLASS: 'no-such-class' }), OPTIONS);

    expect(await failedRollOut('storage', 60)).toMatchObject({
      reason: 'StorageClassMissing',
      message: 'storage: volume claim storage waits for the storage class no-such-class, which does not exist.',
    });
  });

  test('says that no node has room', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'room', CPU: '1000' }), OPTIONS);

    expect(await waitingOf('room', 'Unschedulable')).toMatch(/^room: no node can run its pod: .*Insufficient cpu/);
  });

  test('fails at once for a pod that the Pod Security Standard forbids', async () => {
    const deployment = requireKind(render(APPLICATION, { NAME: 'security', ESCALATION: true }), 'Deployment');
    await apply(cluster, deployment, OPTIONS);

    const failed = await failedRollOut('security', 60);

    expect(failed).toMatchObject({ reason: 'PodSecurityViolation', retryable: false });
    expect(failed.message).toMatch(
      /^security: its pod cannot be made: violates PodSecurity "restricted:latest": allowPrivilegeEscalation/,
    );
  });

  test('says which probe fails while its pod runs', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'probe', PROBE_PATH: '/no-such-path' }), OPTIONS);

    expect(await waitingOf('probe', 'Unready')).toBe(
      'probe: runs but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 404',
    );
  });

  test('judges the new pod and not the one that it replaces', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'replace', COMMAND: ['/coredns', '-no-such-flag'] }), OPTIONS);
    await waitingOf('replace', 'CrashLoopBackOff');

    await applyAll(cluster, render(APPLICATION, { NAME: 'replace' }), OPTIONS);

    expect(await rollOut('replace')).toEqual({ waited: true });
  });
});

describe('a rollout in a namespace with a quota', () => {
  test('says that a quota is used up, and goes on when it is raised', async () => {
    const quota = await forbidNew(cluster, NAMESPACE, 'pods');
    await applyAll(cluster, render(APPLICATION, { NAME: 'quota' }), OPTIONS);
    const waitings: RolloutWaiting[] = [];

    const rollout = awaitRollout(cluster, target('quota', 120), {
      signal: AbortSignal.timeout(150_000),
      onWaiting: (waiting) => {
        waitings.push(waiting);
        if (waiting.reason === 'QuotaExceeded') void quota.lift();
      },
    });

    expect(await rollout).toEqual({ waited: true });
    expect(waitings).toContainEqual({
      reason: 'QuotaExceeded',
      message: expect.stringMatching(/^quota: its pod cannot be made: exceeded quota: it-pods, /) as string,
    });
  });
});

describe('port forwarding on a real cluster', () => {
  beforeAll(async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'reach' }), OPTIONS);
    await rollOut('reach');
  });

  test('reaches a Service through a named port, many times at once, and leaves nothing open', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const way = await portForward(cluster).connect(
      { namespace: NAMESPACE, service: 'reach', port: 80 },
      AbortSignal.timeout(10_000),
    );

    const answers = await Promise.all(Array.from({ length: 20 }, () => httpGet(way, '/health')));

    expect(new Set(answers)).toEqual(new Set(['200 OK']));
    await way.close();
    await expect(httpGet(way, '/health')).rejects.toThrow('ECONNREFUSED');
    expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length).toBe(before);
  });

  test('resets what nobody listens for, and the next connection works', async () => {
    const connector = portForward(cluster);
    const way = await connector.connect(
      { namespace: NAMESPACE, service: 'reach', port: 81 },
      AbortSignal.timeout(10_000),
    );

    const socket = connect(way.port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];

    expect(error.code).toBe('ECONNRESET');
    await way.close();
  });

  test('follows a Service whose pod was replaced', async () => {
    const way = await portForward(cluster).connect(
      { namespace: NAMESPACE, service: 'reach', port: 80 },
      AbortSignal.timeout(10_000),
    );
    expect(await httpGet(way, '/health')).toBe('200 OK');

    const restarted = render(APPLICATION, { NAME: 'reach', CPU: '11m' });
    await applyAll(cluster, restarted, OPTIONS);
    await rollOut('reach');

    expect(await httpGet(way, '/health')).toBe('200 OK');
    await way.close();
  });

  test('says that no pod is ready', async () => {
    await applyAll(cluster, render(APPLICATION, { NAME: 'unready', IMAGE: 'UPPER:case' }), OPTIONS);

    await expect(
      portForward(cluster).connect({ namespace: NAMESPACE, service: 'unready', port: 80 }, AbortSignal.timeout(10_000)),
    ).rejects.toMatchObject({
      kind: 'noReadyPod',
      message: `Service unready in namespace ${NAMESPACE} has no ready pod.`,
    });
  });
});

describe('removing from a real cluster', () => {
  test('takes a Deployment away with its pods, and finds its work done the next time', async () => {
    const objects = render(APPLICATION, { NAME: 'remove' });
    await applyAll(cluster, objects, OPTIONS);
    await rollOut('remove');
    const deployment = await observe(cluster, requireKind(objects, 'Deployment'));
    const reference: ObjectReference = deployment ?? (objects[0] as KubernetesObject);

    expect(await remove(cluster, reference, { ...OPTIONS, dryRun: true })).toMatchObject({ outcome: 'removed' });
    expect(await remove(cluster, reference, OPTIONS)).toMatchObject({ outcome: 'removed' });
    await awaitGone(cluster, reference, AbortSignal.timeout(60_000));

    const pods = await list(
      cluster,
      { apiVersion: 'v1', kind: 'Pod' },
      { namespace: NAMESPACE, labelSelector: 'app=remove' },
    );
    expect(pods).toEqual([]);
    expect(await remove(cluster, reference, OPTIONS)).toEqual({ outcome: 'unchanged', reason: '' });
  });
});

describe('access to a real cluster', () => {
  test('that lacks rights is told which, and is refused in words', async () => {
    const poor = await connectAsNobody();

    const missing = await missingRights(poor, [
      { verb: 'create', resource: 'selfsubjectaccessreviews', group: 'authorization.k8s.io' },
      { verb: 'patch', resource: 'deployments', group: 'apps', namespace: NAMESPACE },
      { verb: 'create', resource: 'pods/portforward', namespace: NAMESPACE },
      { verb: 'list', resource: 'storageclasses', group: 'storage.k8s.io' },
    ]);

    expect(missing).toEqual([
      `patch deployments.apps in namespace ${NAMESPACE}`,
      `create pods/portforward in namespace ${NAMESPACE}`,
      'list storageclasses.storage.k8s.io',
    ]);
    await expect(apply(poor, configMap('refused', {}), OPTIONS)).rejects.toMatchObject({
      kind: 'forbidden',
      message: `Cannot read ConfigMap refused in namespace ${NAMESPACE}: configmaps "refused" is forbidden: User "system:serviceaccount:${NAMESPACE}:nobody" cannot get resource "configmaps" in API group "" in the namespace "${NAMESPACE}".`,
    });
    await poor.close();
  });

  test('with wrong credentials is unauthorized', async () => {
    const stranger = await connectWith(({ users, ...config }) => ({
      ...config,
      users: users.map(({ name }) => ({ name, user: { token: 'wrong' } })),
    }));

    await expect(observe(stranger, configMap('any', {}))).rejects.toMatchObject({ kind: 'unauthorized' });
    await stranger.close();
  });

  test('with a kubeconfig of another cluster is refused because of the certificate', async () => {
    const other = await connectWith(({ clusters, ...config }) => ({
      ...config,
      clusters: clusters.map(({ name, cluster: { server } }) => ({ name, cluster: { server } })),
    }));

    await expect(observe(other, configMap('any', {}))).rejects.toMatchObject({ kind: 'untrusted' });
    await other.close();
  });
});

interface KubeConfigFile {
  readonly users: readonly { readonly name: string; readonly user: object }[];
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
}

/** Connects with a changed copy of the platform's kubeconfig. */
async function connectWith(change: (config: KubeConfigFile) => KubeConfigFile): Promise<Cluster> {
  const { kubeconfig, context } = inject('platform');
  const folder = await mkdtemp(join(tmpdir(), 'weft-kubernetes-test-'));
  const path = join(folder, 'kubeconfig');
  const original = parse(await readFile(kubeconfig, 'utf8')) as KubeConfigFile;
  await writeFile(path, stringify(change(original)), { mode: 0o600 });
  try {
    return connectCluster({ kubeconfig: path, context });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Connects as a service account that may do nothing. */
async function connectAsNobody(): Promise<Cluster> {
  const account = { name: 'nobody', namespace: NAMESPACE };
  await applyForeign(cluster, `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: account,
  });
  const token = await serviceAccountToken(cluster, account);
  return connectWith(({ users, ...config }) => ({
    ...config,
    users: users.map(({ name }) => ({ name, user: { token } })),
  }));
}

function configMap(name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE, labels: LABELS }, data };
}

const LABELS = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': NETWORK };

function requireKind(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`There is no ${kind}.`);
  return found;
}

async function outcomes(objects: readonly KubernetesObject[]): Promise<string[]> {
  return (await applyAll(cluster, objects, OPTIONS)).map(({ outcome }) => outcome);
}

async function resourceVersions(objects: readonly KubernetesObject[]): Promise<(string | undefined)[]> {
  const live = await Promise.all(objects.map((object) => observe(cluster, object)));
  return live.map((object) => object?.metadata.resourceVersion);
}

function target(name: string, timeoutSeconds: number): { namespace: string; name: string; timeoutSeconds: number } {
  return { namespace: NAMESPACE, name, timeoutSeconds };
}

function rollOut(name: string): Promise<{ waited: boolean }> {
  return awaitRollout(cluster, target(name, 60), { signal: AbortSignal.timeout(90_000) });
}

/** Waits until a rollout waits for a reason, and returns the sentence that goes with it. */
async function waitingOf(name: string, reason: string): Promise<string> {
  const found = new AbortController();
  let sentence: string | undefined;
  const rollout = awaitRollout(cluster, target(name, 120), {
    signal: found.signal,
    onWaiting: (waiting) => {
      if (waiting.reason !== reason) return;
      sentence = waiting.message;
      found.abort();
    },
  });
  const end = await rollout.catch((error: unknown) => error);
  if (sentence !== undefined) return sentence;
  throw new Error(`The rollout of ${name} did not wait for ${reason}.`, { cause: end });
}

async function failedRollOut(name: string, timeoutSeconds: number): Promise<RolloutFailed> {
  const failed: unknown = await awaitRollout(cluster, target(name, timeoutSeconds), {
    signal: AbortSignal.timeout(90_000),
  }).catch((error: unknown) => error);
  if (failed instanceof RolloutFailed) return failed;
  throw new Error(`The rollout of ${name} did not fail: ${String(failed)}`, { cause: failed });
}

/** @returns status and first line of the answer */
function httpGet({ host, port }: { host: string; port: number }, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve(`${String(response.statusCode ?? 0)} ${body.trim()}`);
      });
    }).on('error', reject);
  });
}

function render(template: string, variables: TemplateVariables = {}): KubernetesObject[] {
  const defaults = {
    NAMESPACE,
    NETWORK,
    IMAGE,
    COMMAND: ['/coredns', '-conf', '/etc/coredns/Corefile'],
    CPU: '10m',
    MEMORY: '128Mi',
    STORAGE: '1Mi',
    STORAGE_CLASS: null,
    PROBE_PATH: '/health',
    SECRET: null,
    ESCALATION: false,
  };
  const given = { ...defaults, ...variables };
  const secret = typeof given.SECRET === 'string' ? { name: 'secret', secret: { secretName: given.SECRET } } : null;
  const mount = secret === null ? null : { name: 'secret', mountPath: '/secret' };
  const all = { ...given, SECRET_VOLUME: secret, SECRET_MOUNT: mount };
  return renderManifest(template, variablesOf(template, all), 'kubernetes.test.ts');
}

const NAMESPACE_MANIFEST = `
apiVersion: v1
kind: Namespace
metadata:
  name: \${NAMESPACE}
  labels:
    app.kubernetes.io/managed-by: weft
    weft.dev/network: \${NETWORK}
    pod-security.kubernetes.io/enforce: restricted
`;

const APPLICATION = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: \${NAME}
  namespace: \${NAMESPACE}
  labels:
    app.kubernetes.io/managed-by: weft
    weft.dev/network: \${NETWORK}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: \${STORAGE_CLASS}
  resources: { requests: { storage: "\${STORAGE}" } }
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: \${NAME}
  namespace: \${NAMESPACE}
  labels:
    app.kubernetes.io/managed-by: weft
    weft.dev/network: \${NETWORK}
data:
  Corefile: |
    .:1053 {
      health 0.0.0.0:8080 {
        lameduck 0s
      }
    }
---
apiVersion: v1
kind: Service
metadata:
  name: \${NAME}
  namespace: \${NAMESPACE}
  labels:
    app.kubernetes.io/managed-by: weft
    weft.dev/network: \${NETWORK}
spec:
  selector: { app: "\${NAME}" }
  ports:
    - { name: http, port: 80, targetPort: http }
    - { name: nobody, port: 81, targetPort: 9999 }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: \${NAME}
  namespace: \${NAMESPACE}
  labels:
    app.kubernetes.io/managed-by: weft
    weft.dev/network: \${NETWORK}
spec:
  replicas: 1
  strategy: { type: Recreate }
  selector: { matchLabels: { app: "\${NAME}" } }
  template:
    metadata:
      labels: { app: "\${NAME}" }
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 1
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: web
          image: \${IMAGE}
          imagePullPolicy: IfNotPresent
          command: \${COMMAND}
          ports:
            - { name: http, containerPort: 8080 }
          readinessProbe:
            httpGet: { path: "\${PROBE_PATH}", port: http }
            periodSeconds: 1
          resources:
            requests: { cpu: "\${CPU}", memory: 4Mi }
            limits: { memory: "\${MEMORY}" }
          securityContext:
            allowPrivilegeEscalation: \${ESCALATION}
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: config, mountPath: /etc/coredns, readOnly: true }
            - { name: data, mountPath: /data }
            - \${SECRET_MOUNT}
      volumes:
        - name: config
          configMap: { name: "\${NAME}" }
        - name: data
          persistentVolumeClaim: { claimName: "\${NAME}" }
        - \${SECRET_VOLUME}
`;

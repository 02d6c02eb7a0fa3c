import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { asFailure } from '../../../src/activities/failures.ts';
import {
  apply,
  awaitRollout,
  RolloutFailed,
  type Cluster,
  type KubernetesObject,
  type RolloutWaiting,
} from '../../../src/kubernetes/index.ts';
import { pauseImage } from '../../../src/local/artifacts/images.ts';
import { remediesOf, remedyOfReason, type Remedy } from '../../../src/spec/index.ts';
import { selfSignedCertificate } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';
import { testCluster } from '../../support/weft.ts';
import { applyForeign, applyNamespace, type ForeignObject } from '../faults/apply.ts';
import { userPolicy, webhook, type Refusal } from './admission.ts';

/*
 * What goes wrong on a cluster, made on a real one: each is recognised within seconds, with the object, the fact and what helps, and is permanent
 * or passing as it is. What a rollout says of an image that nobody serves, of crashes, missing Secrets, probes and rights: ../kubernetes.test.ts.
 */

/** Each is told within this time; a rollout is looked into every 2.5 s. */
const SOON_MS = 15_000;

/** Of the node, which no other program there takes. */
const [REGISTRY_PORT, WEBHOOK_PORT, NOBODYS_PORT] = [45_001, 45_002, 45_003];

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

const NAMESPACE = 'it-explained';
const [LIMITED, RANGED, HOOKED, SILENT, POLICED, COUNTED] = [
  ...['it-explained-limits', 'it-explained-range', 'it-explained-hook', 'it-explained-silent'],
  ...['it-explained-policy', 'it-explained-count'],
] as const;
const NAMESPACES = [NAMESPACE, LIMITED, RANGED, HOOKED, SILENT, POLICED, COUNTED];
const NETWORK = 'it-explained';
const UNPROVISIONED = 'unprovisioned';

/** The API server looks for new policies about every second. */
const REFUSED_MS = 30_000;

let cluster: Cluster;
let refusals: readonly Refusal[] = [];

beforeAll(async () => {
  cluster = testCluster();
  await Promise.all(NAMESPACES.map((namespace) => applyNamespace(cluster, namespace)));
  await Promise.all([
    quota(LIMITED, { 'limits.memory': '1Gi' }),
    quota(COUNTED, { persistentvolumeclaims: '0' }),
    applyForeign(cluster, `/api/v1/namespaces/${RANGED}/limitranges`, {
      ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'range', namespace: RANGED } },
      spec: {
        limits: [
          { type: 'PersistentVolumeClaim', min: { storage: '2Gi' } },
          { type: 'Container', min: { memory: '64Mi' } },
        ],
      },
    }),
    applyForeign(cluster, '/apis/storage.k8s.io/v1/storageclasses', {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: NAMESPACE } },
      provisioner: 'nobody.example.com',
    }),
    applyForeign(
      cluster,
      `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`,
      claimOf(NAMESPACE, UNPROVISIONED, NAMESPACE),
    ),
  ]);
  const { key, cert: certificate } = await selfSignedCertificate('IP:127.0.0.1');
  await startNodeServices(key, certificate);
  refusals = await Promise.all([
    webhook(cluster, HOOKED, { port: WEBHOOK_PORT, certificate }),
    webhook(cluster, SILENT, { port: NOBODYS_PORT, certificate }),
    userPolicy(cluster, POLICED),
  ]);
  // What refuses objects is known to the API server a moment after it was made.
  await Promise.all([HOOKED, SILENT, POLICED, LIMITED, RANGED].map(untilPodsAreRefused));
});

afterAll(async () => {
  await Promise.all(refusals.map((refusal) => refusal.remove()));
  const paths = [
    ...NAMESPACES.map((namespace) => `/api/v1/namespaces/${namespace}`),
    `/apis/storage.k8s.io/v1/storageclasses/${NAMESPACE}`,
  ];
  for (const path of paths) await cluster.request({ method: 'DELETE', path, purpose: 'remove what the test made' });
  await cluster.close();
});

interface Row {
  readonly what: string;
  readonly namespace?: string;
  /** Of its pod. */
  readonly pod: () => object;
  readonly reason: string;
  /** What is told of it, without its name in front. */
  readonly told: RegExp;
  readonly passes: boolean;
  readonly remedy?: Remedy;
}

const RESOURCES: Remedy = { kind: 'changeDescription', field: 'resources' };

const ROWS: readonly Row[] = [
  {
    what: 'an image that the registry does not have',
    pod: () => podOf({ image: imageNamed('missing') }),
    reason: 'ImagePullBackOff',
    told: /^image localhost:\d+\/weft\/missing:1 cannot be pulled: .*not found$/,
    passes: true,
    remedy: { kind: 'fixImage' },
  },
  {
    what: 'an image for which the cluster has no credentials',
    pod: () => podOf({ image: imageNamed('locked') }),
    reason: 'ImagePullUnauthorized',
    told: /^image localhost:\d+\/weft\/locked:1 cannot be pulled: .*(unauthorized|401)/i,
    passes: true,
    remedy: { kind: 'allowPull' },
  },
  {
    what: 'an image for machines of another kind',
    pod: () => podOf({ image: imageNamed('foreign') }),
    reason: 'ImagePlatformMissing',
    told: /^image localhost:\d+\/weft\/foreign:1 cannot be pulled: .*no match for platform/,
    passes: true,
    remedy: { kind: 'fixImage' },
  },
  {
    what: 'a chart in the place of an image',
    pod: () => podOf({ image: imageNamed('chart') }),
    reason: 'NotAnImage',
    told: /^image localhost:\d+\/weft\/chart:1 cannot be pulled: /,
    passes: true,
    remedy: { kind: 'fixImage' },
  },
  {
    what: 'a machine that the cluster does not have',
    pod: () => ({ ...podOf({}), nodeSelector: { 'weft.test/machine': 'none' } }),
    reason: 'Unschedulable',
    told: /^no node can run its pod: .*didn't match Pod's node affinity\/selector/,
    passes: true,
    remedy: RESOURCES,
  },
  {
    what: 'a claim of a class without a provisioner',
    pod: () => podOf({ volume: { persistentVolumeClaim: { claimName: UNPROVISIONED } } }),
    reason: 'VolumePending',
    told: /^volume claim unprovisioned has no volume: .*nobody\.example\.com/,
    passes: true,
    remedy: { kind: 'changeDescription', field: 'storageClass' },
  },
  {
    what: 'a quota that wants limits',
    namespace: LIMITED,
    pod: () => podOf({}),
    reason: 'LimitsRequired',
    told: /^its pod cannot be made: failed quota: quota: must specify limits\.memory/,
    passes: false,
    remedy: RESOURCES,
  },
  {
    what: 'a LimitRange with a minimum for containers',
    namespace: RANGED,
    pod: () => podOf({}),
    reason: 'LimitRangeViolation',
    told: /^its pod cannot be made: minimum memory usage per Container is 64Mi, but request is 16Mi/,
    passes: false,
    remedy: RESOURCES,
  },
  {
    what: 'a webhook that denies its pod',
    namespace: HOOKED,
    pod: () => podOf({}),
    reason: 'AdmissionDenied',
    told: /^its pod cannot be made: admission webhook "images\.example\.com" denied the request: images are taken from our registry only/,
    passes: false,
    remedy: { kind: 'satisfyPolicy' },
  },
  {
    what: 'a webhook that does not answer',
    namespace: SILENT,
    pod: () => podOf({}),
    reason: 'ReplicaFailure',
    told: /^its pod cannot be made: .*failed calling webhook "images\.example\.com": .*connection refused/,
    passes: true,
  },
  {
    what: 'a policy that wants another user id',
    namespace: POLICED,
    pod: () => podOf({}),
    reason: 'AdmissionDenied',
    told: /^its pod cannot be made: .*denied request: pods run as users from 10000 on/,
    passes: false,
    remedy: { kind: 'satisfyPolicy' },
  },
  {
    what: 'a volume that is full',
    pod: () => podOf({ shell: 'cat /dev/zero > /data/file' }),
    reason: 'VolumeFull',
    told: /^container main ended with exit code 1.* Its log ends with: .*No space left on device/is,
    passes: true,
    remedy: { kind: 'changeDescription', field: 'storage' },
  },
  {
    what: 'a disk that may not be written to',
    pod: () => podOf({ shell: 'echo x > /chaincode.log' }),
    reason: 'CrashLoopBackOff',
    told: /^container main ended with exit code \d+.* Its log ends with: .*Read-only file system/is,
    passes: true,
  },
  {
    what: 'a process that ends with the cause in its log',
    pod: () => podOf({ shell: 'echo "panic: no MSP at /nowhere" >&2; exit 2' }),
    reason: 'CrashLoopBackOff',
    told: /^container main ended with exit code 2.* Its log ends with: panic: no MSP at \/nowhere$/,
    passes: true,
  },
];

describe.concurrent('a node is explained that waits for', () => {
  test.each(ROWS)('$what', async ({ what, namespace = NAMESPACE, pod, reason, told, passes, remedy }) => {
    const name = what.toLowerCase().replaceAll(/\W+/g, '-');
    const began = performance.now();
    await deploy(namespace, name, pod());
    const seen = await explained(namespace, name);
    expect(seen).toMatchObject({ reason, passes });
    expect(seen.message.replace(`${name}: `, '')).toMatch(told);
    expect(seen.message.startsWith(`${name}: `)).toBe(true);
    expect(seen.remedy).toEqual(remedy);
    expect(performance.now() - began).toBeLessThan(SOON_MS);
  });
});

describe('an object is explained that the cluster refuses', () => {
  test('since a LimitRange has a minimum for claims', async () => {
    await expect(applied(claimOf(RANGED))).rejects.toMatchObject({
      type: 'AdmissionDenied',
      nonRetryable: true,
      message: expect.stringMatching(
        /PersistentVolumeClaim small .*minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Mi/,
      ) as string,
      details: [{ remedy: { kind: 'changeDescription', field: 'storage' } }],
    });
  });

  test('since its quota of claims is used up', async () => {
    await expect(applied(claimOf(COUNTED))).rejects.toMatchObject({
      type: 'QuotaExceeded',
      nonRetryable: false,
      message: expect.stringMatching(
        /PersistentVolumeClaim small .*exceeded quota: quota, .*limited: persistentvolumeclaims=0/,
      ) as string,
    });
  });
});

interface Explanation extends RolloutWaiting {
  readonly passes: boolean;
  readonly remedy: Remedy | undefined;
}

/** What is told while a process starts, or has not ended yet: it is no reason. */
const NOT_YET: readonly RolloutWaiting['reason'][] = ['RollingOut', 'Unready'];

/** What is told first of a rollout that does not get on, whether it is awaited further or not. */
async function explained(namespace: string, name: string): Promise<Explanation> {
  const found = new AbortController();
  let told: RolloutWaiting | undefined;
  const end: unknown = await awaitRollout(
    cluster,
    { namespace, name, timeoutSeconds: 60 },
    {
      signal: found.signal,
      onWaiting: (waiting) => {
        if (NOT_YET.includes(waiting.reason)) return;
        told = waiting;
        found.abort();
      },
    },
  ).catch((error: unknown) => error);
  if (told !== undefined) return { ...told, passes: true, remedy: remedyOfReason(told.reason) };
  if (!(end instanceof RolloutFailed)) throw new Error(`The rollout of ${name} was not explained.`, { cause: end });
  const failure = asFailure(end);
  const [remedy] = remediesOf(failure.details ?? []);
  return { reason: end.reason, message: end.message, passes: end.retryable, remedy };
}

interface PodSettings {
  readonly image?: string;
  readonly shell?: string;
  readonly volume?: object;
}

/** The spec of a pod, as Weft makes them: as a user of its own, on a root that is not written to, with a small volume. */
function podOf({ image, shell, volume = SMALL_VOLUME }: PodSettings): object {
  return {
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 1000 },
    containers: [
      {
        ...{ name: 'main', image: image ?? pauseImage },
        ...(shell === undefined ? {} : { command: ['/bin/sh', '-c', shell] }),
        // A process that ends at once would be ready for a moment.
        ...(shell === undefined ? {} : { readinessProbe: { exec: { command: ['/bin/false'] }, periodSeconds: 1 } }),
        resources: { requests: { memory: '16Mi' } },
        securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
        volumeMounts: [{ name: 'data', mountPath: '/data' }, ...(shell === undefined ? [] : MACHINE_MOUNTS)],
      },
    ],
    volumes: [{ name: 'data', ...volume }, ...(shell === undefined ? [] : MACHINE_VOLUMES)],
  };
}

const SMALL_VOLUME = { emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };

/** Programs of this machine, which pods see by the folders of the node: there is no image with a shell. */
const MACHINE = [...new Set(['/usr', '/bin', '/lib', '/lib64', ROOT, dirname(realpathSync(process.execPath))])]
  .filter((path) => existsSync(path))
  .map((path, index) => ({ name: `machine-${String(index)}`, path }));
const MACHINE_VOLUMES = MACHINE.map(({ name, path }) => ({ name, hostPath: { path } }));
const MACHINE_MOUNTS = MACHINE.map(({ name, path }) => ({ name, mountPath: path, readOnly: true }));

function imageNamed(name: string): string {
  return `localhost:${String(REGISTRY_PORT)}/weft/${name}:1`;
}

/** Starts the registry of images that cannot be used, and the webhook that denies. */
async function startNodeServices(key: string, certificate: string): Promise<void> {
  const settings = { REGISTRY_PORT, WEBHOOK_PORT, WEBHOOK_KEY: key, WEBHOOK_CERTIFICATE: certificate };
  await deploy(NAMESPACE, 'node-services', {
    hostNetwork: true,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        ...{ name: 'main', image: pauseImage, volumeMounts: MACHINE_MOUNTS },
        command: [realpathSync(process.execPath), join(import.meta.dirname, 'node-services.ts')],
        env: Object.entries(settings).map(([name, value]) => ({ name, value: String(value) })),
        readinessProbe: { tcpSocket: { port: WEBHOOK_PORT }, periodSeconds: 1 },
      },
    ],
    volumes: MACHINE_VOLUMES,
  });
  const target = { namespace: NAMESPACE, name: 'node-services', timeoutSeconds: 60 };
  await awaitRollout(cluster, target, { signal: AbortSignal.timeout(90_000) });
}

async function deploy(namespace: string, name: string, pod: object): Promise<void> {
  const labels = { app: name };
  await applyForeign(cluster, `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod },
    },
  });
}

function quota(namespace: string, hard: Readonly<Record<string, string>>): Promise<void> {
  return applyForeign(cluster, `/api/v1/namespaces/${namespace}/resourcequotas`, {
    ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota', namespace } },
    spec: { hard },
  });
}

function claimOf(namespace: string, name = 'small', storageClassName?: string): KubernetesObject & ForeignObject {
  const labels = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': NETWORK };
  return {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace, labels } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Mi' } },
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  };
}

/** Applies an object as a step does, and fails as a step would. */
async function applied(object: KubernetesObject): Promise<void> {
  try {
    await apply(cluster, object, { network: NETWORK });
  } catch (error) {
    throw asFailure(error);
  }
}

async function untilPodsAreRefused(namespace: string): Promise<void> {
  const pod = { ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', namespace } }, spec: podOf({}) };
  await eventually(async () => {
    const tried = cluster.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { dryRun: 'All' },
      body: pod,
      purpose: 'try a pod',
    });
    const isAllowed = await tried.then(
      () => true,
      () => false,
    );
    if (isAllowed) throw new Error(`A pod is still allowed in ${namespace}.`);
  }, REFUSED_MS);
}

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createServer } from 'node:net';
import { once } from 'node:events';

import { CoreV1Api, Exec, KubeConfig, KubernetesObjectApi, PortForward } from '@kubernetes/client-node';

/** A fabric-ca-server with its home on a volume: it writes keys, answers HTTP, and its image has a client as well. */
export const workload = { namespace: 'workload', name: 'ca', port: 7054 } as const;

export interface Workload {
  deploy(): Promise<void>;
  /** Resolves when the pod has been started at or after a moment, and is ready. */
  awaitReady(since: Date): Promise<void>;
  /** @returns stdout and stderr of a command in the pod */
  exec(...command: string[]): Promise<string>;
  logs(): Promise<string>;
  /** @returns the body of GET /cainfo through a forwarded port */
  caInfo(): Promise<string>;
}

export function workloadOn(kubeconfig: string): Workload {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const { namespace, name, port } = workload;
  const podName = async (): Promise<string> => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` });
    const pod = items.find(({ metadata }) => metadata?.deletionTimestamp === undefined)?.metadata?.name;
    if (pod === undefined) throw new Error('the workload has no pod');
    return pod;
  };
  return {
    deploy: async () => {
      for (const object of manifests()) await objects.create(object);
    },
    awaitReady: async (since) => {
      for (;;) {
        const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` });
        const isReady = items.some(
          ({ status }) =>
            status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true &&
            status.containerStatuses?.every(
              ({ state }) => (state?.running?.startedAt?.getTime() ?? 0) >= Math.floor(since.getTime() / 1_000) * 1_000,
            ) === true,
        );
        if (isReady) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    exec: async (...command) => {
      const output = new PassThrough();
      const socket = await new Exec(config).exec(
        namespace,
        await podName(),
        name,
        command,
        output,
        output,
        null,
        false,
      );
      socket.on('close', () => output.end());
      return text(output);
    },
    logs: async () => core.readNamespacedPodLog({ namespace, name: await podName() }),
    caInfo: async () => {
      const forward = new PortForward(config);
      const pod = await podName();
      const server = createServer((socket) => void forward.portForward(namespace, pod, [port], socket, null, socket));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the server has no port');
      try {
        const answer = await fetch(`http://127.0.0.1:${address.port}/cainfo`, { headers: { connection: 'close' } });
        return await answer.text();
      } finally {
        server.close();
      }
    },
  };
}

const labels = { app: workload.name };

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly spec?: unknown;
}

function manifests(): Manifest[] {
  const { namespace, name, port } = workload;
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    manifest('v1', 'PersistentVolumeClaim', {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '100Mi' } },
    }),
    manifest('v1', 'Service', { selector: labels, ports: [{ port, targetPort: port }] }),
    manifest('apps/v1', 'Deployment', {
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 2,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 10_001,
            runAsGroup: 10_001,
            fsGroup: 10_001,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name,
              image: 'ghcr.io/hyperledger/fabric-ca:1.5.21',
              command: ['fabric-ca-server', 'start', '--boot', 'admin:only-a-test'],
              env: [{ name: 'FABRIC_CA_HOME', value: '/home/ca' }],
              readinessProbe: { httpGet: { path: '/cainfo', port }, periodSeconds: 1 },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [
                { name: 'home', mountPath: '/home/ca' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'home', persistentVolumeClaim: { claimName: name } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    }),
  ];
}

function manifest(apiVersion: string, kind: string, spec: unknown): Manifest {
  return { apiVersion, kind, metadata: { name: workload.name, namespace: workload.namespace }, spec };
}

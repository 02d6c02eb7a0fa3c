import { stringify } from 'yaml';

import { coreDnsImage } from '../artifacts/index.ts';
import type { Addresses } from './addresses.ts';
import type { ApiClient, AppliedObject } from './api-client.ts';
import { clusterDomain, dnsServiceAddress, imageRegistry } from './cluster-network.ts';
import { provisionerName } from './components.ts';

/** What a bare Kubernetes lacks to be of use: DNS, and volumes for claims. */
export async function applyAddons(api: ApiClient, addresses: Addresses, registry: string): Promise<void> {
  await Promise.all(addonsOf(addresses, registry).map(([collection, object]) => api.apply(collection, object)));
}

const coreCollection = '/api/v1/namespaces/kube-system';
const rbacCollection = '/apis/rbac.authorization.k8s.io/v1';

type Addon = readonly [collection: string, object: AppliedObject];

/**
 * @param registry - `host:port` at which this machine reaches the node's registry.
 * @returns the objects with the paths of their collections
 */
function addonsOf(addresses: Addresses, registry: string): readonly Addon[] {
  return [...dnsObjects(addresses), ...storageObjects(), registryHosting(registry)];
}

export const storageClass = { collection: '/apis/storage.k8s.io/v1/storageclasses', name: 'weft' } as const;

/** Below 1024 CoreDNS would need a capability; the Service listens on DNS' own port. */
const dnsPort = 1_053;
const dnsReadyPort = 8_181;
const dnsLabels = { 'k8s-app': 'kube-dns' };

/** Path of the list of CoreDNS' pods. */
export const dnsPods = `${coreCollection}/pods?labelSelector=k8s-app%3Dkube-dns`;

function dnsObjects(addresses: Addresses): Addon[] {
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  return [
    [`${coreCollection}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }],
    [
      `${coreCollection}/configmaps`,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile(addresses) } },
    ],
    [
      `${coreCollection}/services`,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kube-dns', namespace: 'kube-system', labels: dnsLabels },
        spec: {
          clusterIP: dnsServiceAddress,
          selector: dnsLabels,
          ports: ['UDP', 'TCP'].map((protocol) => ({
            name: `dns-${protocol.toLowerCase()}`,
            port: 53,
            targetPort: dnsPort,
            protocol,
          })),
        },
      },
    ],
    ...clusterRole('weft:coredns', 'ServiceAccount', 'coredns', [
      { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]),
    ['/apis/apps/v1/namespaces/kube-system/deployments', dnsDeployment(metadata)],
  ];
}

/**
 * No cache: answers come from memory anyway, and a name that is asked for before its Service is there must not stay unknown.
 * No forward: nothing leads out of the node. `host.docker.internal` is the machine, as in Docker's own networks.
 */
function corefile({ host }: Addresses): string {
  return `.:${dnsPort} {
    errors
    ready :${dnsReadyPort}
    hosts {
        ${host} host.docker.internal
        ttl 60
        fallthrough
    }
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
    }
}
`;
}

function dnsDeployment(metadata: AppliedObject['metadata']): AppliedObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: dnsLabels },
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels: dnsLabels },
        spec: {
          serviceAccountName: 'coredns',
          priorityClassName: 'system-cluster-critical',
          dnsPolicy: 'Default',
          terminationGracePeriodSeconds: 1,
          securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'coredns',
              image: coreDnsImage,
              imagePullPolicy: 'IfNotPresent',
              args: ['-conf', '/etc/coredns/Corefile'],
              ports: ['UDP', 'TCP'].map((protocol) => ({
                name: `dns-${protocol.toLowerCase()}`,
                containerPort: dnsPort,
                protocol,
              })),
              readinessProbe: { httpGet: { path: '/ready', port: dnsReadyPort }, periodSeconds: 1 },
              resources: { requests: { cpu: '10m', memory: '30Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
        },
      },
    },
  };
}

function storageObjects(): Addon[] {
  return [
    [
      storageClass.collection,
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: storageClass.name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: provisionerName,
        reclaimPolicy: 'Delete',
        // There is one node: a volume need not wait to know where its pod will run.
        volumeBindingMode: 'Immediate',
      },
    ],
    ...clusterRole('weft:storage-provisioner', 'User', 'weft:storage-provisioner', [
      {
        apiGroups: [''],
        resources: ['persistentvolumes'],
        verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
      },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'watch', 'update'] },
      { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
    ]),
  ];
}

/** How tools like Tilt and Skaffold find a local registry by themselves: KEP-1755. Pods do not reach it, and so have no address of it. */
function registryHosting(registry: string): Addon {
  return [
    '/api/v1/namespaces/kube-public/configmaps',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'local-registry-hosting', namespace: 'kube-public' },
      data: {
        'localRegistryHosting.v1': stringify({
          host: registry,
          hostFromContainerRuntime: imageRegistry,
        }),
      },
    },
  ];
}

/** @returns a cluster role and what binds it to one user or service account of kube-system */
function clusterRole(
  name: string,
  subjectKind: 'User' | 'ServiceAccount',
  subject: string,
  rules: readonly unknown[],
): Addon[] {
  const subjects =
    subjectKind === 'User'
      ? [{ kind: 'User', name: subject, apiGroup: 'rbac.authorization.k8s.io' }]
      : [{ kind: 'ServiceAccount', name: subject, namespace: 'kube-system' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    [`${rbacCollection}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata: { name }, rules }],
    [
      `${rbacCollection}/clusterrolebindings`,
      { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, subjects, roleRef },
    ],
  ];
}

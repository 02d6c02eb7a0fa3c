import { join } from 'node:path';

import type { InstanceFiles } from '../files.ts';
import type { Addresses } from './addresses.ts';
import type { SandboxComponent, Probe } from './sandbox/configuration.ts';
import { clusterDomain, ports, serviceRange } from './cluster-network.ts';
import type { NodePrograms } from './programs.ts';
import { containerdSocket } from './programs.ts';

export interface NodeContext {
  readonly nodeName: string;
  readonly addresses: Addresses;
  readonly files: InstanceFiles;
  readonly programs: NodePrograms;
}

/**
 * The processes of a node, in the order in which a person would start them. What they all have in common: leader
 * election is off (there is one of each), client-side throttling is out of the way (its defaults of 5 to 50 requests a
 * second are for clusters of thousands of nodes, and would be most of a small network's start), and logs are terse.
 */
export function nodeComponents(context: NodeContext): SandboxComponent[] {
  return [
    containerd(context),
    etcd(context),
    apiServer(context),
    controllerManager(context),
    scheduler(context),
    kubelet(context),
    kubeProxy(context),
    storageProvisioner(context),
    registry(context),
  ];
}

const apiServerName = 'kube-apiserver';

/** Name of the registry's process in the node, and in the platform's status. */
export const registryName = 'registry';

/** Named by the storage class and by the process that answers it. */
export const provisionerName = 'weft.dev/directory';

/** Requests a second that a component may send; never reached in practice. */
const clientLimits = ['--kube-api-qps=500', '--kube-api-burst=1000'];

function containerd({ files, programs }: NodeContext): SandboxComponent {
  return {
    name: 'containerd',
    command: [programs.containerd, '--config', join(files.config, 'containerd.toml')],
    after: [],
    probe: { type: 'socket', path: containerdSocket },
  };
}

function etcd({ files, programs, nodeName }: NodeContext): SandboxComponent {
  const clientUrl = `http://127.0.0.1:${ports.etcd}`;
  const peerUrl = `http://127.0.0.1:${ports.etcdPeers}`;
  return {
    name: 'etcd',
    command: [
      programs.etcd,
      `--name=${nodeName}`,
      `--data-dir=${files.etcd}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=${nodeName}=${peerUrl}`,
      // Data survives any end of a process without it; only a power failure could lose the last writes.
      '--unsafe-no-fsync',
      '--auto-compaction-mode=periodic',
      '--auto-compaction-retention=30m',
      '--log-level=warn',
    ],
    after: [],
    probe: { type: 'http', url: `${clientUrl}/readyz` },
  };
}

function apiServer({ files, programs, addresses }: NodeContext): SandboxComponent {
  const pki = (file: string): string => join(files.pki, file);
  return {
    name: apiServerName,
    command: [
      programs.kubeApiServer,
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      `--bind-address=${addresses.node}`,
      `--advertise-address=${addresses.node}`,
      `--secure-port=${ports.apiServer}`,
      `--service-cluster-ip-range=${serviceRange}`,
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--anonymous-auth=false',
      `--client-ca-file=${pki('ca.crt')}`,
      `--tls-cert-file=${pki('apiserver.crt')}`,
      `--tls-private-key-file=${pki('apiserver.key')}`,
      `--service-account-issuer=https://kubernetes.default.svc.${clusterDomain}`,
      `--service-account-key-file=${pki('service-account.pub')}`,
      `--service-account-signing-key-file=${pki('service-account.key')}`,
      `--kubelet-certificate-authority=${pki('ca.crt')}`,
      `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
      `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
      // Else exec, logs and port-forward look the node's name up in DNS, which does not know it.
      '--kubelet-preferred-address-types=InternalIP',
      '--profiling=false',
      '--v=0',
    ],
    after: ['etcd'],
    // Not /readyz: the others can connect while the last of its start-up hooks (roles, priorities) are at work.
    probe: apiProbe(files, `https://${addresses.node}:${ports.apiServer}/livez`),
  };
}

function controllerManager({ files, programs, addresses }: NodeContext): SandboxComponent {
  const pki = (file: string): string => join(files.pki, file);
  return {
    name: 'kube-controller-manager',
    command: [
      programs.kubeControllerManager,
      `--kubeconfig=${join(files.config, 'controller-manager.kubeconfig')}`,
      `--authentication-kubeconfig=${join(files.config, 'controller-manager.kubeconfig')}`,
      `--authorization-kubeconfig=${join(files.config, 'controller-manager.kubeconfig')}`,
      '--authentication-skip-lookup',
      `--client-ca-file=${pki('ca.crt')}`,
      `--bind-address=${addresses.node}`,
      `--tls-cert-file=${pki('controller-manager-serving.crt')}`,
      `--tls-private-key-file=${pki('controller-manager-serving.key')}`,
      `--root-ca-file=${pki('ca.crt')}`,
      `--cluster-signing-cert-file=${pki('ca.crt')}`,
      `--cluster-signing-key-file=${pki('ca.key')}`,
      `--service-account-private-key-file=${pki('service-account.key')}`,
      '--use-service-account-credentials',
      '--leader-elect=false',
      '--profiling=false',
      ...clientLimits,
      '--v=0',
    ],
    after: [apiServerName],
    probe: apiProbe(files, `https://${addresses.node}:${ports.controllerManager}/healthz`),
  };
}

function scheduler({ files, programs, addresses }: NodeContext): SandboxComponent {
  return {
    name: 'kube-scheduler',
    command: [
      programs.kubeScheduler,
      `--kubeconfig=${join(files.config, 'scheduler.kubeconfig')}`,
      `--authentication-kubeconfig=${join(files.config, 'scheduler.kubeconfig')}`,
      `--authorization-kubeconfig=${join(files.config, 'scheduler.kubeconfig')}`,
      '--authentication-skip-lookup',
      `--client-ca-file=${join(files.pki, 'ca.crt')}`,
      `--bind-address=${addresses.node}`,
      `--tls-cert-file=${join(files.pki, 'scheduler-serving.crt')}`,
      `--tls-private-key-file=${join(files.pki, 'scheduler-serving.key')}`,
      '--leader-elect=false',
      '--profiling=false',
      ...clientLimits,
      '--v=0',
    ],
    after: [apiServerName],
    probe: apiProbe(files, `https://${addresses.node}:${ports.scheduler}/healthz`),
  };
}

function kubelet({ files, programs, nodeName, addresses }: NodeContext): SandboxComponent {
  return {
    name: 'kubelet',
    command: [
      programs.kubelet,
      `--config=${join(files.config, 'kubelet.yaml')}`,
      `--kubeconfig=${join(files.config, 'kubelet.kubeconfig')}`,
      `--root-dir=${files.kubelet}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${addresses.node}`,
      '--v=0',
    ],
    after: ['containerd', apiServerName],
    probe: { type: 'http', url: `http://127.0.0.1:${ports.kubeletHealth}/healthz` },
  };
}

function kubeProxy({ files, programs, nodeName }: NodeContext): SandboxComponent {
  return {
    name: 'kube-proxy',
    command: [
      programs.kubeProxy,
      `--config=${join(files.config, 'kube-proxy.yaml')}`,
      `--hostname-override=${nodeName}`,
      '--v=0',
    ],
    after: [apiServerName],
    probe: { type: 'http', url: `http://127.0.0.1:${ports.kubeProxyHealth}/healthz` },
  };
}

function storageProvisioner({ files, programs, nodeName }: NodeContext): SandboxComponent {
  return {
    name: 'storage-provisioner',
    command: [
      programs.storageProvisioner,
      `--kubeconfig=${join(files.config, 'storage-provisioner.kubeconfig')}`,
      `--directory=${files.volumes}`,
      `--node=${nodeName}`,
      `--provisioner-name=${provisionerName}`,
    ],
    after: [apiServerName],
  };
}

/** It shares the node's loopback, where containerd expects plain HTTP: pods get localhost:5000/… from it without a setting. */
function registry({ files, programs }: NodeContext): SandboxComponent {
  return {
    name: registryName,
    command: [programs.registry, 'serve', join(files.config, 'registry.yaml')],
    after: [],
    probe: { type: 'http', url: `http://127.0.0.1:${ports.registry}/v2/` },
  };
}

function apiProbe(files: InstanceFiles, url: string): Probe {
  return {
    type: 'https',
    url,
    authority: join(files.pki, 'ca.crt'),
    certificate: join(files.pki, 'admin.crt'),
    key: join(files.pki, 'admin.key'),
  };
}

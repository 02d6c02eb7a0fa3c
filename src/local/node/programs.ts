import { PlatformError } from '../failure.ts';
import { findCommand } from '../artifacts/find-command.ts';
import type { Artifacts } from '../artifacts/index.ts';

/** Absolute paths of what a node consists of. */
export interface NodePrograms {
  readonly containerd: string;
  readonly runc: string;
  readonly iptables: string;
  readonly cniPlugins: string;
  readonly etcd: string;
  readonly kubeApiServer: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kubelet: string;
  readonly kubeProxy: string;
  readonly storageProvisioner: string;
  readonly registry: string;
}

export function nodePrograms(artifacts: Artifacts): NodePrograms {
  return {
    containerd: systemProgram('containerd'),
    runc: systemProgram('runc'),
    iptables: systemProgram('iptables'),
    cniPlugins: artifacts.cniPlugins,
    etcd: artifacts.path('etcd'),
    kubeApiServer: artifacts.path('kube-apiserver'),
    kubeControllerManager: artifacts.path('kube-controller-manager'),
    kubeScheduler: artifacts.path('kube-scheduler'),
    kubelet: artifacts.path('kubelet'),
    kubeProxy: artifacts.path('kube-proxy'),
    storageProvisioner: artifacts.path('storage-provisioner'),
    registry: artifacts.path('registry'),
  };
}

/** @returns the version of a program in the cache, whose folder is named `<version>-<key>`; undefined for the system's own */
export function versionOf(path: string): string | undefined {
  // The provisioner has no version of its own: its folder has CoreDNS'.
  if (path.endsWith('/storage-provisioner')) return undefined;
  return /\/([^/]+)-[0-9a-f]{12}\/bin\/[^/]+$/.exec(path)?.[1];
}

function systemProgram(name: string): string {
  const path = findCommand(name);
  if (path === undefined)
    throw new PlatformError(
      `The program ${name} is not on this machine.\nRun weft local start as root, which installs it.`,
    );
  return path;
}

/** What a node's processes find programs by: containerd its shim, the CNI plugins and kube-proxy iptables. */
export function searchPath(env: NodeJS.ProcessEnv = process.env): string {
  return [
    ...(env['PATH'] ?? '').split(':').filter(Boolean),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ].join(':');
}

/** Below /run of the sandbox, which is a file system of its own in memory: what containerd keeps there must not outlive it. */
export const containerdSocket = '/run/containerd/containerd.sock';
export const containerdState = '/run/containerd';
export const cniDirectory = '/run/cni';

import { PlatformError } from '../failure.ts';
import { findCommand } from '../parts/commands.ts';
import type { Parts } from '../parts/index.ts';

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

export function nodePrograms(parts: Parts): NodePrograms {
  return {
    containerd: systemProgram('containerd'),
    runc: systemProgram('runc'),
    iptables: systemProgram('iptables'),
    cniPlugins: parts.cniPlugins,
    etcd: parts.path('etcd'),
    kubeApiServer: parts.path('kube-apiserver'),
    kubeControllerManager: parts.path('kube-controller-manager'),
    kubeScheduler: parts.path('kube-scheduler'),
    kubelet: parts.path('kubelet'),
    kubeProxy: parts.path('kube-proxy'),
    storageProvisioner: parts.path('storage-provisioner'),
    registry: parts.path('registry'),
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

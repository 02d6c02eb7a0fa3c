import { mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { writePrivateFile } from '../files.ts';
import type { Instance } from '../instance.ts';
import { pauseImage } from '../artifacts/index.ts';
import { clusterDomain, dnsServiceAddress, podRange, ports } from './cluster-network.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import type { NodeContext } from './components.ts';
import type { CertificateName } from './pki.ts';
import { cniDirectory, containerdSocket, containerdState } from './programs.ts';

/** @returns the configuration files of a node's processes, by their names in the instance's configuration folder */
export function nodeConfiguration(instance: Instance, context: NodeContext): Readonly<Record<string, string>> {
  return {
    'containerd.toml': containerdConfiguration(context),
    'cni/10-weft.conflist': JSON.stringify(cniConfiguration(), undefined, 2),
    'kubelet.yaml': stringify(kubeletConfiguration(instance, context)),
    'kube-proxy.yaml': stringify(kubeProxyConfiguration(context)),
    'registry.yaml': stringify(registryConfiguration(context)),
    // Pods use the cluster's DNS; those that ask for the node's find none, since nothing leads outside.
    'resolv.conf': '',
  };
}

/** Makes the folders of a node's data and writes the configuration and the kubeconfigs of its processes. */
export function writeNodeFiles(instance: Instance, context: NodeContext): void {
  const { files } = context;
  for (const directory of [files.etcd, files.containerd, files.kubelet, files.volumes, files.registry, files.logs]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  for (const [name, content] of Object.entries(nodeConfiguration(instance, context))) {
    writePrivateFile(join(files.config, name), content);
  }
  for (const name of ['controller-manager', 'scheduler', 'kubelet', 'kube-proxy', 'storage-provisioner'] as const) {
    writePrivateFile(join(files.config, `${name}.kubeconfig`), kubeconfigFor(name, 'node', context));
  }
  writePrivateFile(files.kubeconfig, kubeconfigFor('admin', instance.context, context));
}

function kubeconfigFor(name: CertificateName, contextName: string, { files, addresses }: NodeContext): string {
  const pem = (file: string): string => readFileSync(join(files.pki, file), 'utf8');
  return renderKubeconfig({
    context: contextName,
    server: `https://${addresses.node}:${ports.apiServer}`,
    authority: pem('ca.crt'),
    certificate: pem(`${name}.crt`),
    key: pem(`${name}.key`),
  });
}

/** Version 2 of containerd's configuration, which 1.6 and 1.7 use and 2.x still reads. */
function containerdConfiguration({ files, programs }: NodeContext): string {
  const quoted = (text: string): string => JSON.stringify(text);
  return `version = 2
root = ${quoted(files.containerd)}
state = ${quoted(containerdState)}

[grpc]
  address = ${quoted(containerdSocket)}

[debug]
  level = "warn"

[plugins."io.containerd.internal.v1.opt"]
  path = ${quoted(join(files.containerd, 'opt'))}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${quoted(pauseImage)}
  # Lowering a score needs CAP_SYS_RESOURCE, which a container or a hardened machine may not have.
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  stream_server_address = "127.0.0.1"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = ${quoted(programs.cniPlugins)}
  conf_dir = ${quoted(join(files.config, 'cni'))}

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = ${quoted(snapshotterFor(files.containerd))}
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  BinaryName = ${quoted(programs.runc)}
  SystemdCgroup = false
`;
}

/** statfs(2) */
const overlayFileSystem = 0x794c7630;

/** The kernel does not stack an overlay's changes on an overlay, which a data folder inside a container is on. */
function snapshotterFor(directory: string): string {
  return statfsSync(directory).type === overlayFileSystem ? 'native' : 'overlayfs';
}

/**
 * A link of its own and routes for each pod, no bridge: all traffic between pods is routed and so passes iptables, where
 * kube-proxy's Services live. A bridge would need the module br_netfilter, which changes how the machine's own bridges work.
 */
function cniConfiguration(): unknown {
  return {
    cniVersion: '0.4.0',
    name: 'weft',
    plugins: [
      {
        type: 'ptp',
        ipMasq: true,
        ipam: {
          type: 'host-local',
          // In memory: addresses of pods that a killed node left behind are free again.
          dataDir: cniDirectory,
          ranges: [[{ subnet: podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

function kubeletConfiguration(instance: Instance, { files }: NodeContext): unknown {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(files.pki, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(files.pki, 'kubelet-serving.crt'),
    tlsPrivateKeyFile: join(files.pki, 'kubelet-serving.key'),
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: instance.cgroup,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    // Tolerates what needs CAP_SYS_RESOURCE or would change the machine's sysctls.
    featureGates: { KubeletInUserNamespace: true },
    clusterDNS: [dnsServiceAddress],
    clusterDomain,
    resolvConf: join(files.config, 'resolv.conf'),
    podLogsDir: join(files.logs, 'pods'),
    volumePluginDir: join(files.kubelet, 'volume-plugins'),
    healthzBindAddress: '127.0.0.1',
    healthzPort: ports.kubeletHealth,
    seccompDefault: true,
    // A network has a dozen pods that start at once: nothing between kubelet and API server is to hold them up.
    kubeAPIQPS: 500,
    kubeAPIBurst: 1_000,
    eventRecordQPS: 0,
    registryPullQPS: 0,
    serializeImagePulls: false,
    // The images cannot be pulled again, and the disk is the user's: neither is for the kubelet to clean up.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
    },
    logging: { verbosity: 0 },
  };
}

function kubeProxyConfiguration({ files }: NodeContext): unknown {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: join(files.config, 'kube-proxy.kubeconfig'), qps: 500, burst: 1_000 },
    mode: 'iptables',
    clusterCIDR: podRange,
    healthzBindAddress: `127.0.0.1:${ports.kubeProxyHealth}`,
    metricsBindAddress: '127.0.0.1:10249',
    // At the default of 1 s a new Service would be reachable up to a second late; at that of 30 s one whose rules could not be
    // written at the first try, because a pod's network was being made, half a minute.
    iptables: { minSyncPeriod: '100ms', syncPeriod: '5s', localhostNodePorts: false },
    // These would set sysctls of the whole machine.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

function registryConfiguration({ files }: NodeContext): unknown {
  return {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: files.registry }, delete: { enabled: true } },
    http: {
      // On every IPv4 address of the node: containerd asks its loopback, this machine the node's end of the link. Pods are refused
      // by a rule (network.ts), which is about IPv4.
      addr: `0.0.0.0:${ports.registry}`,
      // An upload goes on at the address at which it came in, whatever name and port the registry has there.
      relativeurls: true,
    },
  };
}

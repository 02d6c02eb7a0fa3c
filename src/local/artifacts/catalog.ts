import type { GoArtifact } from './go-artifacts.ts';

/** Kubernetes 1.34 is the newest that runs on cgroup v1 and containerd 1.6 without special settings. */
const kubernetesVersion = '1.34.4';

export const fabricVersion = '2.5.9';
export const fabricCaVersion = '1.5.21';
export const coreDnsVersion = '1.14.7';

const kubernetes = {
  name: 'kubernetes',
  version: kubernetesVersion,
  programs: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    kubelet: 'k8s.io/kubernetes/cmd/kubelet',
    'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
  },
  variables: {
    'k8s.io/component-base/version.gitVersion': `v${kubernetesVersion}`,
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '34',
  },
} as const satisfies GoArtifact;

const etcd = {
  name: 'etcd',
  version: '3.6.14',
  programs: { etcd: 'go.etcd.io/etcd/server/v3' },
} as const satisfies GoArtifact;

/** What a cluster needs beside Kubernetes itself. Both programs share client-go, so that it is compiled once. */
export const addons = {
  name: 'addons',
  version: coreDnsVersion,
  programs: { coredns: './coredns', 'storage-provisioner': './storage-provisioner' },
} as const satisfies GoArtifact;

/** Built with file storage alone: the clients of three clouds would be more than half of its build. */
const registry = {
  name: 'registry',
  version: '3.1.2',
  programs: { registry: 'weft.dev/local/registry' },
} as const satisfies GoArtifact;

/** What every pod starts with, and the programs with which a volume is copied, which images with a distribution bring. */
export const node = {
  name: 'node',
  version: '1.0.0',
  programs: { pause: './pause', tar: './tar', sleep: './sleep', rm: './rm' },
} as const satisfies GoArtifact;

export const fabric = {
  name: 'fabric',
  version: fabricVersion,
  programs: {
    peer: 'github.com/hyperledger/fabric/cmd/peer',
    orderer: 'github.com/hyperledger/fabric/cmd/orderer',
    osnadmin: 'github.com/hyperledger/fabric/cmd/osnadmin',
    configtxgen: 'github.com/hyperledger/fabric/cmd/configtxgen',
    configtxlator: 'github.com/hyperledger/fabric/cmd/configtxlator',
  },
  variables: {
    'github.com/hyperledger/fabric/common/metadata.Version': fabricVersion,
    'github.com/hyperledger/fabric/common/metadata.CommitSHA': '7c38762',
  },
  samples: {
    module: 'github.com/hyperledger/fabric',
    folder: 'sampleconfig',
    files: ['core.yaml', 'orderer.yaml', 'configtx.yaml'],
  },
} as const satisfies GoArtifact;

/** Fabric's own builder is a module that has no release, so these three small programs are ours. */
export const ccaasBuilder = {
  name: 'ccaas-builder',
  version: '1.0.0',
  programs: { detect: './detect', build: './build', release: './release' },
} as const satisfies GoArtifact;

export const fabricCa = {
  name: 'fabric-ca',
  version: fabricCaVersion,
  programs: {
    'fabric-ca-server': 'github.com/hyperledger/fabric-ca/cmd/fabric-ca-server',
    'fabric-ca-client': 'github.com/hyperledger/fabric-ca/cmd/fabric-ca-client',
  },
  variables: { 'github.com/hyperledger/fabric-ca/lib/metadata.Version': fabricCaVersion },
  // SQLite is C code. Loading extensions and the C library's resolver do not work in a static program.
  cgo: true,
  tags: ['netgo', 'osusergo', 'sqlite_omit_load_extension'],
} as const satisfies GoArtifact;

/** All artifacts that are built with Go, quick ones first, so that trouble with the machine shows soon. */
export const goArtifacts = [node, ccaasBuilder, etcd, registry, fabricCa, fabric, addons, kubernetes] as const;

/** A program that the embedded platform, the activities or their tests run on this machine. */
export type BinaryName =
  | keyof typeof kubernetes.programs
  | keyof typeof etcd.programs
  | keyof typeof addons.programs
  | keyof typeof node.programs
  | keyof typeof registry.programs
  | keyof typeof fabric.programs
  | keyof typeof fabricCa.programs
  | 'temporal';

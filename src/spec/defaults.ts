import type { CertificateLifetimes, FabricRelease, NodeKind, Resources } from './network.ts';

/** The form of descriptions that this version of Weft reads and stores, named as Kubernetes names the versions of its own. */
export const API_VERSION = 'weft.dev/v1alpha1';

/** Which images run when the description does not say. */
export const DEFAULT_FABRIC: FabricRelease = {
  // The release that the Fabric test network on Kubernetes is built and tried with here.
  version: '2.5.0',
  // Fabric CA has version numbers of its own; 1.5 is the line that goes with Fabric 2.5 and 3.
  caVersion: '1.5.21',
  // Where the Fabric project publishes its images.
  registry: 'ghcr.io/hyperledger',
};

/** A day of test traffic fills a few MiB; 1Gi is what the Fabric test network claims. */
export const DEFAULT_STORAGE = '1Gi';

/** Kubernetes' own default of a Deployment's progressDeadlineSeconds, and so of `kubectl rollout status`. */
export const DEFAULT_ROLLOUT_TIMEOUT_SECONDS = 600;

/** What kubeadm, kind, k3s and the cloud providers call the domain of a cluster's Services. */
export const DEFAULT_CLUSTER_DOMAIN = 'cluster.local';

/** Fabric CA's own defaults, written out: 15 years for a root, one year for what it issues. TLS lives as long as identities, not 90 days. */
export const DEFAULT_LIFETIMES: CertificateLifetimes = { ca: '131400h', identity: '8760h', tls: '8760h' };

/**
 * What the scheduler reserves. Resident memory at rest was measured as 33 MB (CA), 32 MB (orderer) and 55 to 70 MB (peer); without a
 * request a pod is the first to be evicted. There are no default limits: a memory limit would kill a busy peer.
 */
export const DEFAULT_RESOURCES: Readonly<Record<NodeKind | 'certificateAuthority', Resources>> = {
  certificateAuthority: { requests: { cpu: '20m', memory: '64Mi' } },
  orderer: { requests: { cpu: '50m', memory: '64Mi' } },
  peer: { requests: { cpu: '50m', memory: '128Mi' } },
};

/** `org1` -> `Org1MSP`, `my-bank` -> `MyBankMSP`: the way that Fabric's samples form MSP IDs. */
export function defaultMspId(organization: string): string {
  const words = organization.split('-').filter((word) => word !== '');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}MSP`;
}

/** `org1` -> `org1.example.com`: example.com is reserved for examples (RFC 2606), so it is nobody's. */
export function defaultDomain(organization: string): string {
  return `${organization}.example.com`;
}

/** Name of the n-th node of a count, from 1: `peers: 2` means `peer1` and `peer2`. */
export function defaultNodeName(kind: NodeKind, position: number): string {
  return `${kind}${position}`;
}

import type {
  Batch,
  BftConsensus,
  CertificateLifetimes,
  ChannelPolicies,
  Collection,
  FabricRelease,
  NetworkPolicySettings,
  NodeKind,
  RaftConsensus,
  Resources,
} from './network.ts';
import { bytes } from './units.ts';

/** The form of descriptions that this version of Weft reads and stores, named as Kubernetes names the versions of its own. */
export const API_VERSION = 'weft.dev/v1alpha1';

/** Which images run when the description does not say. */
export const DEFAULT_FABRIC: FabricRelease = {
  // The release that Weft is tried with. Orderers older than 2.5.3 can stop for good when they restart (hyperledger/fabric#4199).
  version: '2.5.9',
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

/** As which user and group pods run: nobody else's, and the number of a peer's port. Fabric's images name root. */
export const DEFAULT_POD_USER = 7051;

/** Instead of a number: the platform gives each namespace users of its own, and refuses pods that name another. */
export const ASSIGNED_USER = 'assigned';

export const DEFAULT_NETWORK_POLICIES: Required<NetworkPolicySettings> = {
  // The label of the Deployment in kube/weft, in whichever namespace that was put.
  workers: [{ labels: { 'app.kubernetes.io/name': 'weft-worker' } }],
  // The label that the Prometheus operator and the community's chart give the pods of Prometheus.
  metrics: [{ labels: { 'app.kubernetes.io/name': 'prometheus' } }],
  // Where nodes of others answer as a rule: behind a load balancer, or behind an ingress controller in the same cluster, whose pods listen on 8443 as often as on
  // 443 since that takes no privilege; and at the ports of Fabric's samples and of Weft.
  externalPorts: [443, 6050, 7050, 7051, 8443],
};

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

/*
 * What a channel has when the description does not say: Fabric's own defaults, from sampleconfig/configtx.yaml of Fabric 2.5 and,
 * for BFT, of Fabric 3.1 (profile SampleAppChannelSmartBft).
 */

export const DEFAULT_BATCH: Batch = {
  timeout: '2s',
  maxMessageCount: 500,
  absoluteMaxBytes: '10 MB',
  preferredMaxBytes: '2 MB',
};

export const DEFAULT_RAFT: RaftConsensus = {
  type: 'raft',
  tickInterval: '500ms',
  electionTick: 10,
  heartbeatTick: 1,
  maxInflightBlocks: 5,
  snapshotIntervalSize: '16 MB',
};

/** The two sizes of a batch are those of the channel: orderers put these in anyway (orderer/consensus/smartbft/util.go, createSmartBftConfig). */
export function defaultBft(batch: Batch): BftConsensus {
  return {
    type: 'bft',
    requestBatchMaxCount: batch.maxMessageCount,
    requestBatchMaxInterval: '200ms',
    requestForwardTimeout: '5s',
    requestComplainTimeout: '20s',
    requestAutoRemoveTimeout: '3m0s',
    viewChangeResendInterval: '5s',
    viewChangeTimeout: '20s',
    leaderHeartbeatTimeout: '1m0s',
    collectTimeout: '1s',
    requestBatchMaxBytes: bytes(batch.absoluteMaxBytes),
    incomingMessageBufferSize: 200,
    requestPoolSize: 100_000,
    leaderHeartbeatCount: 10,
  };
}

export const DEFAULT_POLICIES: ChannelPolicies = {
  application: {
    readers: 'ANY Readers',
    writers: 'ANY Writers',
    admins: 'MAJORITY Admins',
    lifecycleEndorsement: 'MAJORITY Endorsement',
    endorsement: 'MAJORITY Endorsement',
  },
  orderer: {
    readers: 'ANY Readers',
    writers: 'ANY Writers',
    admins: 'MAJORITY Admins',
    blockValidation: 'ANY Writers',
  },
};

/*
 * Chaincodes.
 */

/** What Fabric takes itself for a definition without a policy (core/chaincode/lifecycle/lifecycle.go, DefaultEndorsementPolicyRef). */
export const DEFAULT_ENDORSEMENT_POLICY = '/Channel/Application/Endorsement';

/** One server for all peers of an organization: they run the same code, and each more is a pod more. */
export const DEFAULT_SERVER_PER = 'organization';

/**
 * Weft gives a server that it runs a certificate, and says to it whose it is to ask for. Of one that somebody else runs it knows neither what it shows nor
 * whether it speaks TLS: those that are looked at under a debugger do not.
 */
export const DEFAULT_TLS = { image: true, address: false } as const;

/** What the scheduler reserves for a chaincode: a server in Go holds about 20 MB at rest, one in Node about 60. No limits, as for peers. */
export const DEFAULT_CHAINCODE_RESOURCES: Resources = { requests: { cpu: '20m', memory: '64Mi' } };

/**
 * The counts are those that `peer` takes for a collection that does not say (internal/peer/chaincode/common.go,
 * getCollectionConfigFromBytes). Only members may read and write, as in Fabric's samples: who wants it otherwise says so.
 */
export const DEFAULT_COLLECTION: Omit<Collection, 'name' | 'policy' | 'endorsementPolicy'> = {
  requiredPeerCount: 0,
  maxPeerCount: 1,
  blockToLive: 0,
  memberOnlyRead: true,
  memberOnlyWrite: true,
};

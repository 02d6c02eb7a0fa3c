/**
 * A network description after completion: every default filled in, every short form expanded, nothing left to guess.
 * It is plain JSON, because it is also the argument of the workflow.
 */
export interface Network {
  readonly name: string;
  readonly fabric: FabricRelease;
  readonly kubernetes: KubernetesSettings;
  readonly certificates: CertificateLifetimes;
  readonly organizations: readonly Organization[];
}

/** Which Fabric runs, and where its images come from. */
export interface FabricRelease {
  /** Tag of the peer and orderer images, e.g. `2.5.0`. */
  readonly version: string;
  /** Tag of the CA image, e.g. `1.5.21`. */
  readonly caVersion: string;
  /** Registry and path in front of `fabric-peer`, e.g. `ghcr.io/hyperledger`. */
  readonly registry: string;
}

export interface KubernetesSettings {
  /** Namespace of every organization that does not name its own. */
  readonly namespace: string;
  /** Storage class of every volume; absent means the cluster's default class. */
  readonly storageClass?: string;
  /** How long one node may take to become ready before its rollout counts as failed, in seconds. */
  readonly rolloutTimeoutSeconds: number;
}

/** Lifetimes as Go durations in hours, the form that fabric-ca-server takes, e.g. `8760h`. */
export interface CertificateLifetimes {
  /** Root certificates of the enrollment CA and of the TLS CA. */
  readonly ca: string;
  /** Enrollment certificates (MSP identities). */
  readonly identity: string;
  /** TLS certificates, the CA's own endpoint included. */
  readonly tls: string;
}

export interface Organization {
  /** Prefix of everything that belongs to it, e.g. `org1`. */
  readonly name: string;
  readonly mspId: string;
  /** DNS domain, e.g. `org1.example.com`. */
  readonly domain: string;
  readonly namespace: string;
  readonly certificateAuthority: NodeSettings;
  readonly orderers: readonly NetworkNode[];
  readonly peers: readonly NetworkNode[];
}

/** What can be set for every pod that Weft runs. */
export interface NodeSettings {
  /** Size of its volume as a Kubernetes quantity, e.g. `1Gi`. */
  readonly storage: string;
  readonly storageClass?: string;
  /** Replaces the image that the Fabric release gives. */
  readonly image?: string;
  readonly resources: Resources;
  /** Environment variables on top of Weft's own (`CORE_…`, `ORDERER_…`, `FABRIC_CA_…`). Not for secrets: they stand in a ConfigMap. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Kubernetes resource requests and limits, e.g. `{ requests: { cpu: '50m' } }`. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/** An orderer or a peer. */
export interface NetworkNode extends NodeSettings {
  /** Name within its organization, e.g. `peer1`. */
  readonly name: string;
}

export type NodeKind = 'orderer' | 'peer';

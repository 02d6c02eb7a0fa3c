import type { ClusterLocation, Connection, ServiceTarget } from '../../kubernetes/index.ts';
import type { NodeEndpoint, SigningIdentity, PeerGateway } from '../../fabric/gateway/client.ts';

/** A cluster as the clients of its networks need it: they read what Weft wrote, and talk to nodes. */
export interface NetworkAccess {
  /**
   * The texts in a ConfigMap or a Secret.
   *
   * @returns undefined only if the cluster says for certain that there is none
   * @throws KubernetesError
   */
  read(kind: TextKind, namespace: string, name: string): Promise<Texts | undefined>;
  /**
   * All ConfigMaps of one network, or of every network, in all namespaces.
   *
   * @throws KubernetesError
   */
  configMaps(network?: string): Promise<readonly NetworkConfigMap[]>;
  /**
   * The identities of applications that a network has in a namespace, without their keys.
   *
   * @throws KubernetesError
   */
  applicationIdentities(network: string, namespace: string): Promise<readonly StoredIdentity[]>;
  /**
   * Opens a connection from this machine to a Service.
   *
   * @param options.localPort the port on this machine; a free one unless told
   * @param options.signal ends the opening
   * @throws KubernetesError; OperationFailure `TimedOut` when the signal is aborted before the connection is open
   */
  forward(target: ServiceTarget, options: ForwardOptions): Promise<Connection>;
  /** Nothing is sent before the first call. */
  gateway(endpoint: NodeEndpoint, identity: SigningIdentity): PeerGateway;
  close(): Promise<void>;
}

export type TextKind = 'ConfigMap' | 'Secret';

export type Texts = Readonly<Record<string, string>>;

export interface NetworkConfigMap {
  /** The network that it belongs to. */
  readonly network: string;
  readonly name: string;
  readonly namespace: string;
  readonly data: Texts;
  /** Why it is not what its name says: somebody made or copied it. Absent if it is. */
  readonly foreign?: string;
}

/** The identity of an application as its Secret has it. */
export interface StoredIdentity {
  readonly organization: string;
  /** Enrollment ID. */
  readonly name: string;
  /** What is public of its Secret. */
  readonly data: Texts;
}

export interface ForwardOptions {
  readonly localPort?: number;
  readonly signal: AbortSignal;
}

/** Gives access to a cluster; nothing is sent yet. @throws KubernetesError `misconfigured` if the kubeconfig cannot be used */
export type OpenNetworkAccess = (location: ClusterLocation) => Promise<NetworkAccess>;

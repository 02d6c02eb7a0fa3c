import type { KubernetesObject, ObjectKind, ObjectReference } from '../../kubernetes/client/objects.ts';
import type { ClusterLocation } from '../../kubernetes/index.ts';
import type { NodeVolume } from '../../kubernetes/volumes/volume-files.ts';
import type { NetworkAccess } from '../access/network-access.ts';
import type { ArchiveFile } from './archive.ts';

export type { NodeVolume };

/** A cluster as those need it who copy what a network has there, secrets included. */
export interface StateAccess extends Pick<NetworkAccess, 'configMaps' | 'read' | 'close'> {
  /** @returns undefined only if the cluster says for certain that there is none @throws KubernetesError */
  observe(reference: ObjectReference, signal: AbortSignal): Promise<KubernetesObject | undefined>;
  /** The objects of a kind that Weft made for a network in a namespace. @throws KubernetesError */
  list(kind: ObjectKind, network: string, namespace: string, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
  /** Makes an object that was just seen not to be there. @throws KubernetesError */
  create(object: KubernetesObject, network: string, signal: AbortSignal): Promise<void>;
  /** Lets `work` be done while a node's pod is gone; the node runs again afterwards, where it has a Deployment. */
  whileStopped<Result>(
    node: Pick<NodeVolume, 'network' | 'namespace' | 'node'>,
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** The files of a volume that nobody uses. @throws KubernetesError */
  readVolume(volume: NodeVolume, signal: AbortSignal): Promise<readonly ArchiveFile[]>;
  /** Writes files into a volume that nobody uses. @throws KubernetesError */
  writeVolume(volume: NodeVolume, files: readonly ArchiveFile[], signal: AbortSignal): Promise<void>;
}

/** Gives access to a cluster; nothing is sent yet. @throws KubernetesError `misconfigured` if the kubeconfig cannot be used */
export type OpenStateAccess = (location: ClusterLocation) => Promise<StateAccess>;

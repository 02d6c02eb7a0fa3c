import { setTimeout as wait } from 'node:timers/promises';

import {
  awaitGone,
  list,
  observe,
  ownedBy,
  withVolumeFiles,
  type Cluster,
  type KubernetesObject,
} from '../../../src/kubernetes/index.ts';
import { DEFAULT_POD_USER } from '../../../src/spec/index.ts';
import { collectionPath, objectPath } from '../../../src/kubernetes/client/paths.ts';

/** What a test takes away from a network that has one namespace of the same name, and puts back. */
export interface Losses {
  readonly reference: (kind: string, name: string) => KubernetesObject;
  /** An object that must be there. */
  readonly kept: (kind: string, name: string) => Promise<KubernetesObject>;
  readonly drop: (kind: string, name: string) => Promise<void>;
  /** Removes every object of a kind that Weft made, and awaits their end. */
  readonly dropAll: (kind: string) => Promise<void>;
  /** Puts an object back as a backup would. */
  readonly restore: (object: KubernetesObject) => Promise<void>;
  /** Stops a node, as an operator does who is to look after its volume. */
  readonly stop: (node: string) => Promise<void>;
  /** Stops a node and removes its volume with all that is in it. */
  readonly loseVolume: (node: string) => Promise<void>;
  /** Stops a node and copies its volume, which is then as it was today. The next `weft up` starts the node. */
  readonly copyVolume: (node: string) => Promise<VolumeState>;
  /** Stops a node and puts a volume of yesterday in the place of the one of today. */
  readonly returnVolume: (yesterday: VolumeState) => Promise<void>;
}

interface VolumeState {
  readonly node: string;
  readonly claim: KubernetesObject;
  /** A tar archive. */
  readonly files: Uint8Array;
}

/** Has the programs that copy a volume; those of orderers and peers on the embedded platform do not. */
const IMAGE = 'ghcr.io/hyperledger/fabric-ca:1.5.21';

const GONE_MS = 60_000;

export function lossesOf(cluster: Cluster, namespace: string): Losses {
  const gone = (object: KubernetesObject): Promise<void> => awaitGone(cluster, object, AbortSignal.timeout(GONE_MS));
  const reference = (kind: string, name: string): KubernetesObject => ({
    ...kindOf(kind),
    metadata: { namespace, name },
  });
  const kept = async (kind: string, name: string): Promise<KubernetesObject> => {
    const object = await observe(cluster, reference(kind, name));
    if (object === undefined) throw new Error(`There is no ${kind} ${name}.`);
    return object;
  };
  const drop = async (kind: string, name: string): Promise<void> => {
    const path = objectPath(reference(kind, name));
    await cluster.request({ method: 'DELETE', path, purpose: `delete ${kind} ${name}` });
    await gone(reference(kind, name));
  };
  const restore = async (object: KubernetesObject): Promise<void> => {
    // Annotations are the controllers' own: those of a claim bind it to the volume that is gone.
    const { name, namespace: own, labels } = object.metadata;
    await cluster.request({
      method: 'POST',
      path: collectionPath(object, own),
      body: { ...object, metadata: { name, namespace: own, labels }, status: undefined },
      purpose: `restore ${object.kind} ${name}`,
    });
  };
  const stop = async (node: string): Promise<void> => {
    await cluster.request({
      method: 'PATCH',
      path: `${objectPath(reference('Deployment', node))}/scale`,
      body: { spec: { replicas: 0 } },
      contentType: 'application/merge-patch+json',
      purpose: `stop ${node}`,
    });
    const labelSelector = `weft.dev/node=${node}`;
    const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector });
    await Promise.all(pods.map(gone));
  };
  const loseVolume = async (node: string): Promise<void> => {
    await stop(node);
    await drop('PersistentVolumeClaim', node);
  };
  const volumeOf = (node: string): Parameters<typeof withVolumeFiles>[1] => ({
    ...{ network: namespace, namespace, organization: node.replace(/-.*/, ''), node, image: IMAGE },
    ...{ user: DEFAULT_POD_USER, imagePullSecrets: [] },
  });
  return {
    ...{ reference, kept, drop, restore, stop, loseVolume },
    dropAll: async (kind) => {
      const objects = await list(cluster, kindOf(kind), { namespace, labelSelector: ownedBy(namespace) });
      for (const { metadata } of objects) await drop(kind, metadata.name);
      if (kind !== 'Deployment') return;
      // The pods of a Deployment go after it.
      while ((await list(cluster, kindOf('Pod'), { namespace })).length > 0) await wait(250);
    },
    copyVolume: async (node) => {
      await stop(node);
      const claim = await kept('PersistentVolumeClaim', node);
      const signal = AbortSignal.timeout(GONE_MS);
      const files = await withVolumeFiles(cluster, volumeOf(node), signal, (volume) => volume.read());
      return { node, claim, files };
    },
    returnVolume: async ({ node, claim, files }) => {
      await loseVolume(node);
      const { apiVersion, kind, metadata } = claim;
      const { accessModes, resources, storageClassName } = claim['spec'] as Readonly<Record<string, unknown>>;
      await restore({ apiVersion, kind, metadata, spec: { accessModes, resources, storageClassName } });
      await withVolumeFiles(cluster, volumeOf(node), AbortSignal.timeout(GONE_MS), (volume) => volume.write(files));
    },
  };
}

function kindOf(kind: string): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind };
}

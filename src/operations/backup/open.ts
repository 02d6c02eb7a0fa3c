import {
  connectCluster,
  describeObject,
  isOurs,
  list,
  observe,
  ownedBy,
  whileStopped,
  withVolumeFiles,
  write,
  type Cluster,
  type ClusterLocation,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import { collectionPath } from '../../kubernetes/client/paths.ts';
import { networkAccess } from '../access/open.ts';
import { archiveOf, filesOf } from './archive.ts';
import type { StateAccess } from './state-access.ts';

/* As src/operations/access/open.ts, this loads the client of Kubernetes, so that src/operations/index.ts does not export it. */

/** See {@link StateAccess}. @throws KubernetesError if the kubeconfig cannot be used */
export function openStateAccess(location: ClusterLocation): StateAccess {
  const cluster = connectCluster(location);
  const network = networkAccess(cluster);
  return {
    read: (kind, namespace, name) => network.read(kind, namespace, name),
    configMaps: (name) => network.configMaps(name),
    close: () => network.close(),
    observe: (reference, signal) => observe(cluster, reference, { signal }),
    list: (kind, owner, namespace, signal) => list(cluster, kind, { namespace, labelSelector: ownedBy(owner), signal }),
    create: (object, owner, signal) => create(cluster, object, owner, signal),
    whileStopped: ({ namespace, node, network: owner }, signal, work) =>
      whileStopped(cluster, { namespace, name: node }, { network: owner, signal }, work),
    readVolume: (volume, signal) =>
      withVolumeFiles(cluster, volume, signal, async (files) => filesOf(await files.read())),
    writeVolume: (volume, files, signal) =>
      withVolumeFiles(cluster, volume, signal, async (opened) => opened.write(await archiveOf(files))),
  };
}

async function create(cluster: Cluster, object: KubernetesObject, network: string, signal: AbortSignal): Promise<void> {
  if (isOurs(object, network) && object.kind !== 'PersistentVolumeClaim') {
    // As runs write it, so that they find it as they would have left it.
    await write(cluster, object, undefined, { network, signal });
    return;
  }
  // A namespace that was somebody else's; a claim with what the cluster had filled in, which no run owns or may take away.
  const { metadata } = object;
  const path = collectionPath(object, metadata.namespace);
  await cluster.request({ method: 'POST', path, body: object, purpose: `create ${describeObject(object)}`, signal });
}

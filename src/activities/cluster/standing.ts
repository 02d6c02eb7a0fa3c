import type { KubernetesObject } from '../../kubernetes/index.ts';
import { isMapping, nodeConfigMap, type StandingNode, type StandingObjects } from '../../spec/index.ts';
import { REMOVED_LABEL } from '../channels/genesis-block.ts';
import { textsOf } from './manifests.ts';

/** Kinds that tell of a network without its record, besides ConfigMaps. */
export const STANDING_KINDS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
] as const;

/**
 * What the objects of a network say of it.
 *
 * @param objects its Deployments, claims and ConfigMaps
 * @returns undefined if no node stands
 */
export function standingObjects(objects: readonly KubernetesObject[]): StandingObjects | undefined {
  const nodes = objects.filter(isNode).map((deployment) => standingNode(deployment, objects));
  if (nodes.length === 0) return undefined;
  const channels = objects.flatMap(({ kind, metadata: { labels = {} } }) =>
    kind === 'ConfigMap' && labels[REMOVED_LABEL] === undefined ? (labels['weft.dev/channel'] ?? []) : [],
  );
  return { nodes, channels: [...new Set(channels)].sort() };
}

function isNode({ kind, metadata: { labels = {} } }: KubernetesObject): boolean {
  return kind === 'Deployment' && labels['app.kubernetes.io/component'] !== 'chaincode';
}

function standingNode(deployment: KubernetesObject, objects: readonly KubernetesObject[]): StandingNode {
  const { name, namespace = '', labels = {} } = deployment.metadata;
  const beside = (kind: string, wanted: string): KubernetesObject | undefined =>
    objects.find(
      (object) => object.kind === kind && object.metadata.name === wanted && object.metadata.namespace === namespace,
    );
  const environment = beside('ConfigMap', nodeConfigMap(name));
  const claim = beside('PersistentVolumeClaim', name);
  const texts = environment === undefined ? {} : textsOf(environment);
  const mspId = texts['CORE_PEER_LOCALMSPID'] ?? texts['ORDERER_GENERAL_LOCALMSPID'];
  const storage = textAt(claim, ['spec', 'resources', 'requests', 'storage']);
  const storageClass = textAt(claim, ['spec', 'storageClassName']);
  return {
    ...{ organization: labels['weft.dev/organization'] ?? '', name, namespace },
    image: textAt(deployment, ['spec', 'template', 'spec', 'containers', 0, 'image']) ?? '',
    ...(mspId === undefined ? {} : { mspId }),
    ...(storage === undefined ? {} : { storage }),
    ...(storageClass === undefined ? {} : { storageClass }),
  };
}

function textAt(object: unknown, path: readonly (string | number)[]): string | undefined {
  const found = path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return (value as readonly unknown[])[Number(key)];
    return isMapping(value) ? value[key] : undefined;
  }, object);
  return typeof found === 'string' ? found : undefined;
}

import type { Dependencies } from '../../../src/activities/cluster/manifests.ts';
import type { KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { ObjectStore } from './object-store.ts';

/** What activities work with where nothing is dialled and no program runs. */
export function dependenciesOf({ cluster }: ObjectStore): Dependencies {
  const refuse = (): Promise<never> => Promise.reject(new Error('nobody needs this here'));
  const refuseAtOnce = (): never => {
    throw new Error('nobody needs this here');
  };
  return {
    cluster,
    connector: { connect: refuse },
    nodes: {
      connectPeer: refuseAtOnce,
      connectOrderer: refuseAtOnce,
      connectOrdererAdmin: refuseAtOnce,
      consensusMetrics: refuse,
    },
    programs: { run: refuse },
  };
}

/** A Secret of the network `net` as Weft has written it. */
export function storedSecret(name: string, data: Readonly<Record<string, string>>): KubernetesObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { ...named('Secret', name), type: 'Opaque', data: Object.fromEntries(encoded) };
}

/** A ConfigMap of the network `net` as Weft has written it. */
export function storedConfigMap(name: string, data: Readonly<Record<string, string>>): KubernetesObject {
  return { ...named('ConfigMap', name), data };
}

/** The object without one of its fields. */
export function without(object: KubernetesObject, field: string): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const others = Object.entries(object).filter(([name]) => name !== field);
  return { ...Object.fromEntries(others), apiVersion, kind, metadata };
}

function named(kind: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace: 'net',
      resourceVersion: '7',
      labels: { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' },
    },
  };
}

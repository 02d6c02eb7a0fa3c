import {
  KubernetesError,
  type Cluster,
  type ClusterRequest,
  type KubernetesObject,
} from '../../../src/kubernetes/index.ts';
import { collectionPath, objectPath } from '../../../src/kubernetes/client/paths.ts';

/** A cluster that knows objects and forgets them, and nothing else. */
export interface ObjectStore {
  readonly cluster: Cluster;
  /** `kind name` of everything that is left, sorted. */
  readonly left: () => string[];
  /** Paths that the credentials may not read. */
  readonly forbidden: Set<string>;
}

export function objectStore(given: readonly KubernetesObject[]): ObjectStore {
  let objects = [...given];
  const forbidden = new Set<string>();

  const answer = ({ method, path, query, purpose }: ClusterRequest): unknown => {
    if (forbidden.has(path)) throw new KubernetesError('forbidden', `Cannot ${purpose}: not allowed.`);
    const served = DISCOVERY[path];
    if (served !== undefined) return served;
    const one = objects.find((object) => objectPath(object) === path);
    if (method === 'DELETE') {
      if (one === undefined) throw new KubernetesError('notFound', `Cannot ${purpose}: there is none.`);
      objects = objects.filter((object) => object !== one && !goesWith(object, one));
      return {};
    }
    if (method !== 'GET') throw new Error(`nobody ${method}s here`);
    if (one !== undefined) return one;
    if (query?.['limit'] === undefined) throw new KubernetesError('notFound', `Cannot ${purpose}: there is none.`);
    const listed = objects.filter((object) =>
      [collectionPath(object, object.metadata.namespace), collectionPath(object)].includes(path),
    );
    return { items: listed.filter(selectedBy(String(query['labelSelector'] ?? ''))) };
  };

  return {
    forbidden,
    left: () => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort(),
    cluster: {
      name: 'fake',
      server: 'https://fake',
      // An async function, so that a refusal comes as a rejection.
      // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown inside has to come as a rejection
      request: async (request) => answer(request),
      requestText: () => Promise.reject(new Error('there are no logs here')),
      webSocket: () => Promise.reject(new Error('there are no sockets here')),
      close: () => Promise.resolve(),
    },
  };
}

/** The pods of a Deployment, and everything in a namespace. */
function goesWith({ kind, metadata }: KubernetesObject, removed: KubernetesObject): boolean {
  if (removed.kind === 'Namespace') return metadata.namespace === removed.metadata.name;
  return (
    removed.kind === 'Deployment' && kind === 'Pod' && metadata.labels?.['weft.dev/node'] === removed.metadata.name
  );
}

/** What the fake API server says that it serves. */
const DISCOVERY: Readonly<Record<string, unknown>> = {
  '/apis': { groups: [{ name: 'apps', preferredVersion: { groupVersion: 'apps/v1' } }] },
  '/api/v1': {
    resources: [
      { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['list'] },
      { name: 'secrets', kind: 'Secret', namespaced: true, verbs: ['list'] },
      { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] },
      { name: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true, verbs: ['list'] },
      { name: 'services', kind: 'Service', namespaced: true, verbs: ['list'] },
      { name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true, verbs: ['list'] },
      { name: 'namespaces', kind: 'Namespace', namespaced: false, verbs: ['list'] },
    ],
  },
  '/apis/apps/v1': {
    resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['list'] }],
  },
};

/** Label selectors of the forms `a=b`, `a!=b` and `!a`, joined by commas. */
function selectedBy(selector: string): (object: KubernetesObject) => boolean {
  const terms = selector.split(',').filter((term) => term !== '');
  return ({ metadata: { labels = {} } }) =>
    terms.every((term) => {
      if (term.startsWith('!')) return labels[term.slice(1)] === undefined;
      const [excluded = '', unwanted] = term.split('!=');
      if (unwanted !== undefined) return labels[excluded] !== unwanted;
      const [name = '', value] = term.split('=');
      return labels[name] === value;
    });
}

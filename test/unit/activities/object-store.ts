import { isDeepStrictEqual } from 'node:util';

import { textsOf } from '../../../src/activities/cluster/manifests.ts';
import {
  KubernetesError,
  type Cluster,
  type ClusterRequest,
  type KubernetesObject,
} from '../../../src/kubernetes/index.ts';
import { collectionPath, objectPath } from '../../../src/kubernetes/client/paths.ts';

/** A cluster that keeps objects, applies manifests to them and forgets them, and nothing else. */
export interface ObjectStore {
  readonly cluster: Cluster;
  readonly all: () => readonly KubernetesObject[];
  /** Replaces an object, as a controller of the cluster would. */
  readonly put: (object: KubernetesObject) => void;
  /** Removes an object, as somebody who should not have. */
  readonly forget: (kind: string, name: string) => void;
  /** The object as it is now; undefined if there is none. */
  readonly find: (kind: string, name: string) => KubernetesObject | undefined;
  /** The data of a ConfigMap or the decoded data of a Secret; undefined if there is none. */
  readonly dataOf: (kind: 'ConfigMap' | 'Secret', name: string) => Readonly<Record<string, string>> | undefined;
  /** What has been written, in order, e.g. `Secret org1-peer1-msp`. */
  readonly writes: readonly string[];
  /** Called with every request before it is answered; what it throws is the answer. */
  onRequest: (request: ClusterRequest) => void;
  /** What the containers of a pod have logged, by name of the pod. */
  readonly logs: Map<string, string>;
  /** `kind name` of everything that is left, sorted. */
  readonly left: () => string[];
  /** Paths that the credentials may not read. */
  readonly forbidden: Set<string>;
}

export function objectStore(given: readonly KubernetesObject[]): ObjectStore {
  let objects = [...given];
  // Above the versions of what is given.
  let version = 1_000;
  const forbidden = new Set<string>();
  const writes: string[] = [];
  const logs = new Map<string, string>();

  const keep = (object: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject => {
    version += 1;
    const uid = live?.metadata.uid ?? `uid-${version}`;
    const kept = { ...object, metadata: { uid, ...object.metadata, resourceVersion: String(version) } };
    objects = [...objects.filter((other) => other !== live), kept];
    writes.push(`${object.kind} ${object.metadata.name}`);
    return kept;
  };

  const apply = (manifest: KubernetesObject, { path, query, purpose }: ClusterRequest): KubernetesObject => {
    const live = objects.find((object) => objectPath(object) === path);
    const applied = appliedTo(live, manifest, purpose);
    const isSame = live !== undefined && isDeepStrictEqual(applied, live);
    return query?.['dryRun'] === 'All' || isSame ? applied : keep(applied, live);
  };

  const merge = (live: KubernetesObject | undefined, { body, purpose }: ClusterRequest): KubernetesObject => {
    if (live === undefined) throw new KubernetesError('notFound', `Cannot ${purpose}: there is none.`);
    const { metadata, spec } = body as {
      readonly metadata?: { readonly resourceVersion?: string };
      readonly spec: object;
    };
    if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== live.metadata.resourceVersion) {
      throw new KubernetesError('conflict', `Cannot ${purpose}: it has changed.`);
    }
    return keep({ ...live, spec: { ...(live['spec'] as object), ...spec } }, live);
  };

  const create = (manifest: KubernetesObject, { query, purpose }: ClusterRequest): KubernetesObject => {
    const isThere = objects.some((object) => objectPath(object) === objectPath(manifest));
    if (isThere) throw new KubernetesError('alreadyExists', `Cannot ${purpose}: it exists.`);
    return query?.['dryRun'] === 'All' ? manifest : keep(manifest, undefined);
  };

  const forget = (one: KubernetesObject | undefined, purpose: string): unknown => {
    if (one === undefined) throw new KubernetesError('notFound', `Cannot ${purpose}: there is none.`);
    objects = objects.filter((object) => object !== one && !goesWith(object, one));
    return {};
  };

  const read = (one: KubernetesObject | undefined, { path, query, purpose }: ClusterRequest): unknown => {
    if (one !== undefined) return one;
    if (query?.['limit'] === undefined) throw new KubernetesError('notFound', `Cannot ${purpose}: there is none.`);
    const listed = objects.filter((object) =>
      [collectionPath(object, object.metadata.namespace), collectionPath(object)].includes(path),
    );
    return { items: listed.filter(selectedBy(String(query['labelSelector'] ?? ''))) };
  };

  const answer = (request: ClusterRequest): unknown => {
    store.onRequest(request);
    const { method, path, purpose, body } = request;
    if (forbidden.has(path)) throw new KubernetesError('forbidden', `Cannot ${purpose}: not allowed.`);
    const served = DISCOVERY[path];
    if (served !== undefined) return served;
    const one = objects.find((object) => objectPath(object) === path);
    switch (method) {
      case 'GET':
        return read(one, request);
      case 'PATCH':
        if (request.contentType === 'application/merge-patch+json') return merge(one, request);
        return apply(body as KubernetesObject, request);
      case 'POST':
        return create(body as KubernetesObject, request);
      case 'DELETE':
        return forget(one, purpose);
    }
  };

  const store: ObjectStore = {
    forbidden,
    writes,
    logs,
    onRequest: () => undefined,
    all: () => objects,
    put: (object) => {
      // One that comes from another store has a version of that: the next is above it, as versions never come twice.
      version = Math.max(version, Number(object.metadata.resourceVersion ?? 0));
      objects = [...objects.filter((other) => objectPath(other) !== objectPath(object)), object];
    },
    forget: (kind, name) => {
      objects = objects.filter((object) => object !== store.find(kind, name));
    },
    find: (kind, name) => objects.find((object) => object.kind === kind && object.metadata.name === name),
    dataOf: (kind, name) => {
      const object = store.find(kind, name);
      return object === undefined ? undefined : textsOf(object);
    },
    left: () => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort(),
    cluster: {
      name: 'fake',
      server: 'https://fake',
      // An async function, so that a refusal comes as a rejection.
      // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown inside has to come as a rejection
      request: async (request) => answer(request),
      requestText: ({ path }) => {
        const log = logs.get(/\/pods\/([^/]+)\/log$/.exec(path)?.[1] ?? '');
        return log === undefined ? Promise.reject(new Error('there is no such log here')) : Promise.resolve(log);
      },
      webSocket: () => Promise.reject(new Error('there are no sockets here')),
      clockLead: () => undefined,
      close: () => Promise.resolve(),
    },
  };
  return store;
}

/** Server-side apply by the only manager of all fields: what it leaves out goes, what the cluster adds stays. */
function appliedTo(live: KubernetesObject | undefined, manifest: KubernetesObject, purpose: string): KubernetesObject {
  const { resourceVersion, uid, ...own } = manifest.metadata;
  // A version alone is asked of what stands only; an object with a UID has to be there.
  const isOther =
    live === undefined
      ? uid !== undefined
      : (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) ||
        (uid !== undefined && uid !== live.metadata.uid);
  if (isOther) {
    throw new KubernetesError('conflict', `Cannot ${purpose}: it has changed.`);
  }
  const metadata = { ...own, managedFields: [{ manager: 'weft', operation: 'Apply' }] };
  if (live === undefined) return { ...manifest, metadata };
  return {
    ...manifest,
    metadata: { ...live.metadata, ...metadata },
    ...('status' in live ? { status: live['status'] } : {}),
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

/** Label selectors of the forms `a=b`, `a!=b`, `a` and `!a`, joined by commas. */
function selectedBy(selector: string): (object: KubernetesObject) => boolean {
  const terms = selector.split(',').filter((term) => term !== '');
  return ({ metadata: { labels = {} } }) =>
    terms.every((term) => {
      if (term.startsWith('!')) return labels[term.slice(1)] === undefined;
      const [excluded = '', unwanted] = term.split('!=');
      if (unwanted !== undefined) return labels[excluded] !== unwanted;
      const [name = '', value] = term.split('=');
      return value === undefined ? name in labels : labels[name] === value;
    });
}

import { describeObject, type KubernetesObject, type PodSettings } from '../../../src/kubernetes/index.ts';
import type { StateAccess } from '../../../src/operations/index.ts';
import type { ArchiveFile } from '../../../src/operations/backup/archive.ts';

/** A cluster in memory: its objects, what is in its volumes, and what was done to it. */
export interface FakeState extends StateAccess {
  readonly objects: Map<string, KubernetesObject>;
  readonly volumes: Map<string, readonly ArchiveFile[]>;
  /** How the pods ran that filled volumes, by node. */
  readonly filledAs: Map<string, PodSettings>;
  /** In the order in which it happened, e.g. `create Secret org1-admin-msp in namespace org1`, `stop org1-ca`. */
  readonly done: string[];
}

export function fakeState(objects: readonly KubernetesObject[] = []): FakeState {
  const self: FakeState = {
    objects: new Map(objects.map((object) => [describeObject(object), object])),
    volumes: new Map(),
    filledAs: new Map(),
    done: [],
    read: (kind, namespace, name) => {
      const found = self.objects.get(describeObject({ apiVersion: 'v1', kind, metadata: { namespace, name } }));
      return Promise.resolve(found && (found['data'] as Record<string, string>));
    },
    configMaps: (network) =>
      Promise.resolve(
        [...self.objects.values()].flatMap(({ kind, metadata: { name, namespace = '', labels = {} }, data }) => {
          const owner = labels['weft.dev/network'] ?? '';
          if (kind !== 'ConfigMap' || owner !== (network ?? owner)) return [];
          return [{ network: owner, name, namespace, data: data as Record<string, string> }];
        }),
      ),
    observe: (reference) => Promise.resolve(self.objects.get(describeObject(reference))),
    list: ({ kind }, network, namespace) =>
      Promise.resolve(
        [...self.objects.values()].filter(
          ({ kind: other, metadata }) =>
            other === kind && metadata.namespace === namespace && metadata.labels?.['weft.dev/network'] === network,
        ),
      ),
    create: (object) => {
      self.done.push(`create ${describeObject(object)}`);
      self.objects.set(describeObject(object), object);
      return Promise.resolve();
    },
    whileStopped: async ({ node }, _signal, work) => {
      self.done.push(`stop ${node}`);
      try {
        return await work();
      } finally {
        self.done.push(`start ${node}`);
      }
    },
    readVolume: ({ node }) => Promise.resolve(self.volumes.get(node) ?? []),
    writeVolume: ({ node, image, user, imagePullSecrets }, files) => {
      self.done.push(`fill ${node}`);
      self.filledAs.set(node, { image, user, imagePullSecrets });
      self.volumes.set(node, files);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return self;
}

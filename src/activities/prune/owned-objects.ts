import {
  isForbidden,
  list,
  ownedBy,
  type KubernetesObject,
  type ListOptions,
  type ObjectKind,
} from '../../kubernetes/index.ts';
import { adminIdentityName, caName } from '../../spec/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';

/** Every kind of object that Weft makes in a namespace, in the order in which they go. */
export const KINDS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
] as const;

/** What a node cannot be made again without: its ledger or database, and its keys. */
export const DATA = new Set(['PersistentVolumeClaim', 'Secret']);

/** Pods are the Deployments' own, but they are what has to be gone at the end. */
export const POD = { apiVersion: 'v1', kind: 'Pod' } as const;

/** Objects that belong together and go together: those of a node, of a CA or an Admin, or what an organization's nodes share. */
export interface OwnedGroup {
  /** As people are told, e.g. `org1/peer1` or `org1`. */
  readonly target: string;
  readonly namespace: string;
  /** Label selector of the objects, besides those of the network. */
  readonly selector: string;
}

export interface DescribedOrganization {
  readonly name: string;
  readonly namespace: string;
  /** Kubernetes names of its nodes. */
  readonly nodes: readonly string[];
}

/** Everything that Weft made for a network, pods included; without namespaces, in the whole cluster. */
export async function listOwned(
  dependencies: Dependencies,
  network: string,
  namespaces: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  const found = namespaces.map((namespace) =>
    listKinds(dependencies, [...KINDS, POD], {
      ...(namespace === undefined ? {} : { namespace }),
      labelSelector: ownedBy(network),
      signal,
    }),
  );
  return (await Promise.all(found)).flat();
}

export async function listKinds(
  { cluster }: Dependencies,
  kinds: readonly ObjectKind[],
  options: ListOptions,
): Promise<KubernetesObject[]> {
  const found = await Promise.all(kinds.map((kind) => list(cluster, kind, options)));
  return found.flat();
}

/**
 * Like {@link listOwned} for the whole cluster, so that what an organization left in another namespace is found too; with
 * rights for the described namespaces only, for those.
 */
export async function listEverywhere(
  dependencies: Dependencies,
  network: string,
  described: readonly DescribedOrganization[],
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  try {
    return await listOwned(dependencies, network, [undefined], signal);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return listOwned(dependencies, network, [...new Set(described.map(({ namespace }) => namespace))], signal);
  }
}

export function groupsOf(objects: readonly KubernetesObject[]): OwnedGroup[] {
  const groups = new Map<string, OwnedGroup>();
  for (const { metadata } of objects) {
    const { 'weft.dev/node': node, 'weft.dev/organization': organization } = metadata.labels ?? {};
    if (organization === undefined) continue;
    const namespace = metadata.namespace ?? '';
    const group = node === undefined ? sharedGroup(organization, namespace) : nodeGroup(organization, node, namespace);
    groups.set(keyOf(group), group);
  }
  return [...groups.values()].map(withOwnTarget).sort((a, b) => a.target.localeCompare(b.target));
}

/** The same node can stand in two namespaces, when an organization moved: then the target says in which. */
function withOwnTarget(group: OwnedGroup, _: number, all: readonly OwnedGroup[]): OwnedGroup {
  const isAlone = all.every((other) => other === group || other.target !== group.target);
  return isAlone ? group : { ...group, target: `${group.target} in ${group.namespace}` };
}

export function expectedGroups({ name, namespace, nodes }: DescribedOrganization): OwnedGroup[] {
  const owners = [...nodes, caName({ name }), adminIdentityName({ name })];
  return [sharedGroup(name, namespace), ...owners.map((owner) => nodeGroup(name, owner, namespace))];
}

function nodeGroup(organization: string, node: string, namespace: string): OwnedGroup {
  const short = node.startsWith(`${organization}-`) ? node.slice(organization.length + 1) : node;
  return { target: `${organization}/${short}`, namespace, selector: `weft.dev/node=${node}` };
}

function sharedGroup(organization: string, namespace: string): OwnedGroup {
  return { target: organization, namespace, selector: `weft.dev/organization=${organization},!weft.dev/node` };
}

export function keyOf({ namespace, selector }: OwnedGroup): string {
  return `${namespace}/${selector}`;
}

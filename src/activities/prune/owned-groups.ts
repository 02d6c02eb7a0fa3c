import type { KubernetesObject } from '../../kubernetes/index.ts';
import { adminIdentityName, caName } from '../../spec/index.ts';

/** The kinds of objects that a description comes to in a namespace, in the order in which they go. */
export const DESCRIBED_KINDS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
] as const;

/** Every kind of object that Weft makes in a namespace: Jobs are there for as long as they run. */
export const KINDS = [{ apiVersion: 'batch/v1', kind: 'Job' }, ...DESCRIBED_KINDS] as const;

/** Whether a node cannot be made again without it: its ledger or database, and its keys. */
export function isData({ kind }: Pick<KubernetesObject, 'kind'>): boolean {
  return kind === 'PersistentVolumeClaim' || kind === 'Secret';
}

/** Whether it holds keys. */
export function isKeys({ kind }: Pick<KubernetesObject, 'kind'>): boolean {
  return kind === 'Secret';
}

/** Pods are the Deployments' own, but they are what has to be gone at the end. */
export const POD = { apiVersion: 'v1', kind: 'Pod' } as const;

/** Objects that belong together and go together: those of a node, of a CA or an Admin, or what an organization's nodes share. */
export interface OwnedGroup {
  /** As people are told, e.g. `org1/peer1` or `org1`. */
  readonly target: string;
  readonly namespace: string;
  /** Label selector of the objects, besides those of the network. */
  readonly selector: string;
  /** Whose objects they are; absent if an organization's nodes share them, and in what older versions have told. */
  readonly owner?: GroupOwner;
}

export interface GroupOwner {
  readonly organization: string;
  /** Kubernetes name, e.g. `org1-peer1`. */
  readonly node: string;
}

export interface DescribedOrganization {
  readonly name: string;
  readonly namespace: string;
  /** Kubernetes names of its nodes. */
  readonly nodes: readonly string[];
}

/**
 * What a network has beyond its description: the groups of which no described organization knows the owner.
 *
 * @param objects everything that Weft made for the network
 * @param options.pruneData volumes and keys that an earlier removal kept are counted too
 * @param options.volumesOf Kubernetes names of nodes whose volumes are counted anyway
 */
export function orphansOf(
  objects: readonly KubernetesObject[],
  described: readonly DescribedOrganization[],
  { pruneData, volumesOf }: { readonly pruneData: boolean; readonly volumesOf: readonly string[] },
): OwnedGroup[] {
  const expected = new Set(described.flatMap(expectedGroups).map(keyOf));
  const isCounted = (object: KubernetesObject): boolean =>
    pruneData ||
    !isData(object) ||
    (!isKeys(object) && volumesOf.includes(object.metadata.labels?.['weft.dev/node'] ?? ''));
  const counted = objects.filter(isCounted);
  return groupsOf(counted).filter((group) => !expected.has(keyOf(group)));
}

/** What of a network was to be removed and is still there, as `kind name`. */
export function remnantsOf(
  objects: readonly KubernetesObject[],
  { keepData }: { readonly keepData: boolean },
): string[] {
  return objects
    .filter((object) => !keepData || !isData(object))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** The groups that objects make up, in the order of their targets. */
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

function expectedGroups({ name, namespace, nodes }: DescribedOrganization): OwnedGroup[] {
  const owners = [...nodes, caName({ name }), adminIdentityName({ name })];
  return [sharedGroup(name, namespace), ...owners.map((owner) => nodeGroup(name, owner, namespace))];
}

function nodeGroup(organization: string, node: string, namespace: string): OwnedGroup {
  const short = node.startsWith(`${organization}-`) ? node.slice(organization.length + 1) : node;
  const owner = { organization, node };
  return { target: `${organization}/${short}`, namespace, selector: `weft.dev/node=${node}`, owner };
}

function sharedGroup(organization: string, namespace: string): OwnedGroup {
  return { target: organization, namespace, selector: `weft.dev/organization=${organization},!weft.dev/node` };
}

function keyOf({ namespace, selector }: OwnedGroup): string {
  return `${namespace}/${selector}`;
}

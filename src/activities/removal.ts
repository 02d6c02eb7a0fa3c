import { setTimeout as sleep } from 'node:timers/promises';

import {
  awaitGone,
  isOurs,
  KubernetesError,
  list,
  observe,
  ownedBy,
  remove,
  type KubernetesObject,
  type ListOptions,
  type ObjectKind,
} from '../kubernetes/index.ts';
import { adminIdentityName, caName } from '../spec/index.ts';
import { namespaceReference } from './cluster.ts';
import { failure } from './failures.ts';
import type { Dependencies } from './manifests.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from './step.ts';

/** Every kind of object that Weft makes in a namespace, in the order in which they go. */
const KINDS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
] as const;

/** What a node cannot be made again without: its ledger or database, and its keys. */
const DATA = new Set(['PersistentVolumeClaim', 'Secret']);

/** Pods are the Deployments' own, but they are what has to be gone at the end. */
const POD = { apiVersion: 'v1', kind: 'Pod' } as const;

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

export interface FindRemovalsInput {
  readonly network: string;
  readonly described: readonly DescribedOrganization[];
  /** Volumes and keys that were kept from an earlier removal are things to remove too. */
  readonly pruneData: boolean;
}

export interface FindOwnedInput {
  readonly network: string;
  /** Where to look; absent means the whole cluster. */
  readonly namespaces?: readonly string[];
}

export interface Owned {
  readonly groups: readonly OwnedGroup[];
  readonly namespaces: readonly string[];
}

export interface RemoveGroupInput extends OwnedGroup {
  readonly network: string;
  readonly keepData: boolean;
  readonly dryRun: boolean;
}

export interface RemoveNamespaceInput {
  readonly network: string;
  readonly namespace: string;
  readonly keepData: boolean;
  readonly dryRun: boolean;
}

export interface VerifyRemovedInput {
  readonly network: string;
  readonly searched: readonly string[];
  readonly keepData: boolean;
}

export interface RemovalActivities {
  findRemovals: (input: FindRemovalsInput) => Promise<OwnedGroup[]>;
  findOwned: (input: FindOwnedInput) => Promise<Owned>;
  removeNode: (input: RemoveGroupInput) => Promise<StepResult>;
  removeNetworkObjects: (input: RemoveNamespaceInput) => Promise<StepResult>;
  verifyRemoved: (input: VerifyRemovedInput) => Promise<StepResult>;
}

/** Finds and removes what Weft made, by its labels; what others made in the same namespaces is never touched. */
export function createRemovalActivities(dependencies: Dependencies): RemovalActivities {
  return {
    findRemovals: asActivity(async ({ network, described, pruneData }, { signal }) => {
      const expected = new Set(described.flatMap(expectedGroups).map(keyOf));
      const objects = await listEverywhere(dependencies, network, described, signal);
      const counted = pruneData ? objects : objects.filter(({ kind }) => !DATA.has(kind));
      return groupsOf(counted).filter((group) => !expected.has(keyOf(group)));
    }),

    findOwned: asActivity(async ({ network, namespaces }, { signal }) => {
      const objects = await listOwned(dependencies, network, namespaces ?? [undefined], signal);
      const made = await ownNamespaces(dependencies, network, namespaces, signal);
      const places = objects.map(({ metadata }) => metadata.namespace ?? '');
      return { groups: groupsOf(objects), namespaces: [...new Set([...places, ...made])].sort() };
    }),

    removeNode: asStep(({ network, namespace, selector, keepData, dryRun }, context) =>
      removeLabelled(
        dependencies,
        { network, namespace, label: `${ownedBy(network)},${selector}`, keepData, dryRun },
        context,
      ),
    ),

    removeNetworkObjects: asStep(async ({ network, namespace, keepData, dryRun }, context) => {
      const objects = await removeLabelled(
        dependencies,
        { network, namespace, label: ownedBy(network), keepData, dryRun },
        context,
      );
      const itself = keepData
        ? UNCHANGED
        : await removeNamespace(dependencies, { network, namespace, dryRun }, context);
      // What became of the namespace is worth a word even where more than it was removed.
      const reason = [objects.reason, itself.reason].filter((part) => part !== '').join('; ');
      return { outcome: objects.outcome === 'unchanged' ? itself.outcome : objects.outcome, reason };
    }),

    verifyRemoved: asStep(async ({ network, searched, keepData }, { signal }) => {
      const left = (await listOwned(dependencies, network, searched, signal)).filter(
        ({ kind }) => !keepData || !DATA.has(kind),
      );
      if (left.length === 0) return UNCHANGED;
      throw failure(
        'NotRemoved',
        `Something of ${network} is still there: ${left.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}. Run weft down again.`,
      );
    }),
  };
}

/** Everything that Weft made for a network, pods included; without namespaces, in the whole cluster. */
async function listOwned(
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

async function listKinds(
  { cluster }: Pick<Dependencies, 'cluster'>,
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
async function listEverywhere(
  dependencies: Dependencies,
  network: string,
  described: readonly DescribedOrganization[],
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  try {
    return await listOwned(dependencies, network, [undefined], signal);
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.kind !== 'forbidden') throw error;
    return listOwned(dependencies, network, [...new Set(described.map(({ namespace }) => namespace))], signal);
  }
}

function groupsOf(objects: readonly KubernetesObject[]): OwnedGroup[] {
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
  return { target: `${organization}/${short}`, namespace, selector: `weft.dev/node=${node}` };
}

function sharedGroup(organization: string, namespace: string): OwnedGroup {
  return { target: organization, namespace, selector: `weft.dev/organization=${organization},!weft.dev/node` };
}

function keyOf({ namespace, selector }: OwnedGroup): string {
  return `${namespace}/${selector}`;
}

interface Labelled {
  readonly network: string;
  readonly namespace: string;
  readonly label: string;
  readonly keepData: boolean;
  readonly dryRun: boolean;
}

async function removeLabelled(
  dependencies: Dependencies,
  { network, namespace, label, keepData, dryRun }: Labelled,
  { signal, waiting }: StepContext,
): Promise<Decision> {
  const kinds = KINDS.filter(({ kind }) => !keepData || !DATA.has(kind));
  const find = (): Promise<KubernetesObject[]> =>
    listKinds(dependencies, [...kinds, POD], { namespace, labelSelector: label, signal });
  const found = await find();
  if (found.length === 0) return UNCHANGED;
  const decision: Decision = { outcome: 'removed', reason: keepData ? 'volumes and keys stay' : '' };
  if (dryRun) return decision;
  // Pods go with their Deployments.
  const objects = found.filter(({ kind }) => kind !== POD.kind);
  await Promise.all(objects.map((object) => remove(dependencies.cluster, object, { network, signal })));
  for (let left = found; left.length > 0; left = await find()) {
    const names = left.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    waiting({
      reason: 'Terminating',
      message: `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''} in namespace ${namespace}: being removed`,
    });
    await sleep(POLL_MS, undefined, { signal });
  }
  return decision;
}

// A pod of Fabric ends within a second.
const POLL_MS = 300;

/** The namespaces that Weft made for a network; where they are named, nothing else of the cluster is looked at. */
async function ownNamespaces(
  { cluster }: Dependencies,
  network: string,
  namespaces: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const found =
    namespaces === undefined
      ? await list(cluster, { apiVersion: 'v1', kind: 'Namespace' }, { labelSelector: ownedBy(network), signal })
      : await Promise.all(namespaces.map((name) => observe(cluster, namespaceReference(name), { signal })));
  return found.flatMap((object) => (object !== undefined && isOurs(object, network) ? [object.metadata.name] : []));
}

/** Removes a namespace that Weft made, unless somebody else keeps something in it. */
async function removeNamespace(
  { cluster }: Dependencies,
  { network, namespace, dryRun }: { network: string; namespace: string; dryRun: boolean },
  { signal, waiting }: StepContext,
): Promise<Decision> {
  const own = await observe(cluster, namespaceReference(namespace), { signal });
  if (own === undefined || !isOurs(own, network)) return UNCHANGED;
  const foreign = await foreignObjects({ cluster }, { network, namespace, signal });
  if (foreign.length > 0)
    return { outcome: 'unchanged', reason: `the namespace stays: ${foreign.join(', ')} in it are not Weft's` };
  const decision: Decision = { outcome: 'removed', reason: 'Weft made the namespace, and it is empty' };
  if (dryRun) return decision;
  await remove(cluster, own, { network, signal });
  waiting({ reason: 'Terminating', message: `namespace ${namespace} is being removed` });
  await awaitGone(cluster, own, signal);
  return decision;
}

/** What Kubernetes itself puts into every namespace. */
const BUILT_IN = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

async function foreignObjects(
  dependencies: Pick<Dependencies, 'cluster'>,
  { network, namespace, signal }: { network: string; namespace: string; signal: AbortSignal },
): Promise<string[]> {
  const objects = await listKinds(dependencies, [...KINDS, POD, ...OTHER_KINDS], { namespace, signal });
  return objects
    .filter((object) => !isOurs(object, network))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .filter((name) => !BUILT_IN.has(name));
}

/** What else people keep in a namespace. */
const OTHER_KINDS = [
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'v1', kind: 'ResourceQuota' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
] as const;

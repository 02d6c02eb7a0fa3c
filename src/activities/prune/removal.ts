import { setTimeout as sleep } from 'node:timers/promises';

import {
  awaitGone,
  isForbidden,
  isOurs,
  list,
  namespaceContents,
  NETWORK_LABEL,
  observe,
  ownedBy,
  remove,
  type Cluster,
  type KubernetesObject,
  type ObjectKind,
} from '../../kubernetes/index.ts';
import { namespaceReference } from '../cluster/namespaces.ts';
import { listOwned, listOwnedAsFarAsAllowed } from '../cluster/owned.ts';
import { failure } from '../failures.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import {
  groupsOf,
  isData,
  isKeys,
  KINDS,
  orphansOf,
  POD,
  remnantsOf,
  type DescribedOrganization,
  type OwnedGroup,
} from './owned-groups.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';

export interface FindRemovalsInput {
  readonly network: string;
  readonly described: readonly DescribedOrganization[];
  /** Namespaces of organizations that are not described any more. */
  readonly alsoIn?: readonly string[];
  /** Kubernetes names of nodes whose volumes go with them. */
  readonly volumesOf?: readonly string[];
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
  /** The volume goes although data is kept. */
  readonly volumeGoes?: boolean;
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
export function createRemovalActivities({ cluster }: Dependencies): RemovalActivities {
  return {
    findRemovals: asActivity(async ({ network, described, alsoIn = [], volumesOf = [], pruneData }, { signal }) => {
      const namespaces = [...new Set([...described.map(({ namespace }) => namespace), ...alsoIn])];
      const objects = await listOwnedAsFarAsAllowed(cluster, [...KINDS, POD], { network, namespaces }, signal);
      return orphansOf(objects, described, { pruneData, volumesOf });
    }),

    findOwned: asActivity(async ({ network, namespaces }, { signal }) => {
      const [objects, made] = await Promise.all([
        listOwned(cluster, [...KINDS, POD], { network, namespaces }, signal),
        ownNamespaces(cluster, network, namespaces, signal),
      ]);
      const used = objects.map(({ metadata }) => metadata.namespace ?? '');
      return { groups: groupsOf(objects), namespaces: [...new Set([...used, ...made])].sort() };
    }),

    removeNode: asStep(({ network, namespace, selector, keepData, volumeGoes = false, dryRun }, context) => {
      const kept = keepData ? (volumeGoes ? KEYS : DATA) : NOTHING;
      return removeLabelled(
        cluster,
        { network, namespace, label: `${ownedBy(network)},${selector}`, kept, dryRun },
        context,
      );
    }),

    removeNetworkObjects: asStep(async ({ network, namespace, keepData, dryRun }, context) => {
      const objects = await removeLabelled(
        cluster,
        { network, namespace, label: ownedBy(network), kept: keepData ? DATA : NOTHING, dryRun },
        context,
      );
      const itself = keepData ? UNCHANGED : await removeNamespace(cluster, { network, namespace, dryRun }, context);
      // What became of the namespace is worth a word even where more than it was removed.
      const reason = [objects.reason, itself.reason].filter((part) => part !== '').join('; ');
      return { outcome: objects.outcome === 'unchanged' ? itself.outcome : objects.outcome, reason };
    }),

    verifyRemoved: asStep(async ({ network, searched, keepData }, { signal }) => {
      const owned = await listOwned(cluster, [...KINDS, POD], { network, namespaces: searched }, signal);
      const left = remnantsOf(owned, { keepData });
      if (left.length === 0) return UNCHANGED;
      throw failure('NotRemoved', `Something of ${network} is still there: ${left.join(', ')}.`, {
        remedy: { kind: 'runAgain' },
      });
    }),
  };
}

interface Labelled {
  readonly network: string;
  readonly namespace: string;
  readonly label: string;
  readonly kept: Kept;
  readonly dryRun: boolean;
}

/** What of a node stays, and how people are told. */
interface Kept {
  readonly isKept: (kind: ObjectKind) => boolean;
  readonly words: string;
}

const NOTHING: Kept = { isKept: () => false, words: '' };
const DATA: Kept = { isKept: isData, words: 'volumes and keys stay' };
const KEYS: Kept = { isKept: isKeys, words: 'its keys stay, its volume goes: the others have its blocks' };

async function removeLabelled(
  cluster: Cluster,
  { network, namespace, label, kept, dryRun }: Labelled,
  { signal, waiting }: StepContext,
): Promise<Decision> {
  const kinds = KINDS.filter((kind) => !kept.isKept(kind));
  const find = async (): Promise<KubernetesObject[]> => {
    const options = { namespace, labelSelector: label, signal };
    return (await Promise.all([...kinds, POD].map((kind) => list(cluster, kind, options)))).flat();
  };
  const found = await find();
  if (found.length === 0) return UNCHANGED;
  const decision: Decision = { outcome: 'removed', reason: kept.words };
  if (dryRun) return decision;
  // Pods go with their Deployments.
  const objects = found.filter(({ kind }) => kind !== POD.kind);
  await Promise.all(objects.map((object) => remove(cluster, object, { network, signal })));
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
  cluster: Cluster,
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
  cluster: Cluster,
  { network, namespace, dryRun }: { network: string; namespace: string; dryRun: boolean },
  { signal, waiting }: StepContext,
): Promise<Decision> {
  const own = await observe(cluster, namespaceReference(namespace), { signal });
  if (own === undefined || !isOurs(own, network)) return UNCHANGED;
  const foreign = await foreignObjects(cluster, { network, namespace, signal });
  if (foreign !== '') return { outcome: 'unchanged', reason: `the namespace stays: ${foreign}` };
  const decision: Decision = { outcome: 'removed', reason: 'Weft made the namespace, and it is empty' };
  if (dryRun) return decision;
  try {
    await remove(cluster, own, { network, signal });
  } catch (error) {
    // A Role in the namespace reaches what is in it, not the namespace itself.
    if (isForbidden(error)) return { outcome: 'unchanged', reason: `the namespace stays: ${error.message}` };
    throw error;
  }
  waiting({ reason: 'Terminating', message: `namespace ${namespace} is being removed` });
  await awaitGone(cluster, own, signal);
  return decision;
}

/** What in a namespace is not Weft's, as half a sentence; empty when there is nothing. */
async function foreignObjects(
  cluster: Cluster,
  { network, namespace, signal }: { network: string; namespace: string; signal: AbortSignal },
): Promise<string> {
  try {
    const labelSelector = `${NETWORK_LABEL}!=${network}`;
    return keptBy(await namespaceContents(cluster, namespace, { labelSelector, signal }));
  } catch (error) {
    // What could not be looked at may be somebody's.
    if (isForbidden(error)) return `not everything in it may be looked at (${error.message})`;
    throw error;
  }
}

/** What Kubernetes itself puts into every namespace. */
const BUILT_IN = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

/** Why a namespace with these objects of others stays, as half a sentence; empty when nothing keeps it. */
export function keptBy(foreign: readonly KubernetesObject[]): string {
  const names = foreign.map(({ kind, metadata }) => `${kind} ${metadata.name}`).filter((name) => !BUILT_IN.has(name));
  return names.length === 0 ? '' : `${names.join(', ')} in it are not Weft's`;
}

import type { KubernetesObject } from '../../kubernetes/client/objects.ts';
import { nodePod } from '../../kubernetes/index.ts';
import { caName, type Network, type Organization } from '../../spec/index.ts';
import { readRecordedNetwork, type NetworkLookup } from '../access/recorded-network.ts';
import type { OperationContext } from '../context.ts';
import { OperationFailure } from '../failure.ts';
import type { Operation } from '../progress.ts';
import { archiveOf } from './archive.ts';
import { encryptionFor, type Lock } from './encryption.ts';
import { filesOfBackup, type Backup, type VolumeCopy } from './format.ts';
import { requireNoRun } from './lock.ts';
import { isIrreplaceable, organizationsOn, portable, portableClaim } from './selection.ts';
import type { StateAccess } from './state-access.ts';

export interface BackupInput {
  readonly lookup: NetworkLookup;
  readonly lock: Lock;
}

/** What a backup does next. */
export type BackupStage =
  | { readonly kind: 'read'; readonly namespace: string }
  /** The volume of a CA, which is stopped meanwhile. */
  | { readonly kind: 'copy'; readonly namespace: string; readonly node: string }
  | { readonly kind: 'encrypt' };

/** A backup that is to be written to a file. */
export interface MadeBackup extends Pick<Backup, 'network' | 'createdAt'> {
  readonly file: Uint8Array;
  readonly namespaces: readonly string[];
  readonly counts: Readonly<Record<'secrets' | 'configMaps' | 'volumes', number>>;
  /** Other clusters, which have the rest of the network. */
  readonly elsewhere: readonly string[];
}

/**
 * Copies what cannot be made again of a network on one cluster: all its Secrets, the record, genesis blocks, published roots, and
 * the volumes of its CAs, each of which is stopped for some seconds.
 *
 * Secrets go from the cluster to whoever asked, and nowhere else: no workflow takes part, whose history would keep them.
 *
 * @throws OperationFailure `NetworkBusy`, `RecipientInvalid`, `ObjectMissing`, those of `readRecordedNetwork`; KubernetesError
 */
export async function* backup(
  context: OperationContext,
  access: StateAccess,
  { lookup, lock }: BackupInput,
  signal: AbortSignal,
): Operation<BackupStage, MadeBackup> {
  const encrypt = encryptionFor(lock);
  const network = await readRecordedNetwork(access, lookup);
  await requireNoRun(context, network.name, 'backup');
  const createdAt = context.now().toISOString();
  const organizations = organizationsOn(context.cluster, network);
  const namespaces = [...new Set(organizations.map(({ namespace }) => namespace))];
  const objects: KubernetesObject[] = [];
  for (const namespace of namespaces) {
    yield { kind: 'read', namespace };
    objects.push(...(await objectsIn(access, network, namespace, signal)));
  }
  const volumes: VolumeCopy[] = [];
  // One after the other: of all CAs only one is stopped at a time.
  for (const organization of organizations) {
    yield { kind: 'copy', namespace: organization.namespace, node: caName(organization) };
    volumes.push(await copyVolume(access, network, organization, signal));
  }
  // A run that began meanwhile has changed what was read first, or not what was read last.
  await requireNoRun(context, network.name, 'backup');
  yield { kind: 'encrypt' };
  const content: Backup = { network: network.name, cluster: context.cluster, createdAt, objects, volumes };
  const file = await encrypt(await archiveOf(filesOfBackup(content)));
  const count = (kind: string): number => objects.filter((object) => object.kind === kind).length;
  return {
    ...{ network: network.name, createdAt, file, namespaces },
    counts: { secrets: count('Secret'), configMaps: count('ConfigMap'), volumes: volumes.length },
    elsewhere: otherClusters(network, organizations),
  };
}

async function objectsIn(
  access: StateAccess,
  network: Network,
  namespace: string,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  const [own, secrets, configMaps] = await Promise.all([
    access.observe({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, signal),
    access.list({ apiVersion: 'v1', kind: 'Secret' }, network.name, namespace, signal),
    access.list({ apiVersion: 'v1', kind: 'ConfigMap' }, network.name, namespace, signal),
  ]);
  const kept = configMaps.filter((object) => isIrreplaceable(network, object));
  return [...(own === undefined ? [] : [own]), ...kept, ...secrets].map(portable);
}

async function copyVolume(
  access: StateAccess,
  network: Network,
  organization: Organization,
  signal: AbortSignal,
): Promise<VolumeCopy> {
  const { namespace } = organization;
  const node = caName(organization);
  const [claim, deployment] = await Promise.all([
    existing(access, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, { namespace, name: node }, signal),
    existing(access, { apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace, name: node }, signal),
  ]);
  const { image, user, imagePullSecrets } = nodePod(deployment);
  const volume = { namespace, organization: organization.name, node, image, user, imagePullSecrets };
  const owned = { ...volume, network: network.name };
  const files = await access.whileStopped(owned, signal, () => access.readVolume(owned, signal));
  return { ...volume, claim: portableClaim(claim), files };
}

/** @throws OperationFailure `ObjectMissing`: a backup without it would look like one and be none */
async function existing(
  access: StateAccess,
  kind: { readonly apiVersion: string; readonly kind: string },
  metadata: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const object = await access.observe({ ...kind, metadata }, signal);
  if (object !== undefined) return object;
  throw new OperationFailure({ code: 'ObjectMissing', object: { kind: kind.kind, ...metadata } });
}

function otherClusters({ organizations }: Network, here: readonly Organization[]): string[] {
  const others = organizations.filter((organization) => !here.includes(organization));
  return [...new Set(others.flatMap(({ cluster = [] }) => cluster))];
}

import { describeObject, isMapping, type KubernetesObject } from '../../kubernetes/client/objects.ts';
import { readRecord, withoutIdentity } from '../../spec/index.ts';
import type { OperationContext } from '../context.ts';
import { OperationFailure } from '../failure.ts';
import type { Operation } from '../progress.ts';
import { filesOf, type ArchiveFile } from './archive.ts';
import { decideVolume, differenceOf } from './comparison.ts';
import { decrypt, type Key } from './encryption.ts';
import { backupIn, type Backup, type VolumeCopy } from './format.ts';
import { requireNoRun } from './lock.ts';
import { isRecord, partOf } from './selection.ts';
import type { StateAccess } from './state-access.ts';

export interface RestoreInput {
  readonly file: Uint8Array;
  readonly key: Key;
  /** Names of the organizations that are restored; none means all of the backup. */
  readonly organizations: readonly string[];
}

/** What a restore does next. */
export type RestoreStage =
  | { readonly kind: 'decrypt' }
  | { readonly kind: 'compare'; readonly network: string; readonly createdAt: string }
  | { readonly kind: 'create'; readonly objects: number }
  | { readonly kind: 'fill'; readonly namespace: string; readonly node: string };

export interface Restored extends Pick<Backup, 'network' | 'createdAt'> {
  /** In words, e.g. `Secret org1-admin-msp in namespace org1`. */
  readonly created: readonly string[];
  /** What stood as it is in the backup, or has gone on since. */
  readonly kept: readonly string[];
}

/**
 * Makes what a backup holds and the cluster has lost. What stands is left as it is; where it differs, nothing at all is done.
 *
 * @throws OperationFailure `BackupLocked`, `KeyInvalid`, `BackupUnreadable`, `NotInBackup`, `NetworkBusy`, `RestoreConflict`;
 *   KubernetesError
 */
export async function* restore(
  context: OperationContext,
  access: StateAccess,
  { file, key, organizations }: RestoreInput,
  signal: AbortSignal,
): Operation<RestoreStage, Restored> {
  yield { kind: 'decrypt' };
  const whole = backupIn(await unpacked(await decrypt(file, key)));
  const { network, createdAt } = whole;
  await requireNoRun(context, network, 'restore');
  yield { kind: 'compare', network, createdAt };
  const plan = await comparison(access, partOf(whole, organizations), await hasRecord(access, whole, signal), signal);
  if (plan.conflicts.length > 0) {
    throw new OperationFailure({ code: 'RestoreConflict', network, conflicts: plan.conflicts });
  }
  yield { kind: 'create', objects: plan.absent.length };
  for (const object of inOrder(plan.absent)) await access.create(object, network, signal);
  for (const volume of plan.volumes) {
    yield { kind: 'fill', namespace: volume.namespace, node: volume.node };
    await fill(access, network, volume, signal);
  }
  return {
    ...{ network, createdAt },
    created: [...plan.absent, ...plan.volumes.map(({ claim }) => claim)].map(describeObject),
    kept: plan.kept.map(describeObject),
  };
}

async function unpacked(archive: Uint8Array): Promise<readonly ArchiveFile[]> {
  try {
    return await filesOf(archive);
  } catch (error) {
    const reason = `it is no tar archive: ${error instanceof Error ? error.message : String(error)}`;
    throw new OperationFailure({ code: 'BackupUnreadable', reason }, { cause: error });
  }
}

interface Plan {
  readonly absent: KubernetesObject[];
  readonly kept: KubernetesObject[];
  /** Volumes to make or to fill. */
  readonly volumes: VolumeCopy[];
  /** In words. */
  readonly conflicts: string[];
}

/** @param hasRecordStanding a record stands somewhere: it is newer than the backup's, and runs write it where it is missing */
async function comparison(
  access: StateAccess,
  backup: Backup,
  hasRecordStanding: boolean,
  signal: AbortSignal,
): Promise<Plan> {
  const plan: Plan = { absent: [], kept: [], volumes: [], conflicts: [] };
  const objects = backup.objects.filter((object) => !(hasRecordStanding && isRecord(object))).map(restorable);
  const live = await Promise.all(objects.map((object) => access.observe(object, signal)));
  for (const [index, object] of objects.entries()) {
    const standing = live[index];
    const difference = standing && differenceOf(standing, object);
    if (standing === undefined) plan.absent.push(object);
    else if (difference === undefined) plan.kept.push(object);
    else plan.conflicts.push(`${describeObject(object)} ${difference}`);
  }
  // To look into a volume its CA is stopped, which only who may go on is to do.
  for (const volume of plan.conflicts.length === 0 ? backup.volumes : []) {
    const decision = await decisionFor(access, backup.network, volume, signal);
    if (decision === 'fill') plan.volumes.push(volume);
    else if (decision === 'keep') plan.kept.push(volume.claim);
    else plan.conflicts.push(`${describeObject(volume.claim)} holds another CA, or something else`);
  }
  return plan;
}

async function decisionFor(
  access: StateAccess,
  network: string,
  volume: VolumeCopy,
  signal: AbortSignal,
): Promise<ReturnType<typeof decideVolume>> {
  if ((await access.observe(volume.claim, signal)) === undefined) return 'fill';
  return access.whileStopped({ ...volume, network }, signal, async () =>
    decideVolume(await access.readVolume({ ...volume, network }, signal), volume.files),
  );
}

/** A record of a network that was brought up. One of a run that came to nothing, such as the first after a loss, knows nothing of it. */
async function hasRecord(access: StateAccess, { objects }: Backup, signal: AbortSignal): Promise<boolean> {
  const live = await Promise.all(objects.filter(isRecord).map((record) => access.observe(record, signal)));
  return live.some((record) => {
    const read = record && readRecord(textsIn(record));
    return read?.ok === true && read.record.applied !== undefined;
  });
}

function textsIn({ data }: KubernetesObject): Readonly<Record<string, string>> {
  const entries = isMapping(data) ? Object.entries(data) : [];
  return Object.fromEntries(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

/**
 * The record before what it speaks of: while it stands, no run makes a CA or a key anew that is not restored yet. Whoever is
 * interrupted restores again.
 */
function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const rank = (object: KubernetesObject): number => (object.kind === 'Namespace' ? 0 : isRecord(object) ? 1 : 2);
  return [...objects].sort((one, other) => rank(one) - rank(other));
}

/** A record as it is written: it will have another UID than the one that it speaks of. */
function restorable(object: KubernetesObject): KubernetesObject {
  const { data } = object;
  return isRecord(object) && isMapping(data) ? { ...object, data: withoutIdentity(data) } : object;
}

/** Makes the claim where it is missing, and fills the volume. A pod that waits for it must not find it empty: it would be another CA. */
async function fill(access: StateAccess, network: string, volume: VolumeCopy, signal: AbortSignal): Promise<void> {
  await access.whileStopped({ ...volume, network }, signal, async () => {
    if ((await access.observe(volume.claim, signal)) === undefined) await access.create(volume.claim, network, signal);
    await access.writeVolume({ ...volume, network }, volume.files, signal);
  });
}

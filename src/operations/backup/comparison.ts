import { isMapping, type KubernetesObject } from '../../kubernetes/client/objects.ts';
import type { ArchiveFile } from './archive.ts';

/*
 * What a restore does about what stands: it makes what is not there, leaves what is there already, and refuses what differs.
 */

/**
 * Compares an object that stands with the one of a backup, by what it holds.
 *
 * @returns why it may not be overwritten; undefined if it holds the same
 */
export function differenceOf(live: KubernetesObject, kept: KubernetesObject): string | undefined {
  if (live.metadata.deletionTimestamp !== undefined) return 'is being deleted';
  if (kept.kind === 'Namespace') return undefined;
  const [one, other] = [contentOf(live), contentOf(kept)];
  const keys = [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key)).sort();
  return keys.length === 0 ? undefined : `differs in ${keys.join(', ')}`;
}

function contentOf({ data, binaryData }: KubernetesObject): ReadonlyMap<string, unknown> {
  return new Map([data, binaryData].filter(isMapping).flatMap((entries) => Object.entries(entries)));
}

/** What to do about a volume that stands. */
export type VolumeDecision =
  /** It is empty, or somebody was interrupted while filling it with just this. */
  | 'fill'
  /** It is the same CA's, with all that happened since. */
  | 'keep'
  | 'differs';

/** Certificates of the roots, as kube/config names them. They tell one CA from another. */
const ROOT = /(^|\/)(ca|tlsca)-cert\.pem$/;

/** @param present the files of the volume @param kept those of the backup */
export function decideVolume(present: readonly ArchiveFile[], kept: readonly ArchiveFile[]): VolumeDecision {
  const wanted = new Map(kept.map(({ path, content }) => [path, Buffer.from(content)]));
  // The kubelet makes empty files where it mounts single ones.
  const found = present.filter(({ content }) => content.length > 0);
  const isBeginning = found.every(({ path, content }) => wanted.get(path)?.subarray(0, content.length).equals(content));
  const isWhole = kept.every(({ path, content }) => content.length === 0 || sizeIn(found, path) === content.length);
  if (isBeginning) return isWhole ? 'keep' : 'fill';
  const roots = kept.filter(({ path }) => ROOT.test(path));
  const isSame = roots.every(({ path, content }) =>
    found.some((file) => file.path === path && Buffer.from(content).equals(file.content)),
  );
  return roots.length > 0 && isSame ? 'keep' : 'differs';
}

function sizeIn(files: readonly ArchiveFile[], path: string): number {
  return files.find((file) => file.path === path)?.content.length ?? 0;
}

import { statSync } from 'node:fs';

import { z } from 'zod';

import { filesOf, readIfPresent, writePrivateFile } from '../files.ts';
import type { Instance } from '../instance.ts';
import { findCommand } from '../artifacts/find-command.ts';
import { runCommand } from '../process/run-command.ts';
import { containerdSocket } from './programs.ts';

/** An image and the archive that has it. */
export interface ImageArchive {
  readonly reference: string;
  readonly archive: string;
}

/**
 * Gives containerd the images that it does not have, or has from another archive.
 *
 * @param pid - a process in the node's mount namespace, where containerd's socket is.
 * @param onImport - called before each import.
 */
export async function importImages(
  instance: Instance,
  pid: number,
  images: readonly ImageArchive[],
  onImport: (reference: string) => void,
): Promise<void> {
  const missing = missingImages(instance, images);
  // One after the other: unpacking is bound by the disk.
  for (const { reference, archive } of missing) {
    onImport(reference);
    await runCommand('nsenter', [`--mount=/proc/${pid}/ns/mnt`, ...containerdCommand(), 'images', 'import', archive]);
    remember(instance, reference, archive);
  }
}

/** @returns the images that containerd is not known to have from just these archives */
export function missingImages(instance: Instance, images: readonly ImageArchive[]): readonly ImageArchive[] {
  const imported = readImported(instance);
  return images.filter(({ reference, archive }) => imported[reference] !== fingerprint(archive));
}

function containerdCommand(): string[] {
  return [findCommand('ctr') ?? 'ctr', '--address', containerdSocket, '--namespace', 'k8s.io'];
}

function remember(instance: Instance, reference: string, archive: string): void {
  const imported = { ...readImported(instance), [reference]: fingerprint(archive) };
  writePrivateFile(filesOf(instance.directory).importedImages, JSON.stringify(imported, undefined, 2));
}

function readImported(instance: Instance): Readonly<Record<string, string>> {
  const text = readIfPresent(filesOf(instance.directory).importedImages);
  if (text === undefined) return {};
  return z.record(z.string(), z.string()).parse(JSON.parse(text));
}

/** The cache names an archive's folder by a digest of what is in it; size and time tell a file that was replaced there. */
function fingerprint(archive: string): string {
  const { size, mtimeMs } = statSync(archive);
  return `${archive} ${size} ${Math.round(mtimeMs)}`;
}

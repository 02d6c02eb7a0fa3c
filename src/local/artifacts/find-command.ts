import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { ArtifactError } from '../failure.ts';

/** Where a shell that is no login shell may not look: system programs, and Go's own place for itself. */
const usualFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/go/bin'];

/**
 * Looks a command up as a shell does.
 *
 * @param path folders to look in, separated by `:`
 * @returns the program's path, or undefined when there is none
 */
export function findCommand(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  return [...path.split(delimiter).filter(Boolean), ...usualFolders]
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @throws ArtifactError when Go is not installed */
export function goCommand(): string {
  const go = findCommand('go');
  if (go === undefined)
    throw new ArtifactError(
      'Go is missing: there is no `go` on the PATH.',
      'Install Go 1.26 or newer (https://go.dev/doc/install).',
    );
  return go;
}

/** @returns whether the file is there and may be executed */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

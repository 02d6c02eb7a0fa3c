import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { ConnectionProfile } from '../../operations/index.ts';

/** A profile that names files, relative to the folder that it is in, in place of a Secret of the cluster. */
export interface ProfileWithFiles extends Omit<ConnectionProfile, 'identity'> {
  readonly tlsRootsPath: string;
  readonly identity: { readonly name: string; readonly certificatePath: string; readonly keyPath: string };
}

export const PROFILE_FILE = 'connection.json';
const TLS_ROOT_FILE = 'tls-root.pem';
const CERTIFICATE_FILE = 'certificate.pem';
const KEY_FILE = 'key.pem';

/** The profile as it stands beside the files that it names. */
export function withFiles(profile: ConnectionProfile): ProfileWithFiles {
  return {
    ...profile,
    tlsRootsPath: TLS_ROOT_FILE,
    identity: { name: profile.identity.name, certificatePath: CERTIFICATE_FILE, keyPath: KEY_FILE },
  };
}

/**
 * Writes a profile with the credentials that it speaks of. What an earlier profile left in the folder is replaced.
 *
 * @param folder is made, for its owner alone; one that is there keeps its mode
 * @throws CommandFailure if it cannot be written
 */
export async function writeProfile(
  folder: string,
  profile: ProfileWithFiles,
  { certificate, key }: { readonly certificate: string; readonly key: string },
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await replace(join(folder, TLS_ROOT_FILE), profile.tlsRoots, 0o644);
    await replace(join(folder, CERTIFICATE_FILE), certificate, 0o644);
    await replace(join(folder, KEY_FILE), key, 0o600);
    await replace(join(folder, PROFILE_FILE), `${JSON.stringify(profile, undefined, 2)}\n`, 0o644);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({
      exitCode: EXIT.failed,
      message: `the profile cannot be written into ${folder}: ${reason}`,
    });
  }
}

/** Through a new file, so that neither an old file's mode nor half a file is ever there. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, text, { mode });
  await chmod(fresh, mode);
  await rename(fresh, path);
}

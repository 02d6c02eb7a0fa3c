import { link, open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { BackupStage, MadeBackup } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { whichNetwork } from '../network/which.ts';
import type { CommandResult, Session } from '../session.ts';
import { copyState } from './carry-out.ts';
import { lockOf, type LockFlags } from './keys.ts';

export interface BackupFlags extends DestinationFlags, LockFlags {
  readonly file?: string;
  readonly out: string;
}

/** `weft backup`: what cannot be made again of a network, encrypted, in one file. */
export async function weftBackup(
  name: string | undefined,
  flags: BackupFlags,
  session: Session,
): Promise<CommandResult> {
  const selector = await whichNetwork(session, name, flags.file);
  const lock = await lockOf(flags, session);
  const path = resolve(session.workingDirectory, flags.out);
  const destination = await findDestination(session, flags);
  const { backup } = await import('../../operations/backup/backup.ts');
  const made = await intoNewFile(flags.out, path, async (file) => {
    const lookup = { cluster: destination.cluster, selector };
    const result = await copyState(session, destination, stageInWords, (context, access, signal) =>
      backup(context, access, { lookup, lock }, signal),
    );
    await file.writeFile(result.file);
    await file.sync();
    return result;
  });
  const { network, createdAt, namespaces, counts, elsewhere } = made;
  for (const cluster of elsewhere) {
    session.note(
      `! what ${network} has on ${cluster} is not in it: weft backup ${network} --context ${cluster} --out …\n`,
    );
  }
  session.note('Keep what opens it elsewhere: without that nobody can read it.\n');
  return {
    exitCode: EXIT.done,
    text: `${flags.out} holds ${network} as of ${createdAt}: ${countsInWords(made)}.`,
    document: { network, file: path, createdAt, namespaces, counts, elsewhere, bytes: made.file.length },
  };
}

function stageInWords(stage: BackupStage): string {
  switch (stage.kind) {
    case 'read':
      return `reading the Secrets and ConfigMaps of namespace ${stage.namespace}`;
    case 'copy':
      return `copying the volume of ${stage.node}, which is stopped for some seconds; transactions do not need it`;
    case 'encrypt':
      return 'encrypting';
  }
}

function countsInWords({ counts: { secrets, configMaps, volumes }, namespaces }: MadeBackup): string {
  const held = [counted(secrets, 'Secret'), counted(configMaps, 'ConfigMap'), `${counted(volumes, 'volume')} of CAs`];
  return `${held.join(', ')}, from ${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Lets `fill` write a file that is new and for its owner alone; nothing is left of it unless it is whole.
 *
 * @throws CommandFailure if there is such a file already, before anything is done, or it cannot be written
 */
async function intoNewFile<Result>(
  name: string,
  path: string,
  fill: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  if ((await stat(path).catch(() => undefined)) !== undefined) throw existing(name);
  const fresh = `${path}.${process.pid}.new`;
  const file = await open(fresh, 'wx', 0o600).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({ exitCode: EXIT.usage, message: `${name} cannot be written: ${reason}.` });
  });
  try {
    const result = await fill(file).finally(() => file.close());
    // Unlike a rename, this does not replace what somebody else has written there meanwhile.
    await link(fresh, path).catch((error: unknown) => {
      throw isTaken(error) ? existing(name) : error;
    });
    return result;
  } finally {
    await unlink(fresh);
  }
}

function existing(name: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `${name} is there already, and a backup is never written over.`,
    hints: ['Name another file: --out FILE'],
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { RestoreStage } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import { copyState } from './carry-out.ts';
import { keyOf, type KeyFlags } from './keys.ts';

export interface RestoreFlags extends DestinationFlags, KeyFlags {
  /** Names of organizations. */
  readonly org?: readonly string[];
}

/** `weft restore`: makes what a backup holds and the cluster has lost. */
export async function weftRestore(name: string, flags: RestoreFlags, session: Session): Promise<CommandResult> {
  const key = await keyOf(flags, session);
  const file = await readBackup(name, session);
  const destination = await findDestination(session, flags);
  const { restore } = await import('../../operations/backup/restore.ts');
  const { network, createdAt, created, kept } = await copyState(
    session,
    destination,
    stageInWords,
    (context, access, signal) => restore(context, access, { file, key, organizations: flags.org ?? [] }, signal),
  );
  session.note(`The rest is made by: weft up -f FILE, with the description of ${network}\n`);
  const there = kept.length === 0 ? '' : `, ${kept.length} were there already`;
  return {
    exitCode: EXIT.done,
    text: `${created.length} object${created.length === 1 ? ' of' : 's of'} ${network} restored as of ${createdAt}${there}.`,
    document: { network, createdAt, created, kept },
  };
}

function stageInWords(stage: RestoreStage): string {
  switch (stage.kind) {
    case 'decrypt':
      return 'opening the backup';
    case 'compare':
      return `comparing the backup of ${stage.network} as of ${stage.createdAt} with what stands`;
    case 'create':
      return `making ${stage.objects} objects`;
    case 'fill':
      return `filling the volume of ${stage.node}`;
  }
}

async function readBackup(name: string, { workingDirectory }: Session): Promise<Uint8Array> {
  try {
    return await readFile(resolve(workingDirectory, name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({ exitCode: EXIT.usage, message: `the backup cannot be read: ${reason}.` });
  }
}

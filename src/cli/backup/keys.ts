import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Key, Lock } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export interface LockFlags {
  /** Public keys. */
  readonly recipient?: readonly string[];
  readonly passphraseFile?: string;
}

export interface KeyFlags {
  readonly identityFile?: string;
  readonly passphraseFile?: string;
}

/** For whom a backup is encrypted. @throws CommandFailure if nothing says, or a passphrase and keys both do */
export async function lockOf({ recipient = [], passphraseFile }: LockFlags, session: Session): Promise<Lock> {
  if (passphraseFile !== undefined && recipient.length === 0) {
    return { kind: 'passphrase', passphrase: await readPassphrase(passphraseFile, session) };
  }
  if (passphraseFile === undefined && recipient.length > 0) return { kind: 'recipients', recipients: recipient };
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message:
      recipient.length > 0
        ? 'a passphrase or public keys, not both: age encrypts to one or the other.'
        : 'a backup holds private keys, and is encrypted: to whom?',
    hints: [
      'To a public key: --recipient age1…  (a pair of keys is made by: age-keygen -o weft-backup.key)',
      'To a passphrase: --passphrase-file FILE',
    ],
  });
}

/** What opens a backup. @throws CommandFailure if nothing does, or a passphrase and keys both do */
export async function keyOf({ identityFile, passphraseFile }: KeyFlags, session: Session): Promise<Key> {
  if (passphraseFile !== undefined && identityFile === undefined) {
    return { kind: 'passphrase', passphrase: await readPassphrase(passphraseFile, session) };
  }
  if (identityFile !== undefined && passphraseFile === undefined) {
    return { kind: 'identities', identities: await readIdentities(identityFile, session) };
  }
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: 'a backup is opened by one of: --identity-file FILE, --passphrase-file FILE.',
    hints: ['The file of --identity-file is what age-keygen wrote, with the private key.'],
  });
}

async function readPassphrase(file: string, session: Session): Promise<string> {
  const passphrase = (await readSecretFile(file, session)).replace(/\r?\n$/, '');
  if (passphrase !== '') return passphrase;
  throw new CommandFailure({ exitCode: EXIT.usage, message: `${file} holds no passphrase: it is empty.` });
}

/** age-keygen writes the key in a line of its own, below comments. */
async function readIdentities(file: string, session: Session): Promise<readonly string[]> {
  const lines = (await readSecretFile(file, session)).split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length > 0) return identities;
  throw new CommandFailure({ exitCode: EXIT.usage, message: `${file} holds no private key.` });
}

async function readSecretFile(file: string, { terminal, workingDirectory }: Session): Promise<string> {
  if (file === '-') return terminal.readStdin();
  try {
    return await readFile(resolve(workingDirectory, file), 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({ exitCode: EXIT.usage, message: `${file} cannot be read: ${reason}.` });
  }
}

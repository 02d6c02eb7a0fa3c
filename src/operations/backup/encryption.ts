import { Decrypter, Encrypter } from 'age-encryption';

import { OperationFailure } from '../failure.ts';

/*
 * Backups are files of age (https://age-encryption.org): `age -d` opens them without Weft.
 */

/** For whom a backup is encrypted. */
export type Lock =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** Public keys, `age1…`; each of their owners can open it. */
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] };

/** What opens a backup. */
export type Key =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** Private keys, `AGE-SECRET-KEY-1…`; one that fits is enough. */
  | { readonly kind: 'identities'; readonly identities: readonly string[] };

export type Encrypt = (content: Uint8Array) => Promise<Uint8Array>;

/** @throws OperationFailure `RecipientInvalid` */
export function encryptionFor(lock: Lock): Encrypt {
  const encrypter = new Encrypter();
  if (lock.kind === 'passphrase') encrypter.setPassphrase(lock.passphrase);
  else for (const recipient of lock.recipients) addRecipient(encrypter, recipient);
  return (content) => encrypter.encrypt(content);
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new OperationFailure({ code: 'RecipientInvalid', recipient }, { cause: error });
  }
}

/** @throws OperationFailure `KeyInvalid`, `BackupLocked` */
export async function decrypt(file: Uint8Array, key: Key): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  if (key.kind === 'passphrase') decrypter.addPassphrase(key.passphrase);
  else for (const identity of key.identities) addIdentity(decrypter, identity);
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    throw new OperationFailure({ code: 'BackupLocked', reason: reasonOf(error) }, { cause: error });
  }
}

function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch (error) {
    // Not its text: that is a private key, or most of one.
    throw new OperationFailure({ code: 'KeyInvalid' }, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

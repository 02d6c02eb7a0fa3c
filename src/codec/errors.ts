/** The file with the keys of payloads cannot be used. */
export class PayloadKeysUnusable extends Error {
  override readonly name = 'PayloadKeysUnusable';

  /** @param reason what is wrong with the file, without anything of what is in it */
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`the file of payload keys ${path} cannot be used: ${reason}`, options);
  }
}

/**
 * A payload is encrypted with a key that this process does not have. Another process may have it, and this one reads its file again: it passes.
 *
 * Temporal knows the failure by this name (docs/failures.md).
 */
export class PayloadKeyMissing extends Error {
  override readonly name = 'PayloadKeyMissing';

  /** @param id of the key; undefined where the payload names none, so that other software than Weft encrypted it */
  constructor(id: string | undefined) {
    super(
      id === undefined
        ? 'a payload is encrypted and names no key: it was not written with WEFT_PAYLOAD_KEY_FILE'
        : `a payload is encrypted with the key ${id}, which this process does not have: WEFT_PAYLOAD_KEY_FILE has to name a file with that key`,
    );
  }
}

/** A payload is not as it was written, whoever changed it. */
export class PayloadDamaged extends Error {
  override readonly name = 'PayloadDamaged';

  /** @param id of the key that it names */
  constructor(id: string, options?: ErrorOptions) {
    super(`a payload that the key ${id} has encrypted is not what was written: it was changed since`, options);
  }
}

/** Whether a payload could not be decoded, for want of its key or since it is not what was written. */
export function isUndecodable(error: unknown): error is PayloadKeyMissing | PayloadDamaged {
  return error instanceof PayloadKeyMissing || error instanceof PayloadDamaged;
}

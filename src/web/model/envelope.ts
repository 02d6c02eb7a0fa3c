/*
 * Envelopes of channel updates: base64 in answers and requests, bytes in files.
 */

/** The bytes of an envelope, as the file that `weft sign` and `peer channel signconfigtx` take. */
export function envelopeBytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The envelope in a file, as requests have it. */
export function envelopeText(bytes: Uint8Array): string {
  // One argument for each byte at once would be more than a call may have.
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}

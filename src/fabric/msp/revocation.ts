import { X509Crl } from './x509.ts';

/** What a certificate revocation list says (RFC 5280, 5). */
export interface RevocationList {
  /** Distinguished name of the CA that made it. */
  readonly issuer: string;
  /** Serial numbers of the certificates that it revokes, hexadecimal, lower case, without leading zeros. */
  readonly serials: ReadonlySet<string>;
}

/**
 * Reads a certificate revocation list.
 *
 * @param list PEM
 * @throws Error if it cannot be read
 */
export function describeRevocationList(list: string): RevocationList {
  const crl = new X509Crl(list);
  return { issuer: crl.issuer, serials: new Set(crl.entries.map(({ serialNumber }) => canonicalSerial(serialNumber))) };
}

/** A serial number as it is compared: tools differ in capitals and in zeros at its beginning. */
export function canonicalSerial(serial: string): string {
  return serial.toLowerCase().replace(/^0+(?=.)/, '');
}

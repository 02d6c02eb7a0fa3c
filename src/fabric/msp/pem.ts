const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates in a PEM text, each ending in a line feed; what stands between them is dropped.
 *
 * @param text PEM as in RFC 7468, any number of certificates
 */
export function splitPem(text: string): readonly string[] {
  return (text.match(CERTIFICATE) ?? []).map((certificate) => `${certificate}\n`);
}

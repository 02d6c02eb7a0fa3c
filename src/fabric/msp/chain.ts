import { X509Certificate } from 'node:crypto';

import { splitPem } from './pem.ts';

/**
 * Whether a certificate leads to a root of a CA, each step signed by the next (RFC 5280, section 6, without policies and
 * names, which Fabric CA does not use).
 *
 * @param certificate PEM
 * @param caChain certificates of the CA, PEM, in any order, with the root
 * @param now time at which each CA certificate must be valid
 * @returns undefined if it does, else why not, to follow the certificate's name
 */
export function issuedBy(certificate: string, caChain: string, now: Date): string | undefined {
  const authorities = splitPem(caChain).map((pem) => new X509Certificate(pem));
  if (authorities.length === 0) return 'cannot be checked: the CA has no certificate';
  let current = new X509Certificate(certificate);
  // A chain cannot be longer than the certificates that there are; more would be a circle.
  for (let depth = 0; depth <= authorities.length; depth += 1) {
    const issuer = authorities.find((authority) => isIssuer(authority, current));
    if (issuer === undefined) return 'is not issued by the CA';
    if (now > issuer.validToDate)
      return `is issued by a CA whose own certificate expired at ${issuer.validToDate.toISOString()}`;
    if (isIssuer(issuer, issuer)) return undefined;
    current = issuer;
  }
  return 'is not issued by the CA';
}

function isIssuer(authority: X509Certificate, certificate: X509Certificate): boolean {
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

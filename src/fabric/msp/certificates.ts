import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';

import {
  AuthorityKeyIdentifierExtension,
  SubjectAlternativeNameExtension,
  X509Certificate as ParsedCertificate,
} from './x509.ts';

/** What a certificate says. */
export interface CertificateDescription {
  /** Hexadecimal, lower case, as Fabric CA takes it in a query. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Common name of the subject: the enrollment ID. Empty if it has none. */
  readonly commonName: string;
  readonly organizationalUnits: readonly string[];
  /** Subject alternative names: DNS names and IP addresses. */
  readonly hosts: readonly string[];
  /** SHA-256 of the subject's public key (SPKI DER), hexadecimal: the same before and after a renewal that keeps the key. */
  readonly publicKeyFingerprint: string;
  /** Distinguished name of the issuer, e.g. `CN=org1-ca`. */
  readonly issuer: string;
  /** Which key of the issuer has signed it, hexadecimal, lower case: by this and its serial a CA finds it. Empty if it does not say. */
  readonly authorityKeyId: string;
}

/**
 * Reads a certificate.
 *
 * @param certificate PEM; of several the first
 * @throws Error if it cannot be read as X.509
 */
export function describeCertificate(certificate: string): CertificateDescription {
  const known = described.get(certificate);
  if (known !== undefined) return known;
  const description = parseCertificate(certificate);
  if (described.size >= DESCRIBED) described.clear();
  described.set(certificate, description);
  return description;
}

/** A run looks at each certificate several times, and reading one takes two milliseconds. They are public. */
const described = new Map<string, CertificateDescription>();

/** Those of a thousand nodes, a few kilobytes each. */
const DESCRIBED = 4_000;

function parseCertificate(certificate: string): CertificateDescription {
  const x509 = new X509Certificate(certificate);
  // Node.js gives a subject only as text for people; names must be read from the structure, or a comma in one lies.
  const parsed = new ParsedCertificate(x509.raw);
  return {
    serial: x509.serialNumber.toLowerCase(),
    notBefore: parsed.notBefore,
    notAfter: parsed.notAfter,
    commonName: parsed.subjectName.getField('CN')[0] ?? '',
    organizationalUnits: parsed.subjectName.getField('OU'),
    hosts: hostsOf(parsed),
    publicKeyFingerprint: createHash('sha256')
      .update(x509.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    issuer: parsed.issuer,
    authorityKeyId: parsed.getExtension(AuthorityKeyIdentifierExtension)?.keyId?.toLowerCase() ?? '',
  };
}

/**
 * Whether a private key belongs to a certificate.
 *
 * @param certificate PEM
 * @param key PEM
 * @throws Error if one of them cannot be read
 */
export function matches(certificate: string, key: string): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

function hostsOf(parsed: ParsedCertificate): readonly string[] {
  const names = parsed.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  return names.filter((name) => name.type === 'dns' || name.type === 'ip').map((name) => name.value);
}

/**
 * The certificates in a PEM text, each ending in a line feed; what stands between them is dropped.
 *
 * @param text PEM as in RFC 7468, any number of certificates
 */
export function splitPem(text: string): readonly string[] {
  return (text.match(CERTIFICATE) ?? []).map((certificate) => `${certificate}\n`);
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

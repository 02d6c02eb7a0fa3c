import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';

import type { IdentityType } from '../ca/client.ts';
import { describeCertificate, splitPem, type CertificateDescription } from './certificates.ts';
import { nodeOuRole } from './node-ous.ts';

/** Why certificate and key cannot be used as they are, named after the fault. */
export type ViolationReason =
  | 'SecretMissing'
  | 'Unreadable'
  | 'KeyMismatch'
  | 'NotIssuedByCa'
  | 'WrongName'
  | 'WrongRole'
  | 'Expired'
  | 'NearingExpiry'
  | 'RenewalAsked'
  | 'HostsMissing';

export interface Violation {
  readonly reason: ViolationReason;
  /** A sentence without a full stop, e.g. `the certificate is not of org1-ca`. */
  readonly message: string;
}

export interface Material {
  /** PEM; undefined if it is not there. */
  readonly certificate: string | undefined;
  /** Private key, PEM; undefined if it is not there. */
  readonly key: string | undefined;
  /** Certificates of the CA that must have issued it, PEM, up to its root. */
  readonly caChain: string;
  /** Enrollment ID that the certificate must be for. */
  readonly commonName: string;
  /** Names and addresses that it must be good for. */
  readonly hosts: readonly string[];
  readonly now: Date;
  /** When it is renewed although it is good; absent means never. */
  readonly renewal?: Renewal;
}

/** When a certificate is renewed that is good. */
export interface Renewal {
  /** From when on, by its beginning and end; absent means never. */
  readonly dueDate?: (certificate: Pick<CertificateDescription, 'notBefore' | 'notAfter'>) => Date;
  /** Serial numbers of certificates that somebody wants renewed now. */
  readonly asked?: readonly string[];
}

/**
 * Checks an identity (MSP) certificate with its key, as Fabric will: chain, key, NodeOU role, validity; and its names.
 *
 * @returns every fault found, in the order of the checks; none means that the material is good
 */
export function verifyMsp(material: Material & { readonly role: IdentityType }): readonly Violation[] {
  const checkRole: Check = ({ certificate }) => {
    const role = nodeOuRole(certificate);
    if (role === material.role) return undefined;
    return {
      reason: 'WrongRole',
      message: `the certificate makes its owner ${role ?? 'nothing'}, not ${material.role}`,
    };
  };
  return evaluate(material, [
    keyMismatch,
    notIssuedByCa,
    wrongName,
    checkRole,
    expired,
    nearingExpiry,
    renewalAsked,
    hostsMissing,
  ]);
}

/** Checks a TLS certificate with its key: chain, key, names, validity. See {@link verifyMsp}. */
export function verifyTls(material: Material): readonly Violation[] {
  return evaluate(material, [
    keyMismatch,
    notIssuedByCa,
    wrongName,
    expired,
    nearingExpiry,
    renewalAsked,
    hostsMissing,
  ]);
}

interface Readable extends Material {
  readonly certificate: string;
  readonly key: string;
  readonly description: CertificateDescription;
}

type Check = (material: Readable) => Violation | undefined;

function evaluate(material: Material, checks: readonly Check[]): readonly Violation[] {
  const { certificate, key } = material;
  if (certificate === undefined || certificate === '' || key === undefined || key === '') {
    return [{ reason: 'SecretMissing', message: missingParts(certificate, key) }];
  }
  const description = read(certificate, key);
  if (description === undefined) {
    return [{ reason: 'Unreadable', message: 'certificate or key cannot be read as PEM' }];
  }
  return checks.flatMap((check) => check({ ...material, certificate, key, description }) ?? []);
}

function missingParts(certificate = '', key = ''): string {
  if (certificate === '' && key === '') return 'there is no certificate and no private key';
  return certificate === '' ? 'there is no certificate' : 'there is no private key';
}

function read(certificate: string, key: string): CertificateDescription | undefined {
  try {
    createPrivateKey(key);
    return describeCertificate(certificate);
  } catch {
    // The error of a damaged key may quote it.
    return undefined;
  }
}

const keyMismatch: Check = ({ certificate, key }) =>
  new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
    ? undefined
    : { reason: 'KeyMismatch', message: 'the private key does not belong to the certificate' };

const notIssuedByCa: Check = ({ certificate, caChain, now, description }) => {
  const fault = issuedBy(certificate, caChain, now);
  if (fault === undefined) return undefined;
  return { reason: 'NotIssuedByCa', message: `the certificate of ${description.commonName} ${fault}` };
};

/**
 * Whether a certificate leads to a root of a CA, each step signed by the next (RFC 5280, section 6, without policies and
 * names, which Fabric CA does not use).
 *
 * The `X509ChainBuilder` of @peculiar/x509 (2.2) finds issuers by name and signature alone: a certificate that is no CA counts
 * as one, one that has expired too, and a chain that breaks off before a root is returned like any other. What would be left to
 * it is the loop.
 *
 * @param certificate PEM
 * @param caChain certificates of the CA, PEM, in any order, with the root
 * @param now time at which each CA certificate must be valid
 * @returns undefined if it does, else why not, to follow the certificate's name
 */
function issuedBy(certificate: string, caChain: string, now: Date): string | undefined {
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

const wrongName: Check = ({ commonName, description }) =>
  description.commonName === commonName
    ? undefined
    : { reason: 'WrongName', message: `the certificate is for ${description.commonName}, not for ${commonName}` };

const expired: Check = ({ now, description: { notBefore, notAfter } }) => {
  if (now > notAfter) return { reason: 'Expired', message: `the certificate expired at ${notAfter.toISOString()}` };
  if (now < notBefore) {
    return { reason: 'Expired', message: `the certificate is not valid before ${notBefore.toISOString()}` };
  }
  return undefined;
};

const nearingExpiry: Check = ({ now, caChain, renewal, description }) => {
  const { notAfter } = description;
  const due = renewal?.dueDate?.(description);
  // A new certificate would end at the same moment as its CA.
  if (due === undefined || now < due || now > notAfter || endsWithCa(description, caChain)) return undefined;
  return { reason: 'NearingExpiry', message: `the certificate expires at ${notAfter.toISOString()}` };
};

/** Whether a certificate ends together with its CA: Fabric CA (lib/serverenroll.go) cuts what it issues to its own end. */
export function endsWithCa({ notAfter }: Pick<CertificateDescription, 'notAfter'>, caChain: string): boolean {
  return splitPem(caChain).some((pem) => describeCertificate(pem).notAfter.getTime() - notAfter.getTime() < MINUTE_MS);
}

const renewalAsked: Check = ({ renewal, description: { serial } }) =>
  renewal?.asked?.includes(serial) === true
    ? { reason: 'RenewalAsked', message: 'its renewal was asked for' }
    : undefined;

const MINUTE_MS = 60_000;

const hostsMissing: Check = ({ hosts, description }) => {
  const certified = new Set(description.hosts.map(canonical));
  const missing = hosts.filter((host) => !certified.has(canonical(host)));
  if (missing.length === 0) return undefined;
  return { reason: 'HostsMissing', message: `the certificate is not good for ${missing.join(', ')}` };
};

/**
 * Checks the certificate of a CA's own endpoint, which is its own trust anchor: key, names, validity.
 * See {@link verifyMsp}.
 */
export function verifyEndpoint(material: Omit<Material, 'caChain'>): readonly Violation[] {
  return evaluate({ ...material, caChain: '' }, [
    keyMismatch,
    wrongName,
    expired,
    nearingExpiry,
    renewalAsked,
    hostsMissing,
  ]);
}

/** One spelling for each name and address: upper case and the many forms of an IPv6 address make no difference. */
function canonical(host: string): string {
  return isIPv6(host) ? new URL(`http://[${host}]`).hostname : host.toLowerCase();
}

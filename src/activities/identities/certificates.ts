import {
  verifyMsp,
  verifyTls,
  type IdentityType,
  type Material,
  type Renewal,
  type Violation,
} from '../../fabric/index.ts';
import { renewalDate, type CertificateLifetimes } from '../../spec/index.ts';
import type { StoredSecret } from '../cluster/secrets.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import type { Identity } from '../inputs.ts';
import type { Roots } from './roots.ts';

/* Which certificates an identity has, and whether those that are stored are good. Pure: what to do about it is in `issue.ts`. */

/** The two CAs of an organization. */
export type IssuerName = 'enrollmentCa' | 'tlsCa';

export const ISSUERS: readonly IssuerName[] = ['enrollmentCa', 'tlsCa'];

/** What differs between the certificates of an organization's identities. */
export interface CertificateKind {
  readonly issuer: IssuerName;
  /** Signing profile of the CA; absent means the one for identities. */
  readonly profile?: 'tls';
  /** Which of the described lifetimes it has. */
  readonly lifetime: 'identity' | 'tls';
  /** Entry of the Secret that holds the certificate. */
  readonly entry: string;
  readonly verify: (material: Omit<Material, 'caChain'>, type: IdentityType, roots: Roots) => readonly Violation[];
  /** The CA certificates that are stored with it, by entry, as the manifests of nodes mount them. */
  readonly caCertificates: (roots: Roots) => Readonly<Record<string, string>>;
}

/** Who somebody is towards channels: the certificate of a local MSP. */
const ENROLLMENT: CertificateKind = {
  issuer: 'enrollmentCa',
  lifetime: 'identity',
  entry: 'cert.pem',
  verify: (material, role, { ca }) => verifyMsp({ ...material, caChain: ca, role }),
  caCertificates: ({ ca, tlsca }) => ({ 'ca.pem': ca, 'tlsca.pem': tlsca }),
};

/** The certificate of a TLS endpoint. */
const TLS: CertificateKind = {
  issuer: 'tlsCa',
  profile: 'tls',
  lifetime: 'tls',
  entry: 'cert.pem',
  verify: (material, _, { tlsca }) => verifyTls({ ...material, caChain: tlsca }),
  caCertificates: ({ tlsca }) => ({ 'ca.pem': tlsca }),
};

/** By which the registrar is known at each of the two CAs: enrollment certificates both, for one key. */
const REGISTRAR_KINDS: readonly CertificateKind[] = [
  {
    issuer: 'enrollmentCa',
    lifetime: 'identity',
    entry: 'cert.pem',
    verify: (material, role, { ca }) => verifyMsp({ ...material, caChain: ca, role }),
    caCertificates: () => ({}),
  },
  {
    issuer: 'tlsCa',
    lifetime: 'identity',
    entry: 'tlsca-cert.pem',
    verify: (material, role, { tlsca }) => verifyMsp({ ...material, caChain: tlsca, role }),
    caCertificates: () => ({}),
  },
];

/** What certificates are measured by. */
export interface Expectation {
  readonly identity: Identity;
  readonly roots: Roots;
  readonly now: Date;
  readonly lifetimes: CertificateLifetimes;
  /** Serial numbers of certificates that are renewed although they are good; absent means none. */
  readonly renew?: readonly string[];
}

/** One certificate as it is stored, and what has to be done about it. */
export interface EvaluatedCertificate {
  readonly kind: CertificateKind;
  /** PEM; undefined if there is none. */
  readonly pem: string | undefined;
  /** Unchanged while it is good. */
  readonly decision: Decision;
  /** It is good, and renewed because somebody asked for it. */
  readonly isAsked: boolean;
}

/** A Secret that holds one key and the certificates issued for it. */
export interface EvaluatedSecret {
  readonly stored: StoredSecret;
  readonly certificates: readonly EvaluatedCertificate[];
}

/** The Secrets of an orderer's, a peer's, an Admin's or a chaincode server's identity. */
export interface IdentityMaterial<Secret> {
  readonly msp: Secret;
  readonly tls: Secret;
}

/** Evaluates both certificates of an identity. */
export function evaluateIdentity(
  { msp, tls }: IdentityMaterial<StoredSecret>,
  expected: Expectation,
): IdentityMaterial<EvaluatedSecret> {
  return { msp: evaluate(msp, [ENROLLMENT], expected), tls: evaluate(tls, [TLS], expected) };
}

/** Evaluates the certificate of an identity that serves nothing, and so has none for TLS. */
export function evaluateApplication(stored: StoredSecret, expected: Expectation): EvaluatedSecret {
  return evaluate(stored, [ENROLLMENT], expected);
}

/** Evaluates the registrar's certificates. */
export function evaluateRegistrar(stored: StoredSecret, expected: Expectation): EvaluatedSecret {
  return evaluate(stored, REGISTRAR_KINDS, expected);
}

/** Whether a certificate is good for its key and for who shall have it. */
export function isValid(kind: CertificateKind, certificate: string, key: string, expected: Expectation): boolean {
  return violationsOf(kind, certificate, key, expected).length === 0;
}

/** Whether one of the certificates of a Secret has to be issued. */
export function isDue({ certificates }: EvaluatedSecret): boolean {
  return certificates.some(({ decision }) => decision.outcome !== 'unchanged');
}

function evaluate(stored: StoredSecret, kinds: readonly CertificateKind[], expected: Expectation): EvaluatedSecret {
  const certificates = kinds.map((kind): EvaluatedCertificate => {
    const { [kind.entry]: pem, 'key.pem': key } = stored.data;
    const violations = violationsOf(kind, pem, key, expected);
    return { kind, pem, decision: decide(pem, violations), isAsked: violations[0]?.reason === 'RenewalAsked' };
  });
  return { stored, certificates };
}

function decide(certificate: string | undefined, [violation]: readonly Violation[]): Decision {
  if (violation === undefined) return UNCHANGED;
  return certificate === undefined
    ? { outcome: 'created', reason: 'was not enrolled' }
    : { outcome: 'updated', reason: violation.message };
}

function violationsOf(
  kind: CertificateKind,
  certificate: string | undefined,
  key: string | undefined,
  { identity: { name, type, hosts }, roots, now, lifetimes, renew }: Expectation,
): readonly Violation[] {
  const renewal = renewalOf(lifetimes, kind.lifetime, renew);
  return kind.verify({ certificate, key, commonName: name, hosts, now, renewal }, type, roots);
}

/**
 * When a certificate is renewed, as the description says it.
 *
 * @param use which of the described lifetimes it has
 * @param asked serial numbers of certificates that are renewed now
 */
export function renewalOf(
  lifetimes: CertificateLifetimes,
  use: 'identity' | 'tls',
  asked: readonly string[] = [],
): Renewal {
  return { dueDate: (certificate) => renewalDate(certificate, lifetimes, use), asked };
}

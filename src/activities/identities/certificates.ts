import {
  certificateSigningRequest,
  newPrivateKey,
  verifyMsp,
  verifyTls,
  type CertificateAuthority,
  type Material,
  type Registrar,
  type Violation,
} from '../../fabric/index.ts';
import type { Roots } from './credentials.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { writeSecret, type StoredSecret } from '../cluster/secrets.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import type { Identity, IdentityInput } from '../inputs.ts';

/** What differs between the two certificates that every identity has. */
export interface CertificateKind {
  /** Which of the identity's Secrets holds it. */
  readonly secret: 'msp' | 'tls';
  readonly issuer: 'enrollmentCa' | 'tlsCa';
  readonly profile?: 'tls';
  readonly verify: (material: Omit<Material, 'caChain'>, identity: Identity, roots: Roots) => readonly Violation[];
  /** The CA certificates that lie beside it in the Secret, as the manifests of nodes mount them. */
  readonly beside: (roots: Roots) => Record<string, string>;
}

/** The certificate of an MSP: who somebody is. */
const ENROLLMENT: CertificateKind = {
  secret: 'msp',
  issuer: 'enrollmentCa',
  verify: (material, { type }, { ca }) => verifyMsp({ ...material, caChain: ca, role: type }),
  beside: ({ ca, tlsca }) => ({ 'ca.pem': ca, 'tlsca.pem': tlsca }),
};

/** The certificate of a TLS endpoint. */
const TLS: CertificateKind = {
  secret: 'tls',
  issuer: 'tlsCa',
  profile: 'tls',
  verify: (material, _, { tlsca }) => verifyTls({ ...material, caChain: tlsca }),
  beside: ({ tlsca }) => ({ 'ca.pem': tlsca }),
};

/** One of an identity's two certificates: what is stored of it, and what has to be done about it. */
export interface Certificate {
  readonly kind: CertificateKind;
  readonly stored: StoredSecret;
  readonly decision: Decision;
  /** Whether a certificate for a key would be good. */
  readonly accepts: (certificate: string, key: string) => boolean;
  /** What lies beside it. */
  readonly roots: Roots;
}

/** Judges the stored certificate: it stays while it is good. */
function judge(kind: CertificateKind, stored: StoredSecret, identity: Identity, roots: Roots): Certificate {
  const violations = (certificate: string | undefined, key: string | undefined): readonly Violation[] =>
    kind.verify(
      { certificate, key, commonName: identity.name, hosts: identity.hosts, now: new Date() },
      identity,
      roots,
    );
  const { 'cert.pem': certificate, 'key.pem': key } = stored.data;
  return {
    kind,
    stored,
    roots,
    decision: decide(certificate, violations(certificate, key)),
    accepts: (candidate, itsKey) => violations(candidate, itsKey).length === 0,
  };
}

/** Judges both certificates of an identity, as its Secrets hold them. */
export function evaluateIdentity(
  stored: Readonly<Record<CertificateKind['secret'], StoredSecret>>,
  identity: Identity,
  roots: Roots,
): readonly Certificate[] {
  return [ENROLLMENT, TLS].map((kind) => judge(kind, stored[kind.secret], identity, roots));
}

function decide(certificate: string | undefined, [violation]: readonly Violation[]): Decision {
  if (violation === undefined) return UNCHANGED;
  return certificate === undefined
    ? { outcome: 'created', reason: 'was not enrolled' }
    : { outcome: 'updated', reason: violation.message };
}

/** The CA that issues a certificate, who may ask it anything, and the secret with which the identity enrolls there. */
export interface Issuer {
  readonly ca: CertificateAuthority;
  readonly registrar: Registrar;
  readonly secret: string;
}

/**
 * Enrolls an identity for one certificate and writes it to its Secret.
 *
 * The key is durable before the CA certifies it, so that an answer that gets lost is not asked for a second time: the CA
 * is then asked what it has issued. A key that is there is kept: the consenters of a channel are known by theirs.
 *
 * @returns the certificate, PEM
 */
export async function obtainCertificate(
  dependencies: Dependencies,
  { kind, stored, accepts, roots }: Certificate,
  { ca, registrar, secret }: Issuer,
  { organization, identity, network, signal, name }: IdentityInput & { readonly name: string; signal: AbortSignal },
): Promise<string> {
  const write = (data: Record<string, string>, over: StoredSecret): Promise<StoredSecret> =>
    writeSecret(
      dependencies,
      { name, namespace: organization.namespace, organization: organization.name, owner: identity.name, data },
      over,
      { network, signal },
    );
  const earlierKey = stored.data['key.pem'];
  const key = earlierKey ?? newPrivateKey();
  const durable = earlierKey === undefined ? await write({ 'key.pem': key }, stored) : stored;
  const issued =
    earlierKey === undefined
      ? undefined
      : (await ca.certificates(registrar, identity.name)).find((candidate) => accepts(candidate, key));
  const { profile } = kind;
  const certificate =
    issued ??
    (await certify(ca, { id: identity.name, secret, key, hosts: identity.hosts, ...(profile && { profile }) }));
  await write({ 'cert.pem': certificate, 'key.pem': key, ...kind.beside(roots) }, durable);
  return certificate;
}

/** Makes the request for a key's certificate and has the CA sign it. Each call enrolls anew. */
export async function certify(
  ca: CertificateAuthority,
  request: {
    readonly id: string;
    readonly secret: string;
    readonly key: string;
    readonly hosts: readonly string[];
    readonly profile?: 'tls';
  },
): Promise<string> {
  const { id, secret, key, hosts, profile } = request;
  const csr = await certificateSigningRequest({ commonName: id, hosts, key });
  const { certificate } = await ca.enroll({ id, secret, csr, ...(profile === undefined ? {} : { profile }) });
  return certificate;
}

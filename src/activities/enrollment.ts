import {
  certificateSigningRequest,
  newPrivateKey,
  verifyMsp,
  verifyTls,
  type CertificateAuthority,
  type Material,
  type Violation,
} from '../fabric/index.ts';
import { certificateAuthorityObjects, identitySecrets } from '../spec/index.ts';
import type { CertificateAuthorities } from './certificate-authorities.ts';
import { failure } from './failures.ts';
import { applySecret, readText, type Dependencies } from './manifests.ts';
import { UNCHANGED, type Decision, type StepContext } from './step.ts';
import type { Identity, IdentityTarget } from './targets.ts';

/** Root certificates of an organization's two CAs, PEM. */
interface Roots {
  readonly ca: string;
  readonly tlsca: string;
}

/** What differs between the two certificates that every identity has. */
interface CertificateKind {
  /** Which of the identity's Secrets holds it. */
  readonly secret: 'msp' | 'tls';
  readonly issuer: 'enrollmentCa' | 'tlsCa';
  readonly profile?: 'tls';
  readonly verify: (material: Omit<Material, 'caChain'>, identity: Identity, roots: Roots) => readonly Violation[];
  /** The CA certificates that lie beside it in the Secret, as the manifests of nodes mount them. */
  readonly beside: (roots: Roots) => Record<string, string>;
}

/** The certificate of an MSP: who somebody is. */
export const ENROLLMENT: CertificateKind = {
  secret: 'msp',
  issuer: 'enrollmentCa',
  verify: (material, { type }, { ca }) => verifyMsp({ ...material, caChain: ca, role: type }),
  beside: ({ ca, tlsca }) => ({ 'ca.pem': ca, 'tlsca.pem': tlsca }),
};

/** The certificate of a TLS endpoint. */
export const TLS: CertificateKind = {
  secret: 'tls',
  issuer: 'tlsCa',
  profile: 'tls',
  verify: (material, _, { tlsca }) => verifyTls({ ...material, caChain: tlsca }),
  beside: ({ tlsca }) => ({ 'ca.pem': tlsca }),
};

/** Has a certificate and its key stand in the identity's Secret: those that are there while they are good, else new ones. */
export async function enroll(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  target: IdentityTarget & { readonly kind: CertificateKind },
  { signal }: StepContext,
): Promise<Decision> {
  const { organization, identity, kind } = target;
  const name = identitySecrets(identity.name)[kind.secret];
  const [stored, roots] = await Promise.all([
    readText(dependencies, 'Secret', organization.namespace, name, signal),
    readRoots(dependencies, target, signal),
  ]);
  const violations = (certificate: string | undefined, key: string | undefined): readonly Violation[] =>
    kind.verify(
      { certificate, key, commonName: identity.name, hosts: identity.hosts, now: new Date() },
      identity,
      roots,
    );
  const decision = decide(stored, violations);
  if (target.dryRun || decision.outcome === 'unchanged') return decision;

  const write = (data: Record<string, string>): Promise<Decision> =>
    applySecret(
      dependencies,
      { name, namespace: organization.namespace, organization: organization.name, owner: identity.name, data },
      { ...target, signal },
    );
  // The key is durable before the CA certifies it, so that an answer that gets lost is not asked for a second time.
  // A key that is there is kept: the consenters of a channel are known by theirs.
  const earlierKey = stored?.['key.pem'];
  const key = earlierKey ?? newPrivateKey();
  if (earlierKey === undefined) await write({ 'key.pem': key });
  const issued =
    earlierKey === undefined
      ? undefined
      : await issuedCertificate(authorities, target, (candidate) => violations(candidate, key).length === 0, signal);
  const certificate = issued ?? (await newCertificate(dependencies, authorities, target, key, signal));
  await write({ 'cert.pem': certificate, 'key.pem': key, ...kind.beside(roots) });
  return decision;
}

function decide(
  stored: Readonly<Record<string, string>> | undefined,
  violations: (certificate: string | undefined, key: string | undefined) => readonly Violation[],
): Decision {
  const { 'cert.pem': certificate, 'key.pem': key } = stored ?? {};
  const [violation] = violations(certificate, key);
  if (violation === undefined) return UNCHANGED;
  return certificate === undefined
    ? { outcome: 'created', reason: 'was not enrolled' }
    : { outcome: 'updated', reason: violation.message };
}

async function readRoots(
  dependencies: Dependencies,
  { organization }: IdentityTarget,
  signal: AbortSignal,
): Promise<Roots> {
  const { certificates } = certificateAuthorityObjects(organization);
  const published = await readText(dependencies, 'ConfigMap', organization.namespace, certificates, signal);
  return { ca: published?.['ca.pem'] ?? '', tlsca: published?.['tlsca.pem'] ?? '' };
}

/** The certificate that the CA already issued, if the answer to an earlier enrollment was lost because a worker died. */
async function issuedCertificate(
  authorities: CertificateAuthorities,
  target: IdentityTarget & { readonly kind: CertificateKind },
  accepts: (certificate: string) => boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const registrar = await authorities.registrar(target, signal);
  const { issuer } = target.kind;
  const issued = await authorities.use(target, signal, (pair) =>
    pair[issuer].certificates(registrar[issuer], target.identity.name),
  );
  return issued.find(accepts);
}

/** Has the CA certify a key. Each call enrolls anew. */
async function newCertificate(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  target: IdentityTarget & { readonly kind: CertificateKind },
  key: string,
  signal: AbortSignal,
): Promise<string> {
  const { identity, kind } = target;
  const secret = await enrollmentSecret(dependencies, target, signal);
  return authorities.use(target, signal, (pair) =>
    certify(pair[kind.issuer], {
      id: identity.name,
      secret,
      key,
      hosts: identity.hosts,
      ...(kind.profile ? { profile: kind.profile } : {}),
    }),
  );
}

async function enrollmentSecret(
  dependencies: Dependencies,
  { organization, identity }: IdentityTarget,
  signal: AbortSignal,
): Promise<string> {
  const { enrollment } = identitySecrets(identity.name);
  const secret = (await readText(dependencies, 'Secret', organization.namespace, enrollment, signal))?.['secret'];
  if (secret !== undefined) return secret;
  throw failure(
    'MaterialMissing',
    `Secret ${enrollment} in namespace ${organization.namespace} is missing. It is made by the step registerIdentity: run weft up again.`,
  );
}

/** Makes the request for a key's certificate and has the CA sign it. */
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

import {
  certificateSigningRequest,
  CertificateAuthorityError,
  connectCertificateAuthority,
  describeCertificate,
  enrollmentCaName,
  newPrivateKey,
  tlsCaName,
  type CertificateAuthority,
  type EnrollmentAllowance,
  type RegisteredIdentity,
  type Registrar,
} from '../../../src/fabric/index.ts';
import { portForward, type Cluster } from '../../../src/kubernetes/index.ts';
import type { Organization } from '../../../src/spec/index.ts';
import { dataOf, entry } from './objects.ts';

// A CA answers in tens of milliseconds; the rest is for a machine that is busy with other tests.
const TIMEOUT_MS = 30_000;

/** The two CAs of an organization as their registrar sees them, through a port-forward. */
export interface AuthoritiesView {
  readonly enrollmentCa: AuthorityView;
  readonly tlsCa: AuthorityView;
  readonly close: () => Promise<void>;
}

export interface AuthorityView {
  /** The CA's own certificate with those above it, PEM. */
  readonly root: () => Promise<string>;
  readonly identity: (id: string) => Promise<RegisteredIdentity | undefined>;
  /** Has an identity enroll by a secret, as often as is allowed. */
  readonly setSecret: (id: string, allowance: EnrollmentAllowance) => Promise<void>;
  /** Enrollment IDs of all valid certificates that the CA ever issued, sorted; one entry for each certificate. */
  readonly issuedTo: () => Promise<string[]>;
}

export async function viewAuthorities(
  cluster: Cluster,
  organization: Pick<Organization, 'name' | 'namespace'>,
): Promise<AuthoritiesView> {
  const { name, namespace } = organization;
  const registrar = await dataOf(cluster, 'Secret', namespace, `${name}-ca-registrar`);
  const { connect, close } = await connectAuthorities(cluster, organization);
  const key = entry(registrar, 'key.pem');
  const [enrollmentCa, tlsCa] = [connect(enrollmentCaName(name)), connect(tlsCaName(name))];
  return {
    enrollmentCa: view(enrollmentCa, { key, certificate: entry(registrar, 'cert.pem') }),
    tlsCa: view(tlsCa, { key, certificate: entry(registrar, 'tlsca-cert.pem') }),
    close: async () => {
      await Promise.all([enrollmentCa.close(), tlsCa.close()]);
      await close();
    },
  };
}

interface AuthoritiesConnection {
  /** By the CA's name. */
  readonly connect: (caName: string) => CertificateAuthority;
  readonly close: () => Promise<void>;
}

async function connectAuthorities(
  cluster: Cluster,
  { name, namespace }: Pick<Organization, 'name' | 'namespace'>,
): Promise<AuthoritiesConnection> {
  const service = `${name}-ca`;
  const endpoint = await dataOf(cluster, 'Secret', namespace, `${service}-tls`);
  const way = await portForward(cluster).connect({ namespace, service, port: 443 }, AbortSignal.timeout(TIMEOUT_MS));
  const connect = (caName: string): CertificateAuthority =>
    connectCertificateAuthority({
      host: way.host,
      port: way.port,
      servername: service,
      tlsRoots: entry(endpoint, 'tls.crt'),
      caName,
      timeoutMs: TIMEOUT_MS,
    });
  return { connect, close: () => way.close() };
}

/** Whether both CAs of an organization certify an identity by this enrollment secret; each that does has issued one more. */
export async function enrollsWith(
  cluster: Cluster,
  organization: Pick<Organization, 'name' | 'namespace'>,
  id: string,
  secret: string,
): Promise<boolean> {
  const { close, connect } = await connectAuthorities(cluster, organization);
  const authorities = [connect(enrollmentCaName(organization.name)), connect(tlsCaName(organization.name))];
  try {
    const csr = await certificateSigningRequest({ commonName: id, hosts: [], key: newPrivateKey() });
    for (const ca of authorities) await ca.enroll({ id, secret, csr });
    return true;
  } catch (error) {
    if (error instanceof CertificateAuthorityError && error.kind === 'authenticationFailed') return false;
    throw error;
  } finally {
    await Promise.all(authorities.map((ca) => ca.close()));
    await close();
  }
}

function view(ca: CertificateAuthority, registrar: Registrar): AuthorityView {
  return {
    root: async () => (await ca.info()).chain,
    identity: (id) => ca.identity(registrar, id),
    setSecret: (id, allowance) => ca.setSecret(registrar, id, allowance),
    issuedTo: async () => {
      // Without an identity the CA lists the certificates of all of them.
      const certificates = await ca.certificates(registrar, '');
      return certificates.map((certificate) => describeCertificate(certificate).commonName).sort();
    },
  };
}

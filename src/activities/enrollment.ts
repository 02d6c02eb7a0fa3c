import { certificateSigningRequest, type CertificateAuthority, type Registrar } from '../fabric/index.ts';

export interface Enrollment {
  /** Enrollment ID. */
  readonly id: string;
  readonly secret: string;
  /** Private key, PKCS#8 PEM; already durable when it comes here. */
  readonly key: string;
  readonly hosts: readonly string[];
  /** The CA's signing profile; absent means its default, for identities. */
  readonly profile?: 'tls';
}

/** Has a CA certify a key. Each call enrolls anew. */
export async function newCertificate(
  ca: CertificateAuthority,
  { key, id, secret, hosts, profile }: Enrollment,
): Promise<string> {
  const csr = await certificateSigningRequest({ commonName: id, hosts, key });
  const { certificate } = await ca.enroll({ id, secret, csr, ...(profile === undefined ? {} : { profile }) });
  return certificate;
}

/**
 * The certificate that a CA already issued, if the answer to an earlier enrollment was lost because a worker died.
 *
 * @param accepts whether a certificate is what would be asked for now
 */
export async function issuedCertificate(
  ca: CertificateAuthority,
  registrar: Registrar,
  id: string,
  accepts: (certificate: string) => boolean,
): Promise<string | undefined> {
  const issued = await ca.certificates(registrar, id);
  return issued.find(accepts);
}

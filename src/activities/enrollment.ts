import { certificateSigningRequest, matches, type CertificateAuthority, type Registrar } from '../fabric/index.ts';

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

/**
 * A certificate of a CA for a key.
 *
 * With a registrar, the CA is asked first what it already issued: if the answer to an earlier enrollment was lost (a
 * worker died), its certificate is taken, and nobody is enrolled twice.
 */
export async function certificateFor(ca: CertificateAuthority, { key, id, secret, hosts, profile }: Enrollment, registrar?: Registrar): Promise<string> {
  if (registrar !== undefined) {
    for (const certificate of await ca.certificates(registrar, id)) {
      if (matches(certificate, key)) return certificate;
    }
  }
  const csr = await certificateSigningRequest({ commonName: id, hosts, key });
  const { certificate } = await ca.enroll({ id, secret, csr, ...(profile === undefined ? {} : { profile }) });
  return certificate;
}

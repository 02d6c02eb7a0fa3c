/*
 * CAs of Weft's own: a key and a self-signed certificate, without a server. One certifies who may call an endpoint of Fabric's nodes,
 * for as long as a call takes.
 */
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';
import { BACKDATE_MS, ECDSA, HOUR_MS, keyPair, newPrivateKey } from './keys.ts';

/** A certificate and the private key that belongs to it, PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes a CA that certifies clients and nobody else: no intermediate CA can be under it.
 *
 * @param authority.lifetimeHours from now
 * @param authority.key private key, PEM; absent means a new one. With the same key and name, what was certified before is good under the new
 *   certificate, and what is certified from now on under the old one
 */
export async function selfSignedAuthority(authority: {
  readonly commonName: string;
  readonly lifetimeHours: number;
  readonly key?: string;
}): Promise<CertifiedKey> {
  const key = authority.key ?? newPrivateKey();
  const keys = await keyPair(key);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [authority.commonName] }],
    keys,
    signingAlgorithm: ECDSA,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + authority.lifetimeHours * HOUR_MS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key };
}

/**
 * Certifies a TLS client, with a new key. Its certificate begins when that of the CA does, for clocks that are behind.
 *
 * @param client.lifetimeHours from now
 */
export async function clientCertificate(
  authority: CertifiedKey,
  client: { readonly commonName: string; readonly lifetimeHours: number },
): Promise<CertifiedKey> {
  const key = newPrivateKey();
  const [issuer, subject] = await Promise.all([keyPair(authority.key), keyPair(key)]);
  const ca = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    // Whoever verifies a chain compares the two names byte by byte.
    issuer: ca.subjectName,
    subject: [{ CN: [client.commonName] }],
    publicKey: subject.publicKey,
    signingKey: issuer.privateKey,
    signingAlgorithm: ECDSA,
    notBefore: ca.notBefore,
    notAfter: new Date(Date.now() + client.lifetimeHours * HOUR_MS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key };
}

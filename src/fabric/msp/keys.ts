/*
 * Keys and certificate signing requests.
 *
 * Keys are made by Node.js' own crypto. Requests and self-signed certificates are written by @peculiar/x509: it is
 * maintained, typed, signs by WebCrypto (so by the same OpenSSL) and knows the extensions that Fabric CA reads.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from './x509.ts';

// The only curve that Fabric's default crypto provider uses for signing, with the only hash that goes with it.
export const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

// Clocks of a cluster's machines differ; Fabric CA backdates its own certificates by the same five minutes.
export const BACKDATE_MS = 5 * 60_000;

export const HOUR_MS = 3_600_000;

/** Makes a private key on P-256, PKCS#8 PEM, the form in which Fabric's programs read and write a keystore. */
export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * A certificate signing request (PKCS #10, RFC 2986), PEM.
 *
 * @param request.commonName the enrollment ID: Fabric CA refuses any other name
 * @param request.hosts subject alternative names: DNS names and IP addresses; none is allowed
 * @param request.key private key, PEM
 */
export async function certificateSigningRequest(request: {
  readonly commonName: string;
  readonly hosts: readonly string[];
  readonly key: string;
}): Promise<string> {
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [request.commonName] }],
    keys: await keyPair(request.key),
    signingAlgorithm: ECDSA,
    extensions: request.hosts.length === 0 ? [] : [alternativeNames(request.hosts)],
  });
  return `${csr.toString('pem')}\n`;
}

/**
 * A self-signed certificate for a TLS server that has to answer before there is a CA to ask: the CA's own endpoint.
 * It is its own trust anchor and, not being a CA (RFC 5280, basicConstraints), vouches for nobody else.
 *
 * @param server.commonName the server's name
 * @param server.hosts DNS names and IP addresses under which it is reached
 * @param server.lifetimeHours from now
 * @param server.key private key, PEM; absent means a new one
 * @returns certificate and private key, PEM
 */
export async function selfSignedServerCertificate(server: {
  readonly commonName: string;
  readonly hosts: readonly string[];
  readonly lifetimeHours: number;
  readonly key?: string;
}): Promise<{ readonly certificate: string; readonly key: string }> {
  const key = server.key ?? newPrivateKey();
  const keys = await keyPair(key);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [server.commonName] }],
    keys,
    signingAlgorithm: ECDSA,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + server.lifetimeHours * HOUR_MS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      alternativeNames(server.hosts),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key };
}

/** A private key, PEM, and its public key as @peculiar/x509 takes them. */
export async function keyPair(key: string): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const secret = createPrivateKey(key);
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', secret.export({ type: 'pkcs8', format: 'der' }), ECDSA, false, ['sign']),
    subtle.importKey('spki', createPublicKey(secret).export({ type: 'spki', format: 'der' }), ECDSA, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

function alternativeNames(hosts: readonly string[]): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension(
    hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
  );
}

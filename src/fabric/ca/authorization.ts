import { createPrivateKey } from 'node:crypto';

import { p256 } from '@noble/curves/nist.js';

/** Who registers identities at a CA: an enrolled identity with its private key, both PEM. */
export interface Registrar {
  readonly certificate: string;
  readonly key: string;
}

/** The parts of a request that its token signs. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as they are sent. */
  readonly path: string;
  /** The body exactly as it is sent; empty for none. */
  readonly body: string;
}

/**
 * The Authorization header by which Fabric CA knows an enrolled identity (`GenECDSAToken` in its util/util.go):
 * `<base64 certificate>.<base64 signature>` over method, path, body and certificate.
 *
 * Fabric accepts only the smaller of the two S values that make a valid ECDSA signature; OpenSSL gives either,
 * @noble/curves gives the one that is asked for.
 */
export function authorizationToken(registrar: Registrar, request: SignedRequest): string {
  const certificate = base64(registrar.certificate);
  const payload = `${request.method}.${base64(request.path)}.${base64(request.body)}.${certificate}`;
  const signature = p256.sign(Buffer.from(payload), secretScalar(registrar.key), {
    prehash: true,
    lowS: true,
    format: 'der',
  });
  return `${certificate}.${Buffer.from(signature).toString('base64')}`;
}

/** The Authorization header of an enrollment: HTTP Basic (RFC 7617) with enrollment ID and secret. */
export function basicAuthorization(id: string, secret: string): string {
  return `Basic ${base64(`${id}:${secret}`)}`;
}

function secretScalar(key: string): Uint8Array {
  const { crv, d } = createPrivateKey(key).export({ format: 'jwk' });
  if (crv !== 'P-256' || d === undefined) {
    throw new TypeError(`A registrar signs with an ECDSA key on P-256; its key is ${crv ?? 'of another kind'}.`);
  }
  return Buffer.from(d, 'base64url');
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

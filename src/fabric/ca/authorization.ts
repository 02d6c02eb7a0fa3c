import { createPrivateKey } from 'node:crypto';

import { messageSigner } from '../msp/signing-identity.ts';

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
 * Fabric takes ECDSA on P-256 here.
 *
 * @throws TypeError if the registrar's key is another one
 */
export async function authorizationToken(registrar: Registrar, request: SignedRequest): Promise<string> {
  requireP256(registrar.key);
  const certificate = base64(registrar.certificate);
  const payload = `${request.method}.${base64(request.path)}.${base64(request.body)}.${certificate}`;
  const signature = await messageSigner(registrar.key)(Buffer.from(payload));
  return `${certificate}.${Buffer.from(signature).toString('base64')}`;
}

/** The Authorization header of an enrollment: HTTP Basic (RFC 7617) with enrollment ID and secret. */
export function basicAuthorization(id: string, secret: string): string {
  return `Basic ${base64(`${id}:${secret}`)}`;
}

function requireP256(key: string): void {
  const { asymmetricKeyDetails: { namedCurve = 'of another kind' } = {} } = createPrivateKey(key);
  if (namedCurve === P256) return;
  throw new TypeError(`A registrar signs with an ECDSA key on P-256; its key is ${namedCurve}.`);
}

/** OpenSSL's name of P-256. */
const P256 = 'prime256v1';

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

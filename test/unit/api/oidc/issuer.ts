import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';

/** An issuer of tokens with keys that tests change. */
export interface TestIssuer {
  readonly url: string;
  /** How often its keys were asked for. */
  keyRequests: number;
  /** What it answers with to everything; 200 is as it should be. */
  status: number;
  /** Signs from now on with another key, which it tells alone. */
  rotate(): Promise<void>;
  token(claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  close(): Promise<void>;
}

export interface TokenOptions {
  readonly issuer?: string;
  readonly audience?: string | string[];
  /** Seconds since 1970; absent means in five minutes. */
  readonly expires?: number | null;
  readonly notBefore?: number;
  /** A key of somebody else, under the key id of the issuer's. */
  readonly forged?: boolean;
}

interface Key {
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  readonly publicKey: JWK;
}

export async function testIssuer(): Promise<TestIssuer> {
  let generation = 0;
  let key = await newKey();
  async function newKey(): Promise<Key> {
    generation += 1;
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    return { privateKey, publicKey: { ...(await exportJWK(publicKey)), kid: `key-${generation}`, alg: 'ES256' } };
  }

  const server: Server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: self.url, jwks_uri: `${self.url}/keys` },
      '/keys': { keys: [key.publicKey] },
    };
    if (request.url === '/keys') self.keyRequests += 1;
    response.writeHead(self.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(documents[request.url ?? '']));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const self: TestIssuer = {
    url: `http://127.0.0.1:${port}`,
    keyRequests: 0,
    status: 200,
    rotate: async () => {
      key = await newKey();
    },
    token: async (claims = {}, { issuer = self.url, audience = 'weft', expires, notBefore, forged = false } = {}) => {
      const signer = forged ? (await generateKeyPair('ES256')).privateKey : key.privateKey;
      const now = Math.floor(Date.now() / 1000);
      const jwt = new SignJWT({ sub: 'ana', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: key.publicKey.kid ?? '' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now);
      if (expires !== null) jwt.setExpirationTime(expires ?? now + 300);
      if (notBefore !== undefined) jwt.setNotBefore(notBefore);
      return jwt.sign(signer);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

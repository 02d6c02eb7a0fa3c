import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { authorizationToken, basicAuthorization } from '../../../../src/fabric/ca/authorization.ts';
import { newPrivateKey } from '../../../../src/fabric/index.ts';

// Half the order of P-256 (FIPS 186-4, D.1.2.3), rounded down.
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

const REQUEST = { method: 'POST', path: '/api/v1/register?ca=org1-ca', body: '{"id":"org1-peer1"}' };
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

describe('the token of a registrar', () => {
  it('is its certificate and a signature over method, path, body and certificate, as Fabric CA puts them together', async () => {
    const key = newPrivateKey();
    const [certificate, signature] = (await authorizationToken({ certificate: CERTIFICATE, key }, REQUEST)).split('.');

    expect(certificate).toBe(btoa(CERTIFICATE));
    const payload = `POST.${btoa(REQUEST.path)}.${btoa(REQUEST.body)}.${btoa(CERTIFICATE)}`;
    expect(verify('sha256', Buffer.from(payload), createPublicKey(key), Buffer.from(signature ?? '', 'base64'))).toBe(
      true,
    );
    expect(
      verify('sha256', Buffer.from(`${payload}x`), createPublicKey(key), Buffer.from(signature ?? '', 'base64')),
    ).toBe(false);
  });

  it('always has the smaller S, the only one that Fabric accepts', async () => {
    const key = newPrivateKey();
    // OpenSSL alone would give the greater S every second time.
    for (let index = 0; index < 40; index += 1) {
      const token = await authorizationToken({ certificate: CERTIFICATE, key }, { ...REQUEST, body: String(index) });
      expect(sOf(Buffer.from(token.split('.')[1] ?? '', 'base64'))).toBeLessThanOrEqual(HALF_ORDER);
    }
  });

  it('is refused for a key that is not on P-256', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(authorizationToken({ certificate: CERTIFICATE, key }, REQUEST)).rejects.toThrow(
      'its key is secp384r1',
    );
  });
});

it('an enrollment is authorized by HTTP Basic, with any character in the secret', () => {
  const header = basicAuthorization('org1-peer1', 'a:b/ü');
  expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString('utf8')).toBe('org1-peer1:a:b/ü');
});

/** The second integer of a DER signature (RFC 3279, 2.2.3). */
function sOf(der: Buffer): bigint {
  const start = 4 + (der[3] ?? 0);
  return BigInt(`0x${der.subarray(start + 2, start + 2 + (der[start + 1] ?? 0)).toString('hex')}`);
}

import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  connectCertificateAuthority,
  newPrivateKey,
  selfSignedServerCertificate,
} from '../../../../src/fabric/index.ts';

vi.mock('node:timers/promises', () => import('../../activities/instant-timers.ts'));

/*
 * Answers that a real CA gives only on a bad day. What it gives on good days is in test/integration/fabric-ca.test.ts.
 */

let endpoint: { readonly certificate: string; readonly key: string };
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  endpoint = await selfSignedServerCertificate({ commonName: 'org1-ca', hosts: ['org1-ca'], lifetimeHours: 1 });
});

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function caThatAnswers(
  listener: RequestListener,
  servername = 'org1-ca',
): Promise<ReturnType<typeof connectCertificateAuthority>> {
  const server = createServer({ cert: endpoint.certificate, key: endpoint.key }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const tlsRoots = endpoint.certificate;
  const ca = connectCertificateAuthority({
    ...{ host: '127.0.0.1', port, servername, tlsRoots, caName: 'org1-ca', timeoutMs: 5_000 },
  });
  stop = async () => {
    await ca.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return ca;
}

function answer(status: number, body: unknown): RequestListener {
  return (_request, response) => {
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

const refusal = (code: number, message: string): unknown => ({
  result: '',
  errors: [{ code, message }],
  messages: [],
  success: false,
});

const registrar = { certificate: 'certificate', key: newPrivateKey() };

describe('a CA that answers', () => {
  it.each([200, 502])('something that is not its own with status %i is unavailable', async (status) => {
    const ca = await caThatAnswers(answer(status, status === 200 ? '' : '<html>Bad Gateway</html>'));
    await expect(ca.info()).rejects.toMatchObject({
      kind: 'unavailable',
      message: `CA org1-ca could not give its CA chain: it answered with HTTP status ${status} and something that is not Fabric CA's`,
    });
  });

  it('with an error of its own database is unavailable', async () => {
    const ca = await caThatAnswers(answer(504, refusal(51, 'Failed to process database request: locked')));
    await expect(ca.certificates(registrar, 'org1-peer1')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 51,
      message:
        'CA org1-ca could not list the certificates of org1-peer1: Failed to process database request: locked (Fabric CA error code 51)',
    });
  });

  it('that it cannot read the body is not quoted with the secret in it', async () => {
    const ca = await caThatAnswers(answer(400, refusal(5, 'Invalid request body: x; body={"secret":"t0p-s3cret"}')));
    const error = await ca
      .register(registrar, { id: 'org1-peer1', type: 'peer', secret: 't0p-s3cret' })
      .catch((failed: unknown) => failed);
    expect(error).toMatchObject({ kind: 'rejected', code: 5 });
    expect(JSON.stringify([String(error), error])).not.toContain('t0p-s3cret');
    expect(String(error)).toContain('"secret":"(hidden)"');
  });

  it('that an identity is missing says so; only that counts as missing', async () => {
    const missing = await caThatAnswers(answer(404, refusal(63, 'Failed to get User: sql: no rows in result set')));
    expect(await missing.identity(registrar, 'org1-peer1')).toBeUndefined();
    await stop?.();

    const gone = await caThatAnswers(answer(404, 'not found'));
    await expect(gone.identity(registrar, 'org1-peer1')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('of an identity that leaves out its attributes is one of an identity without any', async () => {
    const result = { id: 'org1-peer1', type: 'peer', affiliation: '', max_enrollments: -1, caname: 'org1-ca' };
    const ca = await caThatAnswers(answer(200, { result, errors: [], messages: [], success: true }));
    expect(await ca.identity(registrar, 'org1-peer1')).toEqual({
      ...{ id: 'org1-peer1', type: 'peer', affiliation: '', attributes: [] },
    });
  });

  it('with success but without the certificate is refused by the name of what is missing', async () => {
    const ca = await caThatAnswers(
      answer(201, { result: { ServerInfo: {} }, errors: [], messages: [], success: true }),
    );
    await expect(ca.enroll({ id: 'org1-peer1', secret: 's', csr: 'csr' })).rejects.toMatchObject({
      kind: 'rejected',
      message: 'CA org1-ca could not enroll org1-peer1: its answer lacks Cert, ServerInfo.CAChain',
    });
  });

  it('by hanging up is unreachable', async () => {
    const ca = await caThatAnswers((request) => request.socket.destroy());
    await expect(ca.info()).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('a request', () => {
  it('puts IDs with special characters safely into the path, and names its CA', async () => {
    const paths: string[] = [];
    const ca = await caThatAnswers((request, response) => {
      paths.push(request.url ?? '');
      answer(404, refusal(63, 'none'))(request, response);
    });
    await ca.identity(registrar, 'a/b?ca=other');
    expect(paths).toEqual(['/api/v1/identities/a%2Fb%3Fca%3Dother?ca=org1-ca']);
  });

  it('carries the secret of an enrollment in no path and no body', async () => {
    const seen: string[] = [];
    const ca = await caThatAnswers((request, response) => {
      seen.push(request.url ?? '');
      request.setEncoding('utf8').on('data', (text: string) => seen.push(text));
      request.on('end', () => {
        answer(401, refusal(20, 'Authentication failure'))(request, response);
      });
    });
    await expect(ca.enroll({ id: 'org1-peer1', secret: 't0p-s3cret', csr: 'csr' })).rejects.toThrow();
    expect(seen).toHaveLength(2);
    expect(seen.join('')).not.toContain('t0p-s3cret');
  });
});

describe('a CA that is reached by a port-forward', () => {
  it('has to have a TLS certificate of the name that was told, not of the address', async () => {
    const right = await caThatAnswers(answer(200, { result: {}, errors: [], messages: [], success: true }));
    await expect(right.certificates(registrar, 'org1-peer1')).rejects.toMatchObject({ kind: 'rejected' });
    await stop?.();
    const wrong = await caThatAnswers(answer(200, {}), 'org2-ca');
    await expect(wrong.certificates(registrar, 'org1-peer1')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('the TLS certificate of org2-ca') as unknown,
    });
  });
});

import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  connectCertificateAuthority,
  describeCertificate,
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

  it('that a certificate is revoked already has done what it was asked for', async () => {
    const { serial } = describeCertificate(endpoint.certificate);
    const revoked = await caThatAnswers(answer(404, refusal(66, 'Certificate was already revoked')));
    await expect(revoked.revokeCertificate(registrar, endpoint.certificate)).resolves.toBeUndefined();
    await stop?.();

    const unknown = await caThatAnswers(answer(404, refusal(8, 'Certificate was not found')));
    await expect(unknown.revokeCertificate(registrar, endpoint.certificate)).rejects.toMatchObject({
      message: `CA org1-ca could not revoke the certificate ${serial}: Certificate was not found (Fabric CA error code 8)`,
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

describe('a call of a CA that fails in passing', () => {
  const BUSY: readonly (readonly [string, RequestListener])[] = [
    ['hangs up', (request) => request.socket.destroy()],
    ['has too much to do', answer(429, 'slow down')],
    ['has too much to do in its own words', answer(429, refusal(0, 'slow down'))],
    ['is starting', answer(503, '')],
  ];
  const known = { id: 'org1-peer1', type: 'peer', affiliation: '', attrs: [] };
  const done = (result: unknown): unknown => ({ result, errors: [], messages: [], success: true });

  it.each(BUSY)('is made again if it is a question: %s', async (_, first) => {
    let calls = 0;
    const ca = await caThatAnswers((request, response) => {
      calls += 1;
      (calls === 1 ? first : answer(200, done(known)))(request, response);
    });
    expect(await ca.identity(registrar, 'org1-peer1')).toMatchObject({ id: 'org1-peer1' });
    expect(calls).toBe(2);
  });

  /** Registers org1-peer1 at a CA whose first answer is lost. @returns what it was asked */
  async function registerWithLostAnswer(found: RequestListener): Promise<string[]> {
    const asked: string[] = [];
    const ca = await caThatAnswers((request, response) => {
      asked.push(`${request.method ?? ''} ${new URL(request.url ?? '', 'https://ca').pathname}`);
      if (asked.length === 1) request.socket.destroy();
      else (request.method === 'GET' ? found : answer(201, done({})))(request, response);
    });
    await ca.register(registrar, { id: 'org1-peer1', type: 'peer', secret: 's' });
    return asked;
  }

  it('is not made again if it registers, and has: the identity is told its secret', async () => {
    expect(await registerWithLostAnswer(answer(200, done(known)))).toEqual([
      'POST /api/v1/register',
      'GET /api/v1/identities/org1-peer1',
      'PUT /api/v1/identities/org1-peer1',
    ]);
  });

  it('is made again if it registers, and has not', async () => {
    const none = answer(404, refusal(63, 'no rows in result set'));
    expect(await registerWithLostAnswer(none)).toEqual([
      'POST /api/v1/register',
      'GET /api/v1/identities/org1-peer1',
      'POST /api/v1/register',
    ]);
  });

  it('is not made again if it enrolls: each issues a certificate', async () => {
    let calls = 0;
    const ca = await caThatAnswers((request) => {
      calls += 1;
      request.socket.destroy();
    });
    await expect(ca.enroll({ id: 'org1-peer1', secret: 's', csr: 'csr' })).rejects.toMatchObject({
      kind: 'unreachable',
    });
    expect(calls).toBe(1);
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

  it.each([
    [{ secret: 's' }, { secret: 's' }],
    [
      { secret: 's', maxEnrollments: 3 },
      { secret: 's', max_enrollments: 3 },
    ],
    // In a modification zero would stand for what was before.
    [
      { secret: 's', maxEnrollments: 0 },
      { secret: 's', max_enrollments: -2 },
    ],
  ])('that replaces a secret says how often it may be used, as Fabric CA reads it: %j', async (allowance, sent) => {
    const bodies: unknown[] = [];
    const ca = await caThatAnswers((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(JSON.parse(text)));
      request.on('end', () => {
        answer(200, { result: {}, errors: [], messages: [], success: true })(request, response);
      });
    });
    await ca.setSecret(registrar, 'org1-peer1', allowance);
    expect(bodies).toEqual([sent]);
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

import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';

import { csrfTokenOf, isMeant } from '../../../src/api/access/session/csrf.ts';
import {
  createSignInLink,
  createToken,
  listAudit,
  prune,
  revokeToken,
  DEFAULT_RETENTION,
} from '../../../src/database/index.ts';
import { servers, type Server, type ServerOptions } from './harness.ts';

const start = servers();

const LOCAL = { host: '127.0.0.1:8420' };

interface SessionBody {
  readonly name: string;
  readonly csrfToken: string;
  readonly expiresAt: string;
}

interface Browser {
  readonly answer: LightMyRequestResponse;
  readonly csrf: string;
  /** Sends a request with what the browser keeps. */
  readonly send: (request: InjectOptions) => Promise<LightMyRequestResponse>;
}

/** Signs a browser in. */
async function signIn({ api }: Server, payload: object, host: object = LOCAL): Promise<Browser> {
  const answer = await api.inject({ method: 'POST', url: '/v1/session', headers: { ...host }, payload });
  const cookie = String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  const { csrfToken = '' } = answer.json<Partial<SessionBody>>();
  return {
    answer,
    csrf: csrfToken,
    send: (request) => api.inject({ ...request, headers: { ...host, cookie, ...request.headers } }),
  };
}

let tokens = 0;

async function serverWithToken(options?: ServerOptions) {
  const server = await start(options);
  tokens += 1;
  const name = `browser-${tokens}`;
  const issued = await createToken(server.database, { name, role: 'admin', at: new Date(), by: 'tests' });
  return { server, name, ...issued };
}

describe('a browser that signs in with a token', () => {
  it('is who the token says from then on, for twelve hours, by a cookie that its programs cannot read', async () => {
    const at = new Date('2026-11-26T08:00:00Z');
    const { server, secret, name } = await serverWithToken({ now: () => at });
    const { answer, send } = await signIn(server, { token: secret });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['set-cookie']).toMatch(
      /^weft-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const body = (await send({ url: '/v1/session' })).json<SessionBody>();
    expect(body).toEqual(answer.json());
    expect(body).toMatchObject({ name, roles: [{ role: 'admin' }], expiresAt: '2026-11-26T20:00:00.000Z' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await send({ url: '/v1/networks' })).statusCode).toBe(200);
    expect(server.log.join('')).not.toContain(secret);
  });

  it('beyond this machine keeps its cookie to TLS and to this host', async () => {
    const { server, secret } = await serverWithToken();
    const { answer } = await signIn(server, { token: secret }, { host: 'weft.example.com' });
    expect(answer.headers['set-cookie']).toMatch(/^__Host-weft-session=\S+; .*; Secure; SameSite=Lax$/);
  });

  it('is signed out once its time is over', async () => {
    let at = new Date('2026-11-26T08:00:00Z');
    const { server, secret } = await serverWithToken({ now: () => at });
    const { send } = await signIn(server, { token: secret });
    at = new Date('2026-11-26T19:59:59Z');
    expect((await send({ url: '/v1/networks' })).statusCode).toBe(200);
    at = new Date('2026-11-26T20:00:00Z');
    expect((await send({ url: '/v1/networks' })).statusCode).toBe(401);
    await prune(server.database, DEFAULT_RETENTION, at);
    at = new Date('2026-11-26T08:00:00Z');
    expect((await send({ url: '/v1/networks' })).statusCode).toBe(401);
  });

  it('is signed out when the token is revoked', async () => {
    const { server, secret, token } = await serverWithToken();
    const { send } = await signIn(server, { token: secret });
    await revokeToken(server.database, { id: token.id }, new Date());
    expect((await send({ url: '/v1/networks' })).statusCode).toBe(401);
  });

  it('is signed out when it says so, and its cookie is good for nothing from then on', async () => {
    const { server, secret, name } = await serverWithToken();
    const { send, csrf } = await signIn(server, { token: secret });
    const out = await send({ method: 'DELETE', url: '/v1/session', headers: { 'x-csrf-token': csrf } });
    expect(out.statusCode).toBe(204);
    expect(out.headers['set-cookie']).toMatch(/^weft-session=; Max-Age=0; Path=\/;/);
    expect((await send({ url: '/v1/session' })).statusCode).toBe(401);
    const { items } = await listAudit(server.database, { who: name }, { size: 10 });
    expect(items.map(({ method, outcome }) => `${method} ${outcome}`)).toEqual(['DELETE done', 'POST done']);
  });

  it('is not, with one that is unknown or was revoked', async () => {
    const { server, secret, token } = await serverWithToken();
    await revokeToken(server.database, { id: token.id }, new Date());
    for (const wrong of [secret, 'weft_made-up', '']) {
      const { answer } = await signIn(server, { token: wrong });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('a request by the cookie of a browser', () => {
  const cancel = { method: 'POST', url: '/v1/runs/up-0:cancel' } as const;

  it.each<[string, (csrf: string) => Record<string, string>, number]>([
    ['with the token of its session is carried out', (csrf) => ({ 'x-csrf-token': csrf }), 404],
    ['without it changes nothing', () => ({}), 403],
    ['with that of another session changes nothing', () => ({ 'x-csrf-token': csrfTokenOf('another') }), 403],
  ])('%s', async (_, headers, status) => {
    const { server, secret } = await serverWithToken();
    const { send, csrf } = await signIn(server, { token: secret });
    const answer = await send({ ...cancel, headers: headers(csrf) });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject({ reason: 'CSRF_TOKEN_INVALID' });
  });

  it('counts for nothing beside a token, whose owner it is', async () => {
    const { server, secret, name } = await serverWithToken();
    const { send } = await signIn(server, { token: secret });
    const other = await createToken(server.database, {
      name: `${name}-b`,
      role: 'viewer',
      at: new Date(),
      by: 'tests',
    });
    const headers = { authorization: `Bearer ${other.secret}` };
    expect((await send({ url: '/v1/session', headers })).json()).toEqual({
      name: `${name}-b`,
      roles: [{ role: 'viewer' }],
    });
  });

  it.each([
    ['GET', undefined, true],
    ['HEAD', undefined, true],
    ['POST', undefined, false],
    ['PUT', 'expected', true],
    ['DELETE', 'expecte', false],
    ['PATCH', ['expected', 'expected'], false],
  ])('%s with %j was meant: %s', (method, sent, meant) => {
    expect(isMeant(method, sent, 'expected')).toBe(meant);
  });
});

describe('a link to sign in with', () => {
  async function serverWithLink(expiresAt: Date) {
    const server = await start();
    const link = { name: 'ana@laptop', grants: [{ role: 'admin' as const }], expiresAt };
    return { server, secret: await createSignInLink(server.database, link) };
  }

  it('signs one browser in, and no other after it', async () => {
    const { server, secret } = await serverWithLink(new Date(Date.now() + 60_000));
    const first = await signIn(server, { link: secret });
    expect(first.answer.json()).toMatchObject({ name: 'ana@laptop', roles: [{ role: 'admin' }] });
    expect((await first.send({ url: '/v1/networks' })).statusCode).toBe(200);
    const second = await signIn(server, { link: secret });
    expect(second.answer.statusCode).toBe(401);
    expect(second.answer.json()).toMatchObject({ detail: 'The link was used already, or its time is over.' });
  });

  it('signs nobody in once its time is over', async () => {
    const { server, secret } = await serverWithLink(new Date(Date.now() - 1));
    expect((await signIn(server, { link: secret })).answer.statusCode).toBe(401);
  });

  it('is no token, and no token is a link', async () => {
    const { server, secret } = await serverWithLink(new Date(Date.now() + 60_000));
    expect((await signIn(server, { token: secret })).answer.statusCode).toBe(401);
    expect((await signIn(server, { link: secret, token: secret })).answer.statusCode).toBe(400);
    expect((await signIn(server, {})).answer.statusCode).toBe(400);
  });
});

describe('who has not signed in', () => {
  it('is told how one can, and nothing else', async () => {
    const { api } = await start();
    expect((await api.inject({ url: '/v1/sign-in' })).json()).toEqual({ token: true });
    expect((await api.inject({ url: '/v1/session' })).statusCode).toBe(401);
  });

  it('is anonymous where that is allowed, also with the cookie of a session that has ended', async () => {
    const { api } = await start({ allowAnonymous: true });
    const headers = { ...LOCAL, cookie: 'weft-session=of-yesterday' };
    expect((await api.inject({ url: '/v1/session', headers })).json()).toEqual({
      name: 'anonymous',
      roles: [{ role: 'admin' }],
    });
  });
});

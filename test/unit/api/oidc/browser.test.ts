import { afterEach, describe, expect, it } from 'vitest';

import { pathOfThisServer } from '../../../../src/api/access/oidc/browser.ts';
import { listAudit } from '../../../../src/database/index.ts';
import { servers, type Server } from '../harness.ts';
import { testProvider, type TestProvider, type TestProviderOptions } from './provider.ts';

const start = servers();

const PUBLIC_URL = 'http://127.0.0.1:8420';

let provider: TestProvider | undefined;

afterEach(async () => {
  await provider?.close();
  provider = undefined;
});

async function serverWithProvider(options: Partial<TestProviderOptions> = {}): Promise<Server> {
  provider = await testProvider({
    redirectUri: `${PUBLIC_URL}/v1/sign-in/oidc/callback`,
    user: { sub: 'ana', groups: ['fabric-admins'] },
    ...options,
  });
  const { clientSecret } = options;
  return start({
    oidc: {
      ...{ issuer: provider.url, audience: 'weft', userClaim: 'sub', rolesClaim: 'groups' },
      mappings: [{ value: 'fabric-admins', role: 'admin' }],
      browser: {
        ...{ clientId: 'weft-page', publicUrl: PUBLIC_URL, scope: 'openid profile email' },
        ...(clientSecret === undefined ? {} : { clientSecret }),
      },
    },
  });
}

/** A browser: follows where it is sent, to the issuer by the network and to Weft by the harness, and keeps the cookies of both. */
class Browser {
  readonly jars = new Map<string, Map<string, string>>();
  readonly visited: URL[] = [];
  readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  /** @returns the answer that leads nowhere else */
  async open(address: string): Promise<{ status: number; url: URL; body: string }> {
    let url = new URL(address, PUBLIC_URL);
    for (;;) {
      this.visited.push(url);
      const { status, location, cookies, body } = await this.get(url);
      const jar = this.jar(url);
      for (const cookie of cookies) {
        const [pair = ''] = cookie.split(';');
        jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      if (location === undefined) return { status, url, body };
      url = new URL(location, url);
      // Where Weft has sent it to in the end.
      if (url.origin === PUBLIC_URL && !url.pathname.startsWith('/v1/')) return { status, url, body };
    }
  }

  jar({ origin }: URL): Map<string, string> {
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    return jar;
  }

  async get(url: URL): Promise<{ status: number; location?: string; cookies: string[]; body: string }> {
    const cookie = [...this.jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host: url.host, ...(cookie === '' ? {} : { cookie }) };
    if (url.origin === PUBLIC_URL) {
      const answer = await this.server.api.inject({ url: `${url.pathname}${url.search}`, headers });
      const { location, 'set-cookie': set = [] } = answer.headers;
      const cookies = typeof set === 'string' ? [set] : set;
      return { status: answer.statusCode, cookies, body: answer.body, ...(location ? { location } : {}) };
    }
    const answer = await fetch(url, { headers, redirect: 'manual' });
    const location = answer.headers.get('location');
    const cookies = answer.headers.getSetCookie();
    return { status: answer.status, cookies, body: await answer.text(), ...(location === null ? {} : { location }) };
  }
}

const BEGIN = '/v1/sign-in/oidc?returnTo=/networks/a';

describe('a browser that signs in at the issuer', () => {
  it.each([
    ['as a client without a secret', {}],
    ['as a client with one', { clientSecret: 'of-weft' }],
  ])('%s comes back signed in, with the roles of its claims, to where it was', async (_, options) => {
    const server = await serverWithProvider(options);
    const browser = new Browser(server);
    const end = await browser.open(BEGIN);
    expect(end.url.href).toBe(`${PUBLIC_URL}/networks/a`);
    const session = await browser.open('/v1/session');
    expect(JSON.parse(session.body)).toMatchObject({ name: 'oidc:ana', roles: [{ role: 'admin' }] });
    const asked = browser.visited.find(({ origin }) => origin === provider?.url)?.searchParams;
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(asked?.get('redirect_uri')).toBe(`${PUBLIC_URL}/v1/sign-in/oidc/callback`);
    const { items } = await listAudit(server.database, { who: 'oidc:ana' }, { size: 1 });
    expect(items).toMatchObject([{ method: 'GET', resource: '/v1/sign-in/oidc/callback', outcome: 'done' }]);
    const code = browser.visited.find(({ pathname }) => pathname.endsWith('/callback'))?.searchParams.get('code') ?? '';
    expect(code).not.toBe('');
    expect(server.log.join('')).not.toContain(code);
  });

  it('whose user has no role is signed in, and may do nothing', async () => {
    const browser = new Browser(await serverWithProvider({ user: { sub: 'bob', groups: [] } }));
    await browser.open(BEGIN);
    expect(JSON.parse((await browser.open('/v1/session')).body)).toMatchObject({ name: 'oidc:bob', roles: [] });
    expect((await browser.open('/v1/networks')).status).toBe(403);
  });

  it('whose user declines is told so, and is not signed in', async () => {
    const browser = new Browser(await serverWithProvider({ declines: true }));
    const { status, body } = await browser.open(BEGIN);
    expect(status).toBe(401);
    expect(body).toContain('the issuer says access_denied');
    expect((await browser.open('/v1/session')).status).toBe(401);
  });

  it('is not signed in by a way back that another browser has begun', async () => {
    const server = await serverWithProvider();
    const attacker = new Browser(server);
    const begun = await attacker.get(new URL(BEGIN, PUBLIC_URL));
    const callback = await new Browser(server).open(begun.location ?? '');
    expect(callback.url.pathname).toBe('/v1/sign-in/oidc/callback');
    expect(callback.status).toBe(401);
  });

  it('is not signed in twice by the same way back', async () => {
    const browser = new Browser(await serverWithProvider());
    await browser.open(BEGIN);
    const callback = browser.visited.find(({ pathname }) => pathname.endsWith('/callback'))?.href ?? '';
    expect((await browser.open(callback)).status).toBe(401);
  });

  it('is told that the issuer does not answer', async () => {
    const server = await serverWithProvider();
    await provider?.close();
    provider = undefined;
    const { status, body } = await new Browser(server).open(BEGIN);
    expect(status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ reason: 'ISSUER_UNAVAILABLE' });
  });

  it('is offered to whoever asks how one can sign in', async () => {
    const { api } = await serverWithProvider();
    expect((await api.inject({ url: '/v1/sign-in' })).json()).toEqual({ token: true, oidc: '/v1/sign-in/oidc' });
  });
});

describe('where a browser ends', () => {
  it.each([
    ['/networks/a?tab=runs#top', '/networks/a?tab=runs#top'],
    ['https://example.com/', '/'],
    ['//example.com/', '/'],
    ['/\\example.com', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
  ])('having asked for %j is %j', (asked, path) => {
    expect(pathOfThisServer(asked, PUBLIC_URL)).toBe(path);
  });
});

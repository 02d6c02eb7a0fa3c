import type { LightMyRequestResponse } from 'fastify';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { listAudit } from '../../../../src/database/index.ts';
import { description, servers, type Server } from '../harness.ts';
import { testIssuer, type TestIssuer, type TokenOptions } from './issuer.ts';

const start = servers();

let issuer: TestIssuer;
let server: Server;

beforeEach(async () => {
  issuer = await testIssuer();
  server = await start({
    oidc: {
      issuer: issuer.url,
      audience: 'weft',
      userClaim: 'sub',
      rolesClaim: 'groups',
      mappings: [
        { value: 'fabric-admins', role: 'admin' },
        { value: 'team-a', role: 'operator', network: 'a' },
        { value: 'lookers', role: 'viewer' },
      ],
    },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.close();
});

const now = () => Math.floor(Date.now() / 1000);

function ask(token: string, url = '/v1/networks'): Promise<LightMyRequestResponse> {
  return server.api.inject({ url, headers: { authorization: `Bearer ${token}` } });
}

function put(token: string, name: string): Promise<LightMyRequestResponse> {
  return server.api.inject({
    method: 'PUT',
    url: `/v1/networks/${name}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/yaml' },
    payload: description(name),
  });
}

describe('a token of the issuer', () => {
  it('lets its owner do what the roles of their groups allow, network by network, in their name', async () => {
    const token = await issuer.token({ sub: 'eve', groups: ['team-a', 'lookers'] });
    expect((await put(token, 'a')).statusCode).toBe(202);
    const refused = await put(token, 'b');
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({
      reason: 'FORBIDDEN',
      detail: 'oidc:eve is viewer of b, and this needs operator.',
    });
    expect((await ask(token, '/v1/networks/b')).statusCode).toBe(404);
    const { items } = await listAudit(server.database, { who: 'oidc:eve' }, { size: 10 });
    expect(items.map(({ outcome, resource }) => [outcome, resource])).toEqual([
      ['refused', '/v1/networks/b'],
      ['done', '/v1/networks/a'],
    ]);
  });

  it('lets its owner see the runs of other networks as a viewer may, and stop none of them', async () => {
    const run = (await put(await issuer.token({ sub: 'root', groups: ['fabric-admins'] }), 'theirs')).json<{
      id: string;
    }>();
    const token = await issuer.token({ groups: ['team-a', 'lookers'] });
    expect((await ask(token, `/v1/runs/${run.id}`)).statusCode).toBe(200);
    const stop = await server.api.inject({
      method: 'POST',
      url: `/v1/runs/${run.id}:cancel`,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(stop.statusCode).toBe(403);
    const onlyA = await issuer.token({ groups: ['team-a'] });
    expect((await ask(onlyA, `/v1/runs/${run.id}`)).statusCode).toBe(404);
    expect((await ask(onlyA)).json<{ networks: unknown[] }>().networks).not.toContainEqual(
      expect.objectContaining({ metadata: expect.objectContaining({ name: 'theirs' }) as unknown }),
    );
  });

  it('whose owner has no role gets as far as to be told so', async () => {
    const answer = await ask(await issuer.token({ sub: 'bob', groups: ['others'] }));
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({
      detail: 'oidc:bob is signed in, without any role, and this needs viewer.',
    });
  });

  it.each<[string, TokenOptions | (() => TokenOptions)]>([
    ['has expired', () => ({ expires: now() - 60 })],
    ['never expires', { expires: null }],
    ['is not good yet', () => ({ notBefore: now() + 60 })],
    ['was made for another program', { audience: 'other' }],
    ['is of another issuer', { issuer: 'https://example.com' }],
    ['was signed by somebody else', { forged: true }],
  ])('that %s lets nobody in, and the answer says why', async (_, options) => {
    const token = await issuer.token(
      { groups: ['fabric-admins'] },
      typeof options === 'function' ? options() : options,
    );
    const answer = await ask(token);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.json<{ detail: string }>().detail).toMatch(/^The token is not good here: /);
  });

  it.each([
    ['none', () => Promise.resolve(claimsOf(new UnsecuredJWT({ groups: ['fabric-admins'], sub: 'ana' })).encode())],
    [
      'a shared secret',
      () =>
        claimsOf(new SignJWT({ groups: ['fabric-admins'], sub: 'ana' }))
          .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
          .sign(new TextEncoder().encode('a secret that somebody guessed, of 32 bytes')),
    ],
  ])('with the signature of %s lets nobody in', async (_, make) => {
    expect((await ask(await make())).statusCode).toBe(401);
  });

  it.each([
    ['has expired', () => ({ expires: now() - 20 })],
    ['is not good yet', () => ({ notBefore: now() + 20 })],
  ])('that %s by as much as clocks differ is taken', async (_, options) => {
    expect((await ask(await issuer.token({ groups: ['lookers'] }, options()))).statusCode).toBe(200);
  });

  it('is known by a key that the issuer has changed to, and no more by the one before', async () => {
    const before = await issuer.token({ groups: ['lookers'] });
    expect((await ask(before)).statusCode).toBe(200);
    await issuer.rotate();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 });
    expect((await ask(await issuer.token({ groups: ['lookers'] }))).statusCode).toBe(200);
    expect((await ask(before)).statusCode).toBe(401);
  });

  it('with a made-up key has the issuer asked for its keys no more often than now and then', async () => {
    expect((await ask(await issuer.token({ groups: ['lookers'] }))).statusCode).toBe(200);
    await issuer.rotate();
    const unknown = await issuer.token({ groups: ['lookers'] });
    for (let tries = 0; tries < 5; tries += 1) expect((await ask(unknown)).statusCode).toBe(401);
    expect(issuer.keyRequests).toBe(1);
  });
});

function claimsOf<Jwt extends SignJWT | UnsecuredJWT>(jwt: Jwt): Jwt {
  jwt.setIssuer(issuer.url).setAudience('weft').setExpirationTime('5m');
  return jwt;
}

describe('an issuer that does not answer', () => {
  it('is told as such, and not as a token that is wrong; and nothing has to be started anew once it is back', async () => {
    const token = await issuer.token({ groups: ['lookers'] });
    issuer.status = 500;
    const answer = await ask(token);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('10');
    expect(answer.json()).toMatchObject({ reason: 'ISSUER_UNAVAILABLE' });
    expect(answer.body).not.toContain(issuer.url);
    expect(server.log.join('')).toContain(issuer.url);
    issuer.status = 200;
    expect((await ask(token)).statusCode).toBe(200);
  });

  it('keeps nobody out whose token was made with a key that is known', async () => {
    expect((await ask(await issuer.token({ groups: ['lookers'] }))).statusCode).toBe(200);
    issuer.status = 500;
    expect((await ask(await issuer.token({ groups: ['lookers'] }))).statusCode).toBe(200);
    await issuer.rotate();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 });
    expect((await ask(await issuer.token({ groups: ['lookers'] }))).statusCode).toBe(503);
  });

  it('keeps nobody out who has a token of Weft itself, which it is not shown', async () => {
    issuer.status = 500;
    expect((await server.as('viewer', { url: '/v1/networks' })).statusCode).toBe(200);
    expect((await ask('weft_made-up')).statusCode).toBe(401);
  });
});

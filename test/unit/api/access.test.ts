import { fastify, type InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';

import type { Role } from '../../../src/database/index.ts';
import { addSignIn } from '../../../src/api/access/sign-in.ts';
import { createToken, listAudit, revokeToken } from '../../../src/database/index.ts';
import { description, servers } from './harness.ts';

const start = servers();

const yaml = { 'content-type': 'application/yaml' };
const payload = description('nowhere');

/** Every route that needs to be signed in for, with what it answers to who may call it. */
const ROUTES: readonly (readonly [string, Role, InjectOptions & { readonly url: string }, number])[] = [
  ['GET session', 'viewer', { url: '/v1/session' }, 200],
  ['DELETE session', 'viewer', { method: 'DELETE', url: '/v1/session' }, 204],
  ['GET schema', 'viewer', { url: '/v1/schema' }, 200],
  ['GET networks', 'viewer', { url: '/v1/networks' }, 200],
  ['GET network', 'viewer', { url: '/v1/networks/nowhere' }, 404],
  ['GET its runs', 'viewer', { url: '/v1/networks/nowhere/runs' }, 404],
  ['GET run', 'viewer', { url: '/v1/runs/up-0' }, 404],
  ['POST validate', 'viewer', { method: 'POST', url: '/v1/networks/nowhere:validate', headers: yaml, payload }, 200],
  ['POST plan', 'operator', { method: 'POST', url: '/v1/networks/nowhere:plan', headers: yaml, payload: '' }, 422],
  ['PUT network', 'operator', { method: 'PUT', url: '/v1/networks/nowhere', headers: yaml, payload: '' }, 422],
  ['POST cancel', 'operator', { method: 'POST', url: '/v1/runs/up-0:cancel' }, 404],
  ['DELETE network', 'admin', { method: 'DELETE', url: '/v1/networks/nowhere?confirm=nowhere' }, 404],
];

describe('a route', () => {
  it.each(ROUTES)('%s answers %s and who may do more, and nobody else', async (_, needed, request, status) => {
    const { api, as } = await start();
    const roles = ['viewer', 'operator', 'admin'] as const;
    const expected = roles.map((role) => (roles.indexOf(role) >= roles.indexOf(needed) ? status : 403));
    const answers = await Promise.all(roles.map((role) => as(role, request)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(expected);
    expect((await api.inject(request)).statusCode).toBe(401);
  });

  it('is told of by the table of these tests, whichever it is', async () => {
    const { api } = await start();
    const { paths } = JSON.parse((await api.inject({ url: '/openapi.json' })).body) as {
      paths: Record<string, object>;
    };
    const guarded = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]: [string, { security?: unknown }]) =>
        security === undefined ? [] : [`${method} ${path}`],
      ),
    );
    const told = ROUTES.map(([, , { method = 'GET', url }]) => {
      const path = url.replace('/nowhere', '/{name}').replace('/up-0', '/{id}').replace(/\?.*/, '');
      return `${method.toLowerCase()} ${path}`;
    });
    expect(guarded.sort()).toEqual(told.sort());
  });

  it('that does not say who may call it is refused to everybody', async () => {
    const api = fastify();
    const everybody = { name: 'ana', grants: [{ role: 'admin' }] } as const;
    addSignIn(api, {
      cluster: 'local',
      allowAnonymous: true,
      identify: () => Promise.resolve(everybody),
      sessionOf: () => Promise.resolve(undefined),
    });
    api.get('/forgotten', () => 'secret');
    const headers = { host: '127.0.0.1', authorization: 'Bearer weft_any' };
    expect((await api.inject({ url: '/forgotten', headers })).statusCode).toBe(500);
  });
});

describe('a token', () => {
  it.each([
    ['is missing', {}, 'Bearer'],
    ['is of another kind', { authorization: 'Basic YTpi' }, 'Bearer error="invalid_token"'],
    ['is unknown', { authorization: 'Bearer weft_made-up' }, 'Bearer error="invalid_token"'],
  ])('that %s lets nobody in, and the answer says what is wanted', async (_, headers, challenge) => {
    const { api } = await start();
    const answer = await api.inject({ url: '/v1/networks', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(challenge);
    expect(answer.json()).toMatchObject({ reason: 'UNAUTHENTICATED' });
  });

  it('that was revoked lets nobody in from then on', async () => {
    const { api, database } = await start();
    const { secret, token } = await createToken(database, { name: 'gone', role: 'admin', at: new Date(), by: 'tests' });
    const ask = () => api.inject({ url: '/v1/networks', headers: { authorization: `Bearer ${secret}` } });
    expect((await ask()).statusCode).toBe(200);
    await revokeToken(database, { id: token.id }, new Date());
    expect((await ask()).statusCode).toBe(401);
  });

  it('of one network is good for that one alone, and finds no run of another', async () => {
    const { api, as, database } = await start();
    for (const name of ['mine', 'yours']) {
      const request = {
        method: 'PUT',
        url: `/v1/networks/${name}`,
        headers: yaml,
        payload: description(name),
      } as const;
      expect((await as('operator', request)).statusCode).toBe(202);
    }
    const network = { cluster: 'local', name: 'mine' };
    const { secret } = await createToken(database, {
      name: 'of-mine',
      role: 'admin',
      network,
      at: new Date(),
      by: 'tests',
    });
    const ask = async (url: string): Promise<{ status: number; body: string }> => {
      const { statusCode, body } = await api.inject({ url, headers: { authorization: `Bearer ${secret}` } });
      return { status: statusCode, body };
    };
    expect((await ask('/v1/networks/mine')).status).toBe(200);
    expect((await ask('/v1/networks/yours')).status).toBe(403);
    // The same as for a network that is not there: nothing is learned from it.
    expect((await ask('/v1/networks/nowhere')).status).toBe(403);
    const { networks } = JSON.parse((await ask('/v1/networks')).body) as { networks: { metadata: { name: string } }[] };
    expect(networks.map(({ metadata }) => metadata.name)).toEqual(['mine']);
    const runOf = async (name: string): Promise<string> => {
      const { runs } = (await as('viewer', { url: `/v1/networks/${name}/runs` })).json<{ runs: { id: string }[] }>();
      return runs[0]?.id ?? '';
    };
    expect((await ask(`/v1/runs/${await runOf('mine')}`)).status).toBe(200);
    expect((await ask(`/v1/runs/${await runOf('yours')}`)).status).toBe(404);
  });

  it('is never in the log', async () => {
    const { api, database, log } = await start();
    const { secret } = await createToken(database, { name: 'quiet', role: 'viewer', at: new Date(), by: 'tests' });
    await api.inject({ url: '/v1/networks', headers: { authorization: `Bearer ${secret}` } });
    await api.inject({ url: '/v1/runs/up-0', headers: { authorization: `Bearer ${secret}` } });
    expect(log.length).toBeGreaterThan(0);
    expect(log.join('')).not.toContain(secret);
  });
});

describe('a server for this machine alone', () => {
  it('lets its programs do everything without a token, and pages of other sites nothing', async () => {
    const { api } = await start({ allowAnonymous: true });
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await api.inject({ method: 'DELETE', url: '/v1/networks/nowhere?confirm=nowhere', headers })).statusCode;
    expect(await ask({ host: '127.0.0.1:8420' })).toBe(404);
    expect(await ask({ host: '127.0.0.1:8420', origin: 'https://example.com' })).toBe(401);
    expect(await ask({ host: 'example.com' })).toBe(401);
  });

  it('does not take a wrong token for none', async () => {
    const { api } = await start({ allowAnonymous: true });
    const headers = { host: '127.0.0.1:8420', authorization: 'Bearer weft_made-up' };
    expect((await api.inject({ url: '/v1/networks', headers })).statusCode).toBe(401);
  });
});

describe('the audit', () => {
  it('tells every call that changes something, who sent it and how it ended, and no others', async () => {
    const { api, as, database } = await start();
    const resource = '/v1/networks/audited';
    const put = { method: 'PUT', url: resource, headers: yaml, payload: description('audited') } as const;
    await as('operator', { ...put, url: `${resource}?dryRun=true`, payload: 'name: [' });
    await as('viewer', put);
    await api.inject(put);
    await as('operator', { ...put, payload: 'name: [' });
    const done = await as('operator', put);
    await as('viewer', { url: resource });
    const { items } = await listAudit(database, { resource }, { size: 10 });
    expect(items.map(({ who, method, outcome, reason }) => ({ who, method, outcome, reason })).reverse()).toEqual([
      { who: 'the-viewer', method: 'PUT', outcome: 'refused', reason: 'FORBIDDEN' },
      { who: 'not signed in', method: 'PUT', outcome: 'refused', reason: 'UNAUTHENTICATED' },
      { who: 'the-operator', method: 'PUT', outcome: 'refused', reason: 'INVALID_DESCRIPTION' },
      { who: 'the-operator', method: 'PUT', outcome: 'done', reason: '' },
    ]);
    expect(items[0]?.requestId).toBe(done.headers['x-request-id']);
  });
});

import { fastify, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Access } from '../../../src/api/access/roles.ts';
import { csrfTokenOf } from '../../../src/api/access/session/csrf.ts';
import { addSignIn } from '../../../src/api/access/sign-in.ts';
import {
  createSession,
  createToken,
  ensureNetwork,
  finishRun,
  listAudit,
  recordRun,
  revokeToken,
  type Grant,
  type NetworkKey,
} from '../../../src/database/index.ts';
import { description, servers, type Server, type ServerOptions } from './harness.ts';
import { testIssuer, type TestIssuer } from './oidc/issuer.ts';

const start = servers();

const yaml = { 'content-type': 'application/yaml' };
type Outcome = 'let in' | '401' | '403' | 'not found';

/** What a route is about: a network of its path, one whose run its path names, or no one network. */
type About = 'network' | 'run' | 'nothing';

/** Every route: who may call it, what it is about, and a request to it that changes nothing by the time that it is let in. */
const ROUTES: Readonly<Record<string, readonly [Access, About, InjectOptions?]>> = {
  'GET /livez': ['public', 'nothing'],
  'GET /readyz': ['public', 'nothing'],
  'GET /v1/sign-in': ['public', 'nothing'],
  'POST /v1/session': ['public', 'nothing', { payload: {} }],
  'GET /v1/session': ['signed in', 'nothing'],
  'DELETE /v1/session': ['signed in', 'nothing'],
  'POST /v1/sign-in-links': ['signed in', 'nothing'],
  'GET /v1/schema': ['viewer', 'nothing'],
  'GET /v1/clusters': ['viewer', 'nothing'],
  'GET /v1/networks': ['viewer', 'nothing'],
  'GET /v1/networks/{name}': ['viewer', 'network'],
  'GET /v1/networks/{name}/runs': ['viewer', 'network'],
  'GET /v1/networks/{name}/events': ['viewer', 'network', { query: { watch: 'false' } }],
  'GET /v1/networks/{name}/topology': ['viewer', 'network'],
  'GET /v1/networks/{name}/certificates': ['viewer', 'network'],
  'GET /v1/networks/{name}/channels': ['viewer', 'network'],
  'GET /v1/networks/{name}/chaincodes': ['viewer', 'network'],
  'GET /v1/networks/{name}/identities': ['viewer', 'network'],
  'GET /v1/networks/{name}/revisions': ['viewer', 'network'],
  'GET /v1/networks/{name}/revisions/{number}': ['viewer', 'network'],
  'GET /v1/networks/{name}/revisions:diff': ['viewer', 'network', { query: { from: '1', to: '2' } }],
  'POST /v1/networks/{name}:validate': ['viewer', 'network', { headers: yaml, payload: '' }],
  'POST /v1/networks/{name}:plan': ['operator', 'network', { headers: yaml, payload: '' }],
  'POST /v1/networks/{name}:renew': ['operator', 'network', { payload: { targets: [] } }],
  'GET /v1/networks/{name}/plans/{plan}': ['viewer', 'network'],
  'PUT /v1/networks/{name}': ['operator', 'network', { headers: yaml, payload: '' }],
  'DELETE /v1/networks/{name}': ['admin', 'network', { query: { confirm: 'another' } }],
  'GET /v1/runs/{id}': ['viewer', 'run'],
  'GET /v1/runs/{id}/steps': ['viewer', 'run'],
  'GET /v1/runs/{id}/steps/{step}/{target}': ['viewer', 'run'],
  'GET /v1/runs/{id}/events': ['viewer', 'run', { query: { watch: 'false' } }],
  'GET /v1/networks/{name}/signatures': ['viewer', 'network'],
  'GET /v1/runs/{id}/signatures': ['viewer', 'run'],
  'POST /v1/runs/{id}/signatures': ['operator', 'run', { payload: { envelope: 'eA==' } }],
  'POST /v1/runs/{id}:pause': ['operator', 'run', { payload: { reason: 'lunch' } }],
  'POST /v1/runs/{id}:resume': ['operator', 'run'],
  'POST /v1/runs/{id}:retry': ['operator', 'run'],
  'POST /v1/runs/{id}:cancel': ['operator', 'run'],
  'GET /v1/tokens': ['admin of all', 'nothing'],
  'POST /v1/tokens': ['admin of all', 'nothing', { payload: {} }],
  'DELETE /v1/tokens/{token}': ['admin of all', 'nothing'],
  'GET /v1/audit': ['admin of all', 'nothing'],
};

const MINE: NetworkKey = { cluster: 'local', name: 'in-question' };
const YOURS: NetworkKey = { cluster: 'local', name: 'yours' };

/** Whoever may send a request, by what they are allowed. */
const GRANTS: Readonly<Record<string, readonly Grant[]>> = {
  'a viewer': [{ role: 'viewer' }],
  'an operator': [{ role: 'operator' }],
  'an admin': [{ role: 'admin' }],
  'the viewer of the network': [{ role: 'viewer', network: MINE }],
  'the operator of the network': [{ role: 'operator', network: MINE }],
  'the admin of the network': [{ role: 'admin', network: MINE }],
  'the admin of another network': [{ role: 'admin', network: YOURS }],
  'the admin of a network of that name on another cluster': [{ role: 'admin', network: { ...MINE, cluster: 'eu' } }],
  'the admin of another network who may look at all': [{ role: 'admin', network: YOURS }, { role: 'viewer' }],
  'somebody without a role': [],
};

/** How one signs in, and what that makes of a request. */
type Way = (server: Server, grants: readonly Grant[], issuer: TestIssuer) => Promise<InjectOptions['headers']>;

let made = 0;

const WAYS: Readonly<Record<string, Way>> = {
  'by a token': async ({ database }, [{ role, network } = { role: 'viewer' as const }]) => {
    made += 1;
    const only = network === undefined ? {} : { network };
    const input = { name: `token-${made}`, role, ...only, at: new Date(), by: 'tests' };
    return { authorization: `Bearer ${(await createToken(database, input)).secret}` };
  },
  'by a session': async ({ database }, grants) => {
    const expiresAt = new Date(Date.now() + 60_000);
    const { secret } = await createSession(database, { name: 'ana', grants, at: new Date(), expiresAt });
    return { host: '127.0.0.1', cookie: `weft-session=${secret}`, 'x-csrf-token': csrfTokenOf(secret) };
  },
  'by an issuer': async (_, grants, issuer) => ({
    authorization: `Bearer ${await issuer.token({ groups: grants.map(groupOf) })}`,
  }),
};

function groupOf({ role, network }: Grant): string {
  return network === undefined ? role : `${role} of ${network.name} on ${network.cluster}`;
}

/** Which ways there are for somebody: a token has one role, and an issuer gives roles on the cluster that is served alone. */
const CALLERS = Object.entries(GRANTS).flatMap(([who, grants]) =>
  Object.keys(WAYS)
    .filter((way) => way !== 'by a token' || grants.length === 1)
    .filter((way) => way !== 'by an issuer' || grants.every(({ network }) => network?.cluster !== 'eu'))
    .map((way) => [who, way] as const),
);

const RANK: readonly string[] = ['viewer', 'operator', 'admin'];

/** What the table says of a request about the network in question. */
function expected(access: Access, about: About, grants: readonly Grant[]): Outcome {
  if (access === 'public' || access === 'signed in') return 'let in';
  if (access === 'admin of all') {
    return grants.some(({ role, network }) => role === 'admin' && network === undefined) ? 'let in' : '403';
  }
  const enough = grants.filter(({ role }) => RANK.indexOf(role) >= RANK.indexOf(access));
  const ofMine = (grant: Grant): boolean =>
    grant.network === undefined || (grant.network.cluster === MINE.cluster && grant.network.name === MINE.name);
  if (about === 'nothing') return enough.length > 0 ? 'let in' : '403';
  if (enough.some(ofMine)) return 'let in';
  // Whoever could call the route for another network does not learn which runs there are.
  return about === 'run' && enough.length > 0 && !grants.some(ofMine) ? 'not found' : '403';
}

async function outcomeOf(
  { api }: Server,
  route: string,
  run: string,
  headers: InjectOptions['headers'],
): Promise<Outcome> {
  const [, , request = {}] = ROUTES[route] ?? [];
  const [method = '', path = ''] = route.split(' ');
  const values: Readonly<Record<string, string>> = { name: MINE.name, id: run, token: 'nobody', number: '7' };
  const url = path.replace(/\{(\w+)\}/g, (_, parameter: string) => values[parameter] ?? 'some');
  const answer = await api.inject({
    ...request,
    method: method as 'GET',
    url,
    headers: { ...request.headers, ...headers },
  });
  const reason = answer.statusCode < 400 ? '' : answer.json<{ reason: string }>().reason;
  if (reason === 'RUN_NOT_FOUND') return 'not found';
  return answer.statusCode === 401 || answer.statusCode === 403 ? (`${answer.statusCode}` as Outcome) : 'let in';
}

describe('a route', () => {
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await testIssuer();
  });
  afterAll(() => issuer.close());

  /** A server with the run of a network, which is over: to stop it changes nothing. */
  async function serverWithRun(settings: ServerOptions = {}): Promise<{ server: Server; run: string }> {
    const mappings = Object.values(GRANTS)
      .flat()
      .map((grant) => ({
        value: groupOf(grant),
        role: grant.role,
        ...(grant.network ? { network: grant.network.name } : {}),
      }));
    const oidc = { issuer: issuer.url, audience: 'weft', userClaim: 'sub', rolesClaim: 'groups', mappings };
    const server = await start({ oidc, requestsPerMinute: 10_000, ...settings });
    const by = { at: new Date(), by: 'tests' };
    const network = await ensureNetwork(server.database, MINE, by);
    const { id } = await recordRun(server.database, {
      ...{ networkId: network.id, workflowId: 'network/local/in-question', temporalRunId: 'run-0', kind: 'up' },
      ...{ startedAt: by.at, requestedBy: 'tests' },
    });
    await finishRun(server.database, id, { state: 'done', at: by.at });
    return { server, run: id };
  }

  it.each(CALLERS)('lets %s, %s, do what the table says, and nothing else', async (who, way) => {
    const grants = GRANTS[who] ?? [];
    const { server, run } = await serverWithRun();
    const outcomes: Record<string, Outcome> = {};
    for (const route of Object.keys(ROUTES)) {
      // Each of its own: to sign out is one of the routes.
      outcomes[route] = await outcomeOf(server, route, run, await WAYS[way]?.(server, grants, issuer));
    }
    const told = Object.entries(ROUTES).map(([route, [access, about]]) => [route, expected(access, about, grants)]);
    expect(outcomes).toEqual(Object.fromEntries(told));
  });

  it('lets nobody who has not signed in do anything but what is public', async () => {
    const { server, run } = await serverWithRun();
    for (const [route, [access]] of Object.entries(ROUTES)) {
      const outcome = route === 'POST /v1/session' ? 'let in' : await outcomeOf(server, route, run, {});
      expect(`${route}: ${outcome}`).toBe(`${route}: ${access === 'public' ? 'let in' : '401'}`);
    }
  });

  it('lets programs of this machine do everything where that is allowed', async () => {
    const { server, run } = await serverWithRun({ allowAnonymous: true });
    for (const route of Object.keys(ROUTES)) {
      expect(`${route}: ${await outcomeOf(server, route, run, { host: '127.0.0.1' })}`).toBe(`${route}: let in`);
    }
  });

  it('is told of by the table of these tests, whichever it is', async () => {
    const { api } = await start();
    const { paths } = (await api.inject({ url: '/openapi.json' })).json<{ paths: Record<string, object> }>();
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]: [string, { security?: unknown }]) => {
        const route = `${method.toUpperCase()} ${path}`;
        return `${route} ${security === undefined ? 'for everybody' : 'for who has signed in'}`;
      }),
    );
    const told = Object.entries(ROUTES).map(
      ([route, [access]]) => `${route} ${access === 'public' ? 'for everybody' : 'for who has signed in'}`,
    );
    expect(routes.sort()).toEqual(told.sort());
  });

  it('that does not say who may call it is refused to everybody', async () => {
    const api = fastify();
    const everybody = { name: 'ana', grants: [{ role: 'admin' }] } as const;
    addSignIn(api, {
      cluster: 'local',
      allowAnonymous: true,
      identify: () => Promise.resolve(everybody),
      sessionOf: () => Promise.resolve(undefined),
      retryAfter: () => Promise.resolve(undefined),
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

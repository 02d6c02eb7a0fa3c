import { describe, expect, it } from 'vitest';

import { listAudit } from '../../../src/database/index.ts';
import { servers } from './harness.ts';

const start = servers();

describe('the server', () => {
  it('answers that it lives, and that it can work, to everybody', async () => {
    const { api } = await start();
    for (const url of ['/livez', '/readyz']) {
      const { statusCode, body } = await api.inject({ url });
      expect({ statusCode, body }).toEqual({ statusCode: 200, body: '{"status":"ok"}' });
    }
  });

  it('is alive and not ready while Temporal does not answer, and names no address to strangers', async () => {
    const { api, temporal, log } = await start();
    temporal.reachable = false;
    expect((await api.inject({ url: '/livez' })).statusCode).toBe(200);
    const { statusCode, headers, body } = await api.inject({ url: '/readyz' });
    expect(statusCode).toBe(503);
    expect(headers['retry-after']).toBe('10');
    expect(JSON.parse(body)).toMatchObject({ reason: 'TEMPORAL_UNAVAILABLE' });
    expect(body).not.toContain('temporal:7233');
    expect(log.join('')).toContain('temporal:7233');
  });

  it('gives every answer an id of its own making', async () => {
    const { api } = await start();
    const { headers } = await api.inject({ url: '/livez', headers: { 'request-id': 'mine', 'x-request-id': 'mine' } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers a path that does not exist with a problem', async () => {
    const { api } = await start();
    const { statusCode, headers, body } = await api.inject({ url: '/v1/networkz?secret=1' });
    expect(statusCode).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toEqual({
      type: 'https://weft.dev/problems/route-not-found',
      title: 'There is nothing at this path',
      status: 404,
      detail: 'there is no GET /v1/networkz.',
      reason: 'ROUTE_NOT_FOUND',
      requestId: headers['x-request-id'],
    });
  });

  it('tells every parameter that is not valid', async () => {
    const { as } = await start();
    const { statusCode, body } = await as('viewer', { url: '/v1/networks?pageSize=-1' });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ reason: 'INVALID_REQUEST', errors: [{ parameter: 'pageSize' }] });
    const foreign = await as('viewer', { url: '/v1/networks?pageToken=made-up' });
    expect(foreign.statusCode).toBe(400);
    expect(foreign.json()).toMatchObject({ reason: 'INVALID_REQUEST', errors: [{ parameter: 'pageToken' }] });
  });

  it('says nothing of where an unexpected error came from, and has it in its log beside the id of the request', async () => {
    const { api, temporal, log } = await start();
    temporal.pollers = () => Promise.reject(new Error('secret of the inside'));
    const { statusCode, headers, body } = await api.inject({ url: '/readyz' });
    expect(statusCode).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ reason: 'INTERNAL', requestId: headers['x-request-id'] });
    expect(body).not.toContain('secret of the inside');
    const told = log.find((line) => line.includes('secret of the inside'));
    expect(told).toContain(String(headers['x-request-id']));
  });

  it('takes no body that is larger than a description can be', async () => {
    const { as } = await start();
    const payload = 'x'.repeat(2_000_001);
    const headers = { 'content-type': 'application/yaml' };
    const { statusCode, body } = await as('viewer', {
      method: 'POST',
      url: '/v1/networks/net:validate',
      headers,
      payload,
    });
    expect(statusCode).toBe(413);
    expect(JSON.parse(body)).toMatchObject({ reason: 'REQUEST_TOO_LARGE' });
  });

  it('takes no body of a kind that a page of another site could send by itself', async () => {
    const { as } = await start();
    const headers = { 'content-type': 'text/plain' };
    const request = { method: 'POST', url: '/v1/networks/net:validate', headers, payload: 'name: net' } as const;
    const { statusCode, body } = await as('viewer', request);
    expect(statusCode).toBe(415);
    expect(JSON.parse(body)).toMatchObject({ reason: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it('answers who asks too often that they may ask again, and when', async () => {
    const { as } = await start({ requestsPerMinute: 2 });
    const ask = (): Promise<{ statusCode: number; headers: object; body: string }> =>
      as('viewer', { url: '/v1/schema' });
    expect([(await ask()).statusCode, (await ask()).statusCode]).toEqual([200, 200]);
    const { statusCode, headers, body } = await ask();
    expect(statusCode).toBe(429);
    expect(headers).toHaveProperty('retry-after');
    expect(JSON.parse(body)).toMatchObject({ reason: 'TOO_MANY_REQUESTS' });
    // The limit is each caller's own.
    expect((await as('operator', { url: '/v1/schema' })).statusCode).toBe(200);
  });

  it('has whoever fails to sign in again and again wait, and nobody else of their address', async () => {
    const { api, as, database } = await start();
    const fail = () =>
      api.inject({ method: 'POST', url: '/v1/runs/up-0:cancel', headers: { authorization: 'Bearer weft_made-up' } });
    const answers = [];
    for (let tries = 0; tries < 62; tries += 1) answers.push(await fail());
    expect(answers.slice(0, 60).every(({ statusCode }) => statusCode === 401)).toBe(true);
    const { statusCode, headers, body } = answers[61] ?? answers[0] ?? (await fail());
    expect(statusCode).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(body)).toMatchObject({ reason: 'TOO_MANY_REQUESTS' });
    expect((await as('viewer', { url: '/v1/schema' })).statusCode).toBe(200);
    const { items } = await listAudit(database, {}, { size: 500 });
    expect(items.filter(({ reason }) => reason === 'TOO_MANY_REQUESTS')).toEqual([]);
  });

  it('lets no page be framed or read as another kind', async () => {
    const { api } = await start();
    const { headers } = await api.inject({ url: '/livez' });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    });
  });
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1, made from the routes, and says who may call each', async () => {
    const { api } = await start();
    const { body } = await api.inject({ url: '/openapi.json' });
    const document = JSON.parse(body) as {
      openapi: string;
      info: { version: string };
      paths: Record<string, Record<string, { description?: string; security?: unknown[]; responses: object }>>;
      components: { schemas: object };
    };
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Weft', version: '1.2.3' } });
    // Which routes there are, and who may call each, is told by the table of access.test.ts.
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/livez', '/v1/networks/{name}:plan', '/v1/runs/{id}:cancel']),
    );
    expect(document.paths['/v1/networks/{name}']?.['delete']).toMatchObject({
      description: expect.stringContaining('Needs the role admin.') as string,
      security: [{ token: [] }],
      responses: { default: { content: { 'application/problem+json': {} } } },
    });
    expect(document.paths['/v1/networks/{name}']?.['put']).toMatchObject({
      requestBody: { content: { 'application/json': {}, 'application/yaml': {} } },
    });
    expect(document.paths['/livez']?.['get']?.security).toBeUndefined();
    expect(Object.keys(document.components.schemas)).toEqual(['Problem', 'NetworkDescription']);
  });

  it('can be read on a page that needs no other host, and may ask none', async () => {
    const { api } = await start();
    const page = await api.inject({ url: '/reference/' });
    expect(page.statusCode).toBe(200);
    const addresses = [...page.body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(['js/scalar.js']);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers['content-security-policy']).toContain("connect-src 'self'");
    const script = await api.inject({ url: '/reference/js/scalar.js' });
    expect(script.statusCode).toBe(200);
    expect(script.body.length).toBeGreaterThan(1_000_000);
  });
});

describe('a server that is being stopped', () => {
  it('leaves the runs alone that it follows', async () => {
    const { api, as, temporal } = await start();
    const headers = { 'content-type': 'application/yaml' };
    const payload = 'name: stays\norganizations: [{ name: org1, orderers: 1, peers: 1 }]\n';
    const { statusCode } = await as('operator', { method: 'PUT', url: '/v1/networks/stays', headers, payload });
    expect(statusCode).toBe(202);
    await api.close();
    expect(temporal.runs.map(({ status }) => status)).toEqual(['running']);
    expect(temporal.cancelled).toEqual([]);
  });

  it('does not wait for a plan, and says why there is none', async () => {
    const { api, as, temporal } = await start();
    const headers = { 'content-type': 'application/yaml' };
    const payload = 'name: slow\norganizations: [{ name: org1, orderers: 1, peers: 1 }]\n';
    const planned = as('operator', { method: 'POST', url: '/v1/networks/slow:plan', headers, payload });
    await expect.poll(() => temporal.runs.length).toBe(1);
    await api.close();
    const { statusCode, body } = await planned;
    expect(statusCode).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ reason: 'SHUTTING_DOWN' });
  });
});

describe('a request that no name can be in', () => {
  it.each([
    '/v1/audit?who=%00',
    '/v1/audit?from=0000-01-01T00:00:00Z',
    '/v1/audit?to=9999-12-31T23:59:59-23:00',
    '/v1/runs/%00',
    '/v1/runs/a%00b/steps?step=%00',
    '/v1/networks/net/plans/%00',
    '/v1/networks/%',
    '/v1/networks/net%zz',
    `/v1/runs/${'x'.repeat(2_000)}`,
  ])('%s is not valid, and no defect', async (url) => {
    const { as } = await start();
    const answer = await as('admin', { url });
    expect(answer.json()).toMatchObject({ status: 400, reason: 'INVALID_REQUEST' });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['x-request-id']).toBe(answer.json<{ requestId: string }>().requestId);
  });

  it('has every name that there may be: of a step on the longest target, and of a token whose letters are encoded', async () => {
    const { as } = await start();
    const target = encodeURIComponent(`${'c'.repeat(249)}/org1-peer1`);
    const { reason } = (await as('admin', { url: `/v1/runs/up-0/steps/joinChannel/${target}` })).json<{
      reason: string;
    }>();
    expect(reason).toBe('RUN_NOT_FOUND');
    const name = '\u{1F511}'.repeat(50);
    expect(
      (await as('admin', { method: 'POST', url: '/v1/tokens', payload: { name, role: 'viewer' } })).statusCode,
    ).toBe(201);
    const url = `/v1/tokens/${encodeURIComponent(name)}`;
    expect((await as('admin', { method: 'DELETE', url })).statusCode).toBe(200);
  });
});

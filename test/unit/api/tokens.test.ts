import { describe, expect, it } from 'vitest';

import { recordAudit } from '../../../src/database/index.ts';
import { servers, type Server } from './harness.ts';

const start = servers();

function make({ as }: Server, payload: object) {
  return as('admin', { method: 'POST', url: '/v1/tokens', payload });
}

describe('a token that an admin of all networks makes', () => {
  it('is good at once, for what was said, and its secret is shown this once', async () => {
    const server = await start();
    const made = await make(server, { name: 'ci', role: 'operator', network: 'net' });
    expect(made.statusCode).toBe(201);
    const { secret, ...token } = made.json<{ secret: string; name: string }>();
    expect(token).toMatchObject({
      role: 'operator',
      network: { cluster: 'local', name: 'net' },
      createdBy: 'the-admin',
    });
    const who = await server.api.inject({ url: '/v1/session', headers: { authorization: `Bearer ${secret}` } });
    expect(who.json()).toEqual({
      name: 'ci',
      roles: [{ role: 'operator', network: { cluster: 'local', name: 'net' } }],
    });
    const list = await server.as('admin', { url: '/v1/tokens' });
    expect(list.json<{ tokens: object[] }>().tokens).toContainEqual(expect.objectContaining({ name: 'ci' }));
    expect(`${list.body}${server.log.join('')}`).not.toContain(secret);
  });

  it('is worthless at once when it is revoked, and its name is free', async () => {
    const server = await start();
    const { secret } = (await make(server, { name: 'gone', role: 'viewer' })).json<{ secret: string }>();
    const revoke = () => server.as('admin', { method: 'DELETE', url: '/v1/tokens/gone' });
    expect((await revoke()).json()).toMatchObject({ name: 'gone', revokedAt: expect.any(String) as string });
    const who = await server.api.inject({ url: '/v1/session', headers: { authorization: `Bearer ${secret}` } });
    expect(who.statusCode).toBe(401);
    expect((await revoke()).json()).toMatchObject({ reason: 'TOKEN_NOT_FOUND' });
    expect((await make(server, { name: 'gone', role: 'viewer' })).statusCode).toBe(201);
  });

  it.each([
    ['a name that is taken', { name: 'the-admin', role: 'viewer' }, 409],
    ['a name of another kind of caller', { name: 'oidc:ana', role: 'viewer' }, 400],
    ['a name of several lines', { name: 'a\nb', role: 'viewer' }, 400],
    ['no name', { name: '', role: 'viewer' }, 400],
    ['another role', { name: 'root', role: 'root' }, 400],
    ['a network that cannot be', { name: 'net', role: 'viewer', network: '../a' }, 400],
  ])('is not made with %s', async (_, payload, status) => {
    expect((await make(await start(), payload)).statusCode).toBe(status);
  });
});

describe('the audit', () => {
  it('is read newest first, page by page, by who, what and when', async () => {
    const { as, database } = await start();
    const hours = [8, 9, 10, 11];
    for (const hour of hours) {
      await recordAudit(database, {
        ...{ who: hour === 11 ? 'bob' : 'ana', method: 'PUT', resource: '/v1/networks/told', outcome: 'done' },
        ...{
          reason: '',
          requestId: `request-${hour}`,
          at: new Date(`2026-11-26T${`${hour}`.padStart(2, '0')}:00:00Z`),
        },
      });
    }
    interface Body {
      readonly entries: readonly { readonly requestId: string }[];
      readonly nextPageToken: string;
    }
    const ask = async (query: Record<string, string>): Promise<Body> =>
      (await as('admin', { url: '/v1/audit', query: { resource: '/v1/networks/told', ...query } })).json<Body>();
    const idsOf = ({ entries }: Body) => entries.map(({ requestId }) => requestId);
    const first = await ask({ who: 'ana', pageSize: '2' });
    expect(idsOf(first)).toEqual(['request-10', 'request-9']);
    const second = await ask({ who: 'ana', pageSize: '2', pageToken: first.nextPageToken });
    expect([idsOf(second), second.nextPageToken]).toEqual([['request-8'], '']);
    const within = await ask({ from: '2026-11-26T09:00:00Z', to: '2026-11-26T12:00:00+01:00' });
    expect(idsOf(within)).toEqual(['request-10', 'request-9']);
    expect((await as('admin', { url: '/v1/audit?from=yesterday' })).statusCode).toBe(400);
  });

  it('tells who has made and revoked tokens', async () => {
    const server = await start();
    await make(server, { name: 'told', role: 'viewer' });
    await server.as('admin', { method: 'DELETE', url: '/v1/tokens/told' });
    const { entries } = (await server.as('admin', { url: '/v1/audit?who=the-admin&pageSize=2' })).json<{
      entries: object[];
    }>();
    expect(entries).toMatchObject([
      { method: 'DELETE', resource: '/v1/tokens/told', outcome: 'done' },
      { method: 'POST', resource: '/v1/tokens', outcome: 'done' },
    ]);
  });
});

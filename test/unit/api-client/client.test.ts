import type { AddressInfo } from 'node:net';

import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { createToken } from '../../../src/database/index.ts';
import { answerOf, weftClient, AS_YAML, NoAnswerFromApi, RequestRefused } from '../../../src/api-client/index.ts';
import type { Server } from '../api/harness.ts';
import { description, servers } from '../api/harness.ts';

const start = servers();

/** The address of a server that listens. */
async function addressOf({ api }: Pick<Server, 'api'>): Promise<string> {
  return api.listen({ host: '127.0.0.1', port: 0 });
}

async function signedIn(server: Server): Promise<ReturnType<typeof weftClient>> {
  const name = `client-${Math.random()}`;
  const { secret } = await createToken(server.database, { name, role: 'operator', at: new Date(), by: 'tests' });
  return weftClient({ baseUrl: await addressOf(server), headers: () => ({ authorization: `Bearer ${secret}` }) });
}

describe('the client', () => {
  it('sends a description as text, reads what comes of it, and finds the etag beside it', async () => {
    const client = await signedIn(await start());
    const params = { path: { name: 'by-client' } };
    const put = await answerOf(
      client.PUT('/v1/networks/{name}', { params, body: description('by-client'), ...AS_YAML }),
    );
    expect(put.data).toMatchObject({ network: 'by-client', kind: 'up' });
    const got = await answerOf(client.GET('/v1/networks/{name}', { params }));
    expect(got.response.headers.get('etag')).toBe(got.data.metadata.etag);
  });

  it('says why something was refused, with every mistake and its line', async () => {
    const client = await signedIn(await start());
    const params = { path: { name: 'wrong' } };
    const failed = answerOf(
      client.POST('/v1/networks/{name}:plan', { params, body: 'name: other\norganizations: 3\n', ...AS_YAML }),
    );
    const error = await failed.catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(RequestRefused);
    expect(error).toMatchObject({ problem: { reason: 'INVALID_DESCRIPTION', errors: [{ line: 1 }, { line: 2 }] } });
  });

  it('tells that nobody answers', async () => {
    const server = await start();
    const client = weftClient({ baseUrl: await addressOf(server) });
    await server.api.close();
    await expect(answerOf(client.GET('/v1/networks'))).rejects.toBeInstanceOf(NoAnswerFromApi);
  });

  it('ends with the reason of its signal', async () => {
    const client = await signedIn(await start());
    const reason = AbortSignal.abort();
    await expect(answerOf(client.GET('/v1/networks', { signal: reason }))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('another program at the address', () => {
  const other = fastify();
  afterEach(() => other.close());

  it('is not taken for the API', async () => {
    other.get('/v1/networks', (_request, reply) => reply.type('text/html').send('<h1>Hello</h1>'));
    other.get('/v1/schema', (_request, reply) => reply.code(502).type('text/html').send('<h1>Bad gateway</h1>'));
    await other.listen({ host: '127.0.0.1', port: 0 });
    const { port } = other.server.address() as AddressInfo;
    const client = weftClient({ baseUrl: `http://127.0.0.1:${port}` });
    const said = 'what answers there is not the API';
    await expect(answerOf(client.GET('/v1/networks'))).rejects.toThrow(said);
    await expect(answerOf(client.GET('/v1/schema'))).rejects.toThrow(`${said}: 502`);
  });
});

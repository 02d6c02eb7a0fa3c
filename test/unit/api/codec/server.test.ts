import { randomBytes } from 'node:crypto';

import type { PayloadCodec } from '@temporalio/common';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCodecServer, type CodecServerSettings } from '../../../../src/api/codec/server.ts';
import { encryptionCodec } from '../../../../src/codec/index.ts';
import { parseKeys } from '../../../../src/codec/keys.ts';

const UI = 'http://127.0.0.1:8233';
const PLAIN = {
  payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64('{"name":"net"}') }],
};

let codec: PayloadCodec;
let servers: FastifyInstance[];

beforeEach(() => {
  servers = [];
  const [key] = parseKeys(randomBytes(32).toString('base64'));
  if (typeof key !== 'object') throw new Error('a key is a key');
  codec = encryptionCodec({
    current: () => key,
    find: (id) => Promise.resolve(id === key.id ? key : undefined),
  });
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

type Ask = (
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<LightMyRequestResponse>;

/** A server for whoever is on this machine, unless the settings say otherwise. */
async function serving(settings: Partial<CodecServerSettings> = {}): Promise<Ask> {
  const server = await createCodecServer({
    codecs: [codec],
    uiOrigins: [UI],
    allowAnonymous: true,
    identify: () => Promise.resolve(undefined),
    logger: false,
    ...settings,
  });
  servers.push(server);
  return (url, body = PLAIN, headers = {}) =>
    server.inject({
      ...{ method: 'POST', url, payload: JSON.stringify(body) },
      headers: { host: '127.0.0.1:8888', 'content-type': 'application/json', 'x-namespace': 'weft', ...headers },
    });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('a codec server', () => {
  it.each(['', '/weft'])(
    'decodes at %s/decode what it has encoded at %s/encode, as JSON with Base64',
    async (prefix) => {
      const ask = await serving();
      const encoded = await ask(`${prefix}/encode`);
      expect(encoded.statusCode).toBe(200);
      expect(encoded.json()).toMatchObject({ payloads: [{ metadata: { encoding: base64('binary/encrypted') } }] });
      const decoded = await ask(`${prefix}/decode`, encoded.json());
      expect(decoded.headers['content-type']).toMatch(/^application\/json/);
      expect(decoded.json()).toEqual(PLAIN);
    },
  );

  it('hands on what is not encrypted, and answers as many payloads as it is given', async () => {
    const ask = await serving();
    const none = { metadata: {}, data: '' };
    expect((await ask('/decode', { payloads: [...PLAIN.payloads, {}] })).json()).toEqual({
      payloads: [...PLAIN.payloads, none],
    });
    expect((await ask('/decode', {})).json()).toEqual({ payloads: [] });
  });

  it('goes through several codecs in their order, and back', async () => {
    const marking = (mark: string): PayloadCodec => ({
      encode: (payloads) =>
        Promise.resolve(
          payloads.map(({ data }) => ({ data: Buffer.concat([data ?? Buffer.of(), Buffer.from(mark)]) })),
        ),
      decode: (payloads) =>
        Promise.resolve(
          payloads.map(({ data }) => {
            const text = Buffer.from(data ?? []).toString();
            if (!text.endsWith(mark)) throw new Error(`${mark} is not the last`);
            return { data: Buffer.from(text.slice(0, -mark.length)) };
          }),
        ),
    });
    const ask = await serving({ codecs: [marking('1'), marking('2')] });
    const encoded = await ask('/encode', { payloads: [{ data: base64('x') }] });
    expect(encoded.json()).toEqual({ payloads: [{ metadata: {}, data: base64('x12') }] });
    expect((await ask('/decode', encoded.json())).json()).toEqual({ payloads: [{ metadata: {}, data: base64('x') }] });
  });

  it.each([
    [
      'another key',
      { metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('0123') }, data: '' },
      /the key 0123, which this process does not have/,
    ],
    ['bytes that are no Base64', { data: '*' }, /Base64/],
    ['metadata that is no map', { metadata: 'x' }, /payloads/],
  ])('answers 400 and a sentence to %s', async (_what, payload, sentence) => {
    const { statusCode, headers, body } = await (await serving())('/decode', { payloads: [payload] });
    expect(statusCode).toBe(400);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body).toMatch(sentence);
  });

  it('says what there is at another path', async () => {
    const { statusCode, body } = await (await serving())('/download');
    expect({ statusCode, body }).toEqual({ statusCode: 404, body: 'there are POST /encode and POST /decode.\n' });
  });
});

describe('who may have payloads decoded', () => {
  const identify: CodecServerSettings['identify'] = (secret) =>
    Promise.resolve(
      secret === 'of-an-admin'
        ? { name: 'ana', grants: [{ role: 'admin' }] }
        : { name: 'ben', grants: [{ role: 'operator' }, { role: 'admin', network: { cluster: 'local', name: 'a' } }] },
    );

  it.each([
    ['nobody without a token', {}, 401],
    ['an admin of all networks', { authorization: 'Bearer of-an-admin' }, 200],
    ['nobody else: payloads are those of every network', { authorization: 'Bearer of-an-operator' }, 403],
  ])('is %s', async (_who, headers, status) => {
    const ask = await serving({ allowAnonymous: false, identify });
    expect((await ask('/decode', PLAIN, headers)).statusCode).toBe(status);
    expect((await ask('/encode', PLAIN, headers)).statusCode).toBe(status);
  });

  it.each([
    ["Temporal's page", { origin: UI }, 200],
    ["another site's page", { origin: 'https://evil.example.com' }, 401],
    [
      'a page whose name was made to mean this machine',
      { host: 'evil.example.com:8888', origin: 'http://evil.example.com:8888' },
      401,
    ],
  ])('on this machine: %s', async (_who, headers, status) => {
    expect((await (await serving())('/decode', PLAIN, headers)).statusCode).toBe(status);
  });

  it("lets a browser's page of Temporal ask, and none of another origin", async () => {
    await serving({ allowAnonymous: false });
    const preflight = (origin: string): Promise<LightMyRequestResponse> | undefined =>
      servers[0]?.inject({
        method: 'OPTIONS',
        url: '/decode',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-namespace' },
      });
    const allowed = await preflight(UI);
    expect(allowed?.statusCode).toBe(204);
    expect(allowed?.headers).toMatchObject({
      'access-control-allow-origin': UI,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Authorization, Content-Type, X-Namespace',
    });
    expect((await preflight('https://evil.example.com'))?.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('puts an end to guessing tokens', async () => {
    const ask = await serving({ allowAnonymous: false });
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= 61; attempt += 1) statuses.push((await ask('/decode')).statusCode);
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

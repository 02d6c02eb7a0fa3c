import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { servers } from './harness.ts';

const start = servers();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<meta name="style-nonce" content="__STYLE_NONCE__" />');
  await writeFile(join(folder, '.sources'), 'key');
  await writeFile(join(folder, 'assets/index-AbC1.js'), 'console.log(1)');
  await writeFile(join(folder, 'assets/index-AbC1.js.gz'), 'compressed');
});
afterAll(() => rm(folder, { recursive: true }));

const asBrowser = { accept: 'text/html,application/xhtml+xml' };

async function withPage(): Promise<FastifyInstance> {
  return (await start({ page: folder })).api;
}

describe('the page', () => {
  it.each(['/', '/networks/test-network/history', '/runs/up-0'])(
    'is what a browser gets at %s, signed in or not',
    async (url) => {
      const { statusCode, headers } = await (await withPage()).inject({ url, headers: asBrowser });
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    },
  );

  it('may load nothing but what is on its server, and makes style sheets by a nonce that no other answer has', async () => {
    const api = await withPage();
    const [one, other] = [await api.inject({ url: '/' }), await api.inject({ url: '/' })];
    const nonce = /content="([^"]+)"/.exec(one.body)?.[1];
    expect(one.headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'nonce-${nonce ?? ''}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{24}$/);
    expect(other.body).not.toContain(nonce);
  });

  it('has files that browsers keep for ever, compressed for those that take it', async () => {
    const api = await withPage();
    const url = '/assets/index-AbC1.js';
    const { headers, body } = await api.inject({ url, headers: { 'accept-encoding': 'gzip' } });
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
    });
    expect(body).toBe('compressed');
    expect((await api.inject({ url })).body).toBe('console.log(1)');
  });

  it('does not stand in for what is missing of the API or of its files, nor for what a program asks', async () => {
    const api = await withPage();
    for (const [url, headers] of [
      ['/v1/nothing', asBrowser],
      ['/assets/index-old.js', asBrowser],
      ['/networks/test-network', { accept: 'application/json' }],
      ['/.sources', {}],
      ['/index.html', {}],
    ] as const) {
      const { statusCode, json } = await api.inject({ url, headers });
      expect({ url, statusCode, reason: json<{ reason: string }>().reason }).toEqual({
        url,
        statusCode: 404,
        reason: 'ROUTE_NOT_FOUND',
      });
    }
  });

  it('is not there where none was built, and the API is all the same', async () => {
    const { api } = await start();
    expect((await api.inject({ url: '/', headers: asBrowser })).statusCode).toBe(404);
    expect((await api.inject({ url: '/livez' })).statusCode).toBe(200);
  });
});

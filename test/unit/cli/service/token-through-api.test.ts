import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createToken, useToken } from '../../../../src/database/index.ts';
import { servers, type Server } from '../../api/harness.ts';
import { machine } from '../harness.ts';

const start = servers();

let admins = 0;

/** A server that listens, and a token of an admin of all networks. */
async function listening(): Promise<{ server: Server; url: string; secret: string }> {
  const server = await start();
  admins += 1;
  const input = { name: `admin-${admins}`, role: 'admin', at: new Date(), by: 'tests' } as const;
  const { secret } = await createToken(server.database, input);
  return { server, url: await server.api.listen({ host: '127.0.0.1', port: 0 }), secret };
}

describe('weft token while weft api runs', () => {
  it('makes, lists and revokes tokens through it, and opens no database', async () => {
    const { server, url, secret: WEFT_TOKEN } = await listening();
    const { weft, databases } = machine({ env: { WEFT_API: `${url}/`, WEFT_TOKEN } });
    const { code, out, err } = await weft('token', 'add', 'ben', '--role', 'operator', '--network', 'net');
    expect([code, err]).toEqual([0, 'The token of ben, operator of net on local. It is shown this once:\n']);
    expect(await useToken(server.database, out.trim(), new Date())).toMatchObject({
      ...{ name: 'ben', role: 'operator', network: { cluster: 'local', name: 'net' } },
      createdBy: `admin-${admins}`,
    });
    expect((await weft('token', 'list')).out).toMatch(/^ben +operator +local\/net .* valid$/m);
    expect((await weft('token', 'revoke', 'ben')).out).toBe('The token of ben is revoked.\n');
    expect((await weft('token', 'list')).out).toMatch(/^ben +operator .* revoked 20\S+Z$/m);
    const again = await weft('token', 'revoke', 'ben');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('there is no valid token of ben.')]);
    expect(databases).toEqual([]);
  });

  it('takes its own token from a file, too', async () => {
    const { url, secret } = await listening();
    const folder = await mkdtemp(join(tmpdir(), 'weft-token-'));
    try {
      const path = join(folder, 'token');
      await writeFile(path, `${secret}\n`);
      expect((await machine().weft('token', 'list', '--api', url, '--token-file', path)).code).toBe(0);
      const { code, err } = await machine().weft('token', 'list', '--api', url, '--token-file', join(folder, 'none'));
      expect([code, err]).toEqual([2, expect.stringContaining('the token cannot be read')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['nobody is signed in', {}, 3, 'Set WEFT_TOKEN to a token of that service'],
    ['the token is wrong', { WEFT_TOKEN: 'weft_made-up' }, 3, 'The token is not known, or was revoked.'],
  ])('says with code %3$s that %s', async (_, env, exit, message) => {
    const { url } = await listening();
    const { code, err } = await machine({ env: { ...env, WEFT_API: url } }).weft('token', 'list');
    expect([code, err]).toEqual([exit, expect.stringContaining(message)]);
  });

  it('says what is wrong with what it was asked', async () => {
    const { url, secret: WEFT_TOKEN } = await listening();
    const { weft } = machine({ env: { WEFT_API: url, WEFT_TOKEN } });
    const taken = await weft('token', 'add', `admin-${admins}`, '--role', 'viewer');
    expect([taken.code, taken.err]).toEqual([1, expect.stringContaining('Take another name, or revoke that one.')]);
    const wrong = await weft('token', 'add', 'a:b', '--role', 'viewer');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('none of them ":"')]);
  });

  it('says that nobody answers, and what is no address', async () => {
    const away = await machine().weft('token', 'add', 'ana', '--role', 'viewer', '--api', 'http://127.0.0.1:1');
    expect([away.code, away.err]).toEqual([4, expect.stringContaining('the API does not answer')]);
    const wrong = await machine().weft('token', 'list', '--api', 'weft.example.com');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('is no address of a service')]);
  });
});

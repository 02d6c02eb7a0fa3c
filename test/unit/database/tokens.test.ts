import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createToken, listTokens, revokeToken, TokenNameTaken, useToken } from '../../../src/database/index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const NOON = new Date('2026-11-26T12:00:00.123Z');

function after(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1000);
}

describe('tokens', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.remove());

  it('are proven by their secret alone', async () => {
    const { secret, token } = await createToken(test.database, { name: 'ci', role: 'operator', at: NOON, by: 'ana' });
    expect(token).toEqual({
      id: expect.stringMatching(/^token-[0-9a-f]{12}$/) as unknown,
      name: 'ci',
      role: 'operator',
      createdAt: NOON,
      createdBy: 'ana',
    });
    expect(await useToken(test.database, secret, NOON)).toEqual(token);
    for (const other of [`${secret}x`, secret.slice(0, -1), secret.toUpperCase(), 'weft_', '', token.id]) {
      expect(await useToken(test.database, other, NOON)).toBeUndefined();
    }
  });

  it('have secrets of 256 bits that a scanner can find, and that the database does not know', async () => {
    const { secret } = await createToken(test.database, { name: 'scanned', role: 'viewer', at: NOON, by: 'ana' });
    expect(secret).toMatch(/^weft_[A-Za-z0-9_-]{43}$/);
    const rows = await test.database.query.selectFrom('tokens').selectAll().execute();
    const bytes = Buffer.from(secret.slice('weft_'.length), 'base64url');
    expect(JSON.stringify(rows)).not.toContain(secret.slice('weft_'.length));
    expect(rows.some(({ hash }) => Buffer.from(hash).equals(bytes))).toBe(false);
  });

  it('may be good for one network alone', async () => {
    const network = { cluster: 'local', name: 'net' };
    const { secret } = await createToken(test.database, { name: 'one', role: 'admin', network, at: NOON, by: 'ana' });
    expect(await useToken(test.database, secret, NOON)).toMatchObject({ network });
  });

  it('say to the minute when they were used last', async () => {
    const { secret } = await createToken(test.database, { name: 'used', role: 'viewer', at: NOON, by: 'ana' });
    const lastUse = async (): Promise<Date | undefined> =>
      (await listTokens(test.database, { size: 100 })).items.find(({ name }) => name === 'used')?.lastUsedAt;
    expect(await lastUse()).toBeUndefined();
    await useToken(test.database, secret, after(1));
    await useToken(test.database, secret, after(60));
    expect(await lastUse()).toEqual(after(1));
    await useToken(test.database, secret, after(61));
    expect(await lastUse()).toEqual(after(61));
  });

  it('are worth nothing once they are revoked, by their name or their id, and are still listed', async () => {
    const byName = await createToken(test.database, { name: 'left', role: 'viewer', at: NOON, by: 'ana' });
    const byId = await createToken(test.database, { name: 'gone', role: 'viewer', at: NOON, by: 'ana' });
    expect(await revokeToken(test.database, { name: 'left' }, after(5))).toEqual({
      ...byName.token,
      revokedAt: after(5),
    });
    expect(await revokeToken(test.database, { id: byId.token.id }, after(5))).toMatchObject({ name: 'gone' });
    expect(await useToken(test.database, byName.secret, after(6))).toBeUndefined();
    expect(await useToken(test.database, byId.secret, after(6))).toBeUndefined();
    const listed = (await listTokens(test.database, { size: 100 })).items;
    expect(listed.find(({ name }) => name === 'left')).toMatchObject({ revokedAt: after(5) });
  });

  it('cannot be revoked twice, nor if there are none of that name', async () => {
    await createToken(test.database, { name: 'twice', role: 'viewer', at: NOON, by: 'ana' });
    await revokeToken(test.database, { name: 'twice' }, NOON);
    expect(await revokeToken(test.database, { name: 'twice' }, after(1))).toBeUndefined();
    expect(await revokeToken(test.database, { name: 'never' }, NOON)).toBeUndefined();
  });

  it('have names of their own while they are valid', async () => {
    const input = { name: 'robot', role: 'viewer', at: NOON, by: 'ana' } as const;
    await createToken(test.database, input);
    await expect(createToken(test.database, input)).rejects.toThrow(TokenNameTaken);
    await revokeToken(test.database, { name: 'robot' }, NOON);
    await expect(createToken(test.database, input)).resolves.toMatchObject({ token: { name: 'robot' } });
  });

  it('are listed page for page, the newest first', async () => {
    for (const seconds of [100, 101, 102]) {
      await createToken(test.database, { name: `n${seconds}`, role: 'viewer', at: after(seconds), by: 'ana' });
    }
    const first = await listTokens(test.database, { size: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(['n102', 'n101']);
    const second = await listTokens(test.database, { size: 1, token: first.nextToken ?? '' });
    expect(second.items.map(({ name }) => name)).toEqual(['n100']);
  });
});

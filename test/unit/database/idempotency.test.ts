import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { claimKey, freeKey, keepAnswer } from '../../../src/database/index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const NOON = new Date('2026-11-26T12:00:00Z');
const DAY_SECONDS = 24 * 3600;
const answer = { status: 202, headers: { location: '/v1/runs/up-1' }, body: '{"b":1, "a":2}' };

function after(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1000);
}

describe('a request with an idempotency key', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.remove());

  it('is carried out once, and its answer repeated to the letter for a day', async () => {
    const request = { who: 'ana', key: 'once', requestHash: 'h' };
    expect(await claimKey(test.database, request, NOON)).toEqual({ kind: 'first' });
    await keepAnswer(test.database, request, answer, after(2));
    expect(await claimKey(test.database, request, after(3))).toEqual({ kind: 'answered', answer });
    expect(await claimKey(test.database, request, after(DAY_SECONDS + 1))).toEqual({ kind: 'answered', answer });
    expect(await claimKey(test.database, request, after(DAY_SECONDS + 2))).toEqual({ kind: 'first' });
  });

  it('waits for the first while that is under way', async () => {
    const request = { who: 'ana', key: 'under-way', requestHash: 'h' };
    await claimKey(test.database, request, NOON);
    expect(await claimKey(test.database, request, after(59))).toEqual({ kind: 'under way', since: NOON });
  });

  it('is carried out by one of those that ask at the same time', async () => {
    const request = { who: 'ana', key: 'together', requestHash: 'h' };
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimKey(test.database, request, NOON)));
    expect(claims.filter(({ kind }) => kind === 'first')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'under way')).toHaveLength(7);
  });

  it('is carried out by another where the first is gone without an answer', async () => {
    const request = { who: 'ana', key: 'gone', requestHash: 'h' };
    await claimKey(test.database, request, NOON);
    expect(await claimKey(test.database, request, after(60))).toEqual({ kind: 'first' });
    await keepAnswer(test.database, request, answer, after(61));
    // The first was only slow.
    await keepAnswer(test.database, request, { ...answer, status: 500 }, after(62));
    expect(await claimKey(test.database, request, after(63))).toEqual({ kind: 'answered', answer });
  });

  it('is refused under the key of another request', async () => {
    const request = { who: 'ana', key: 'different', requestHash: 'h' };
    await claimKey(test.database, request, NOON);
    expect(await claimKey(test.database, { ...request, requestHash: 'other' }, NOON)).toEqual({ kind: 'different' });
    await keepAnswer(test.database, request, answer, NOON);
    expect(await claimKey(test.database, { ...request, requestHash: 'other' }, NOON)).toEqual({ kind: 'different' });
  });

  it('does not meet that of somebody else with the same key', async () => {
    await claimKey(test.database, { who: 'ana', key: 'shared', requestHash: 'h' }, NOON);
    const other = { who: 'ben', key: 'shared', requestHash: 'other' };
    expect(await claimKey(test.database, other, NOON)).toEqual({ kind: 'first' });
  });

  it('leaves nothing behind where it was refused, and keeps its answer where it was not', async () => {
    const request = { who: 'ana', key: 'refused', requestHash: 'h' };
    await claimKey(test.database, request, NOON);
    await freeKey(test.database, request);
    expect(await claimKey(test.database, { ...request, requestHash: 'mended' }, NOON)).toEqual({ kind: 'first' });
    await keepAnswer(test.database, { ...request, requestHash: 'mended' }, answer, NOON);
    await freeKey(test.database, { ...request, requestHash: 'mended' });
    expect(await claimKey(test.database, { ...request, requestHash: 'mended' }, NOON)).toMatchObject({
      kind: 'answered',
    });
  });
});

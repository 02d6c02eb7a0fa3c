import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  ensureNetwork,
  findNetwork,
  findRevision,
  keepConditions,
  keepUid,
  listRevisions,
  listStoredNetworks,
  markRemoved,
  PageTokenInvalid,
  saveRevision,
  type RevisionInput,
  type SavedRevision,
} from '../../../src/database/index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const NOON = new Date('2026-11-26T12:00:00.123Z');
const ana = { by: 'ana', at: NOON };
const network = { cluster: 'local', name: 'net' };

function after(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1000);
}

function input(more: Partial<RevisionInput> = {}): RevisionInput {
  return { network, description: { name: 'net' }, source: 'name: net # mine\n', ...ana, ...more };
}

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.remove());
beforeEach(async () => {
  await test.database.query.deleteFrom('networks').execute();
});

async function saved(more: Partial<RevisionInput> = {}): Promise<Extract<SavedRevision, { kind: 'saved' }>> {
  const result = await saveRevision(test.database, input(more));
  if (result.kind !== 'saved') throw new Error('the revision was not saved');
  return result;
}

describe('a revision', () => {
  it('makes its network known, and is what is asked of it', async () => {
    const { revision, network: stored } = await saved();
    expect(stored).toEqual({
      id: expect.stringMatching(/^network-/) as unknown,
      ...network,
      revision: 1,
      generation: 1,
      etag: `${stored.id}.1`,
      conditions: [],
      lastEvent: 0,
      createdAt: NOON,
      createdBy: 'ana',
    });
    expect(await findNetwork(test.database, network)).toEqual(stored);
    expect(await findRevision(test.database, stored.id, 1)).toEqual(revision);
    expect(await findRevision(test.database, stored.id, 2)).toBeUndefined();
  });

  it('keeps the description key for key, and the text to the letter', async () => {
    const description = { name: 'net', snake_case: { camelCase: 1, 'x-anchors': [{ a_b: null }] }, list: [1, 'two'] };
    const source = 'name: net # "quoted" ü\n\n';
    const { revision } = await saved({ description, source });
    expect(revision).toMatchObject({ description, source });
    expect(await findRevision(test.database, revision.networkId, 1)).toEqual(revision);
  });

  it('is kept with a sign in place of what PostgreSQL cannot keep', async () => {
    const { revision } = await saved({ description: { name: 'a\0b \uD800 😀' } });
    expect(revision.description).toEqual({ name: 'a\uFFFDb \uFFFD 😀' });
  });

  it('follows the one that it was made to, and no other', async () => {
    const first = await saved({ expected: 'absent' });
    const second = await saved({ expected: first.network.etag, at: after(1), by: 'ben' });
    expect(second.network).toMatchObject({ revision: 2, generation: 2, createdAt: NOON, createdBy: 'ana' });
    expect(second.revision).toMatchObject({ number: 2, createdAt: after(1), createdBy: 'ben' });
    for (const expected of [first.network.etag, 'absent', 'nonsense']) {
      const late = await saveRevision(test.database, input({ expected }));
      expect(late).toEqual({ kind: 'conflict', network: second.network });
    }
    const { items } = await listRevisions(test.database, second.network.id, { size: 10 });
    expect(items.map(({ number }) => number)).toEqual([2, 1]);
  });

  it('of a network that is not there conflicts with whatever it was made to, and leaves nothing behind', async () => {
    const late = await saveRevision(test.database, input({ expected: 'network-1.1' }));
    expect(late).toEqual({ kind: 'conflict', network: undefined });
    expect(await findNetwork(test.database, network)).toBeUndefined();
  });

  it('is one of those that are made to the same at the same time', async () => {
    const { network: stored } = await saved();
    const results = await Promise.all(
      Array.from({ length: 5 }, () => saveRevision(test.database, input({ expected: stored.etag }))),
    );
    expect(results.filter(({ kind }) => kind === 'saved')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'conflict')).toHaveLength(4);
  });

  it('has a number of its own where several come at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => saved()));
    expect(results.map(({ revision }) => revision.number).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(await findNetwork(test.database, network)).toMatchObject({ revision: 5, generation: 5 });
  });

  it('makes a network known for one of those that do so at the same time', async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, () => saveRevision(test.database, input({ expected: 'absent' }))),
    );
    expect(results.filter(({ kind }) => kind === 'saved')).toHaveLength(1);
    const kept = await findNetwork(test.database, network);
    expect(results.filter(({ kind }) => kind === 'conflict').map((result) => result.network)).toEqual(
      Array.from({ length: 4 }, () => kept),
    );
  });

  it('may be the first that is asked of a network that was known by its runs alone', async () => {
    const known = await ensureNetwork(test.database, network, ana);
    expect(known).not.toHaveProperty('revision');
    expect(await saveRevision(test.database, input({ expected: 'absent' }))).toEqual({
      kind: 'conflict',
      network: known,
    });
    const { network: stored } = await saved({ expected: known.etag });
    expect(stored).toMatchObject({ id: known.id, revision: 1 });
  });
});

describe('a network', () => {
  it('of the same name on another cluster is another', async () => {
    const here = await ensureNetwork(test.database, network, ana);
    const there = await ensureNetwork(test.database, { ...network, cluster: 'east' }, ana);
    expect(there.id).not.toBe(here.id);
    expect(await ensureNetwork(test.database, network, { by: 'ben', at: after(1) })).toEqual(here);
  });

  it('has the conditions of the latest look at it', async () => {
    const { network: stored } = await saved();
    const ready = { type: 'PeersInStep', status: 'True', reason: 'AllReady', message: 'all peers are ready' } as const;
    await keepConditions(test.database, stored.id, { conditions: [ready], seenAt: after(2), revision: 1 });
    await keepConditions(test.database, stored.id, { conditions: [], seenAt: after(1) });
    expect(await findNetwork(test.database, network)).toEqual({
      ...stored,
      conditions: [ready],
      conditionsSeenAt: after(2),
      observedRevision: 1,
    });
    await keepConditions(test.database, stored.id, { conditions: [], seenAt: after(3) });
    const last = await findNetwork(test.database, network);
    expect(last).toMatchObject({ conditions: [], conditionsSeenAt: after(3) });
    expect(last).not.toHaveProperty('observedRevision');
  });

  it('that was removed keeps its history, and leaves its name to another', async () => {
    const { network: first } = await saved();
    await keepUid(test.database, first.id, 'uid-1');
    await markRemoved(test.database, first.id, { begun: after(1), at: after(2) });
    expect(await findNetwork(test.database, network)).toBeUndefined();
    expect((await listStoredNetworks(test.database, {}, { size: 10 })).items).toEqual([]);
    expect(await saveRevision(test.database, input({ expected: first.etag }))).toEqual({
      kind: 'conflict',
      network: undefined,
    });
    const { network: second } = await saved({ expected: 'absent' });
    expect(second.id).not.toBe(first.id);
    expect(second).toMatchObject({ revision: 1 });
    expect(second).not.toHaveProperty('uid');
    expect((await listRevisions(test.database, first.id, { size: 10 })).items).toHaveLength(1);
  });

  it('stays if something was asked of it after its removal had begun', async () => {
    const { network: stored } = await saved();
    const { network: asked } = await saved({ expected: stored.etag, source: 'name: net # again\n', at: after(2) });
    await markRemoved(test.database, stored.id, { begun: after(1), at: after(3) });
    expect(await findNetwork(test.database, network)).toEqual(asked);
  });

  it('is listed once by whoever reads page for page, also while others come and go', async () => {
    for (const name of ['b', 'd', 'f']) await ensureNetwork(test.database, { cluster: 'local', name }, ana);
    await ensureNetwork(test.database, { cluster: 'east', name: 'z' }, ana);
    const first = await listStoredNetworks(test.database, {}, { size: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(['z', 'b']);
    // Before the place and after it; and the last one that was seen is gone.
    await ensureNetwork(test.database, { cluster: 'local', name: 'a' }, ana);
    await ensureNetwork(test.database, { cluster: 'local', name: 'e' }, ana);
    await markRemoved(test.database, first.items[1]?.id ?? '', { begun: NOON, at: NOON });
    const second = await listStoredNetworks(test.database, {}, { size: 3, token: first.nextToken ?? '' });
    expect(second.items.map(({ name }) => name)).toEqual(['d', 'e', 'f']);
    expect(second).not.toHaveProperty('nextToken');
  });

  it('is listed among those of its cluster', async () => {
    await ensureNetwork(test.database, { cluster: 'east', name: 'there' }, ana);
    await ensureNetwork(test.database, network, ana);
    const { items } = await listStoredNetworks(test.database, { cluster: 'local' }, { size: 10 });
    expect(items.map(({ name }) => name)).toEqual(['net']);
  });

  it.each(['nonsense', '', 'WzFd', Buffer.from('["a"]').toString('base64url')])(
    'is not listed from the page token %j, which no list has given out',
    async (token) => {
      await expect(listStoredNetworks(test.database, {}, { size: 2, token })).rejects.toThrow(PageTokenInvalid);
    },
  );
});

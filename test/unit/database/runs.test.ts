import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  addSignature,
  appendEvents,
  ensureNetwork,
  eventRange,
  findRun,
  findTemporalRun,
  finishRun,
  keepSteps,
  listEvents,
  listRuns,
  listSignatures,
  listSteps,
  openRuns,
  PageTokenInvalid,
  recordRun,
  saveRevision,
  type RunInput,
  type StoredEvent,
  type StoredNetwork,
  type StoredRun,
  type StoredRunSummary,
  type StoredStep,
} from '../../../src/database/index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const NOON = new Date('2026-11-26T12:00:00.123Z');

function after(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1000);
}

let test: TestDatabase;
let network: StoredNetwork;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.remove());
beforeEach(async () => {
  await test.database.query.deleteFrom('networks').execute();
  network = await ensureNetwork(test.database, { cluster: 'local', name: 'net' }, { by: 'ana', at: NOON });
});

function input(number: number, more: Partial<RunInput> = {}): RunInput {
  return {
    networkId: network.id,
    workflowId: 'network/local/net',
    temporalRunId: `temporal-${number}`,
    kind: 'up',
    startedAt: after(number),
    requestedBy: 'ana',
    ...more,
  };
}

function run(number: number, more: Partial<RunInput> = {}): Promise<StoredRun> {
  return recordRun(test.database, input(number, more));
}

describe('a run', () => {
  it('is known by an id that says what it does, and by those of Temporal', async () => {
    const stored = await run(1, { requestId: 'req-1' });
    expect(stored).toEqual({
      ...input(1, { requestId: 'req-1' }),
      id: expect.stringMatching(/^up-[0-9a-f]{12}$/) as unknown,
      network: { cluster: 'local', name: 'net' },
      state: 'running',
    });
    expect(await findRun(test.database, stored.id)).toEqual(stored);
    expect(await findTemporalRun(test.database, stored)).toEqual(stored);
    expect(await findRun(test.database, 'up-0')).toBeUndefined();
    expect(await findTemporalRun(test.database, { ...stored, temporalRunId: 'other' })).toBeUndefined();
  });

  it('that is told a second time is the one that is known, with whoever asked for it first', async () => {
    const first = await run(1);
    const [second, third] = await Promise.all([
      run(1, { requestedBy: 'ben', requestId: 'req-2' }),
      run(1, { requestedBy: 'eve' }),
    ]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('carries out a revision that exists', async () => {
    await saveRevision(test.database, {
      network: { cluster: 'local', name: 'net' },
      description: {},
      source: '',
      by: 'ana',
      at: NOON,
    });
    expect(await run(1, { revision: 1 })).toMatchObject({ revision: 1 });
    await expect(run(2, { revision: 2 })).rejects.toThrow(/foreign key/);
  });

  it('ends once: what is told of its end later changes nothing', async () => {
    const { id } = await run(1);
    const result = { outcome: 'created', counts: { created: 3 } };
    expect(await finishRun(test.database, id, { state: 'done', at: after(9), result })).toBe(true);
    expect(await finishRun(test.database, id, { state: 'failed', at: after(10), error: {} })).toBe(false);
    const ended = await findRun(test.database, id);
    expect(ended).toMatchObject({ state: 'done', finishedAt: after(9), result });
    expect(ended).not.toHaveProperty('error');
    expect(await finishRun(test.database, 'up-0', { state: 'done', at: after(9) })).toBe(false);
  });

  it('is open until it has ended', async () => {
    const [first, second] = [await run(1), await run(2)];
    await finishRun(test.database, first.id, { state: 'cancelled', at: after(3) });
    expect((await openRuns(test.database)).map(({ id }) => id)).toEqual([second.id]);
  });

  it('is listed page for page, newest first, also with others of the same moment', async () => {
    const all: string[] = [];
    for (let number = 1; number <= 7; number++) {
      all.push((await run(number, { startedAt: after(Math.floor(number / 4)) })).id);
    }
    const seen: StoredRunSummary[] = [];
    let token: string | undefined;
    do {
      const page = await listRuns(
        test.database,
        { networkId: network.id },
        { size: 2, ...(token === undefined ? {} : { token }) },
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items);
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen.map(({ id }) => id).sort()).toEqual(all.sort());
    const times = seen.map(({ startedAt }) => startedAt.getTime());
    expect(times).toEqual([...times].sort((one, other) => other - one));
  });

  it('is listed among those of its network and state', async () => {
    const other = await ensureNetwork(test.database, { cluster: 'local', name: 'other' }, { by: 'ana', at: NOON });
    const [first, second] = [await run(1), await run(2)];
    const third = await run(3, { networkId: other.id });
    await finishRun(test.database, second.id, { state: 'not ready', at: after(5), result: { steps: [] } });
    expect((await listRuns(test.database, { state: 'not ready' }, { size: 1 })).items[0]).not.toHaveProperty('result');
    const ids = async (filter: Parameters<typeof listRuns>[1]): Promise<string[]> =>
      (await listRuns(test.database, filter, { size: 10 })).items.map(({ id }) => id);
    expect(await ids({})).toEqual([third.id, second.id, first.id]);
    expect(await ids({ networkId: network.id })).toEqual([second.id, first.id]);
    expect(await ids({ networkId: network.id, state: 'not ready' })).toEqual([second.id]);
    await expect(listRuns(test.database, {}, { size: 1, token: 'WyJhIiwiYiJd' })).rejects.toThrow(PageTokenInvalid);
  });
});

describe('steps of a run', () => {
  const step: StoredStep = {
    path: 'org1/identities',
    step: 'enrollIdentity',
    target: 'org1/peer1',
    attempt: 1,
    outcome: 'running',
    reason: '',
    seconds: 0,
    startedAt: NOON,
  };
  const failed: StoredStep = {
    ...step,
    outcome: 'failed',
    reason: 'the CA answered 500',
    seconds: 1.5,
    finishedAt: after(1),
  };

  async function steps(runId: string): Promise<readonly StoredStep[]> {
    return (await listSteps(test.database, runId, {}, { size: 100 })).items;
  }

  it('are kept with every attempt', async () => {
    const { id } = await run(1);
    await keepSteps(test.database, id, [step]);
    await keepSteps(test.database, id, [failed, { ...step, attempt: 2, startedAt: after(2) }]);
    expect(await steps(id)).toEqual([failed, { ...step, attempt: 2, startedAt: after(2) }]);
  });

  it('do not run again because they are seen late', async () => {
    const { id } = await run(1);
    await keepSteps(test.database, id, [failed]);
    await keepSteps(test.database, id, [step]);
    expect(await steps(id)).toEqual([failed]);
  });

  it('are told without signs that PostgreSQL cannot keep', async () => {
    const { id } = await run(1);
    await keepSteps(test.database, id, [{ ...failed, reason: 'output: \0\uDC00' }]);
    expect((await steps(id))[0]?.reason).toBe('output: \uFFFD\uFFFD');
  });

  it('are more than one statement can write, and are listed page for page', async () => {
    const { id } = await run(1);
    const many = Array.from({ length: 2_000 }, (_, number) => ({ ...failed, target: `org1/peer${number}` }));
    await keepSteps(test.database, id, many);
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const page = await listSteps(test.database, id, {}, { size: 1_000, ...(token === undefined ? {} : { token }) });
      for (const { target } of page.items) seen.add(target);
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen.size).toBe(many.length);
  });

  it('are found by where they belong and what they work on', async () => {
    const { id } = await run(1);
    await keepSteps(test.database, id, [failed, { ...failed, target: 'org1/peer2' }, { ...failed, path: 'org2' }]);
    const found = async (filter: Parameters<typeof listSteps>[2]): Promise<number> =>
      (await listSteps(test.database, id, filter, { size: 10 })).items.length;
    expect(await found({ path: 'org1/identities' })).toBe(2);
    expect(await found({ path: 'org1/identities', target: 'org1/peer1', step: 'enrollIdentity' })).toBe(1);
    expect(await found({ step: 'other' })).toBe(0);
  });
});

describe('events of a run', () => {
  function event(seq: number, data: unknown = { seq }): StoredEvent {
    return { seq, time: after(seq), type: 'step.started', data };
  }

  it('are there once, however often and by however many they are written', async () => {
    const { id } = await run(1);
    expect(await appendEvents(test.database, id, [event(1), event(2)])).toEqual([1, 2]);
    const again = await Promise.all([
      appendEvents(test.database, id, [event(2, 'other'), event(3)]),
      appendEvents(test.database, id, [event(2, 'other'), event(3)]),
    ]);
    expect(again.flat()).toEqual([3]);
    expect(await listEvents(test.database, id, 0, 10)).toEqual([event(1), event(2), event(3)]);
  });

  it('are read in their order after any place, a few at a time', async () => {
    const { id } = await run(1);
    await appendEvents(
      test.database,
      id,
      [5, 3, 1, 4, 2].map((seq) => event(seq)),
    );
    expect((await listEvents(test.database, id, 2, 2)).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await listEvents(test.database, id, 5, 2)).toEqual([]);
  });

  it('keep whatever is JSON', async () => {
    const { id } = await run(1);
    const all = [['a', 1], 'text', 7, true, { nested_key: { camelCase: null } }];
    await appendEvents(
      test.database,
      id,
      all.map((data, seq) => event(seq, data)),
    );
    expect((await listEvents(test.database, id, -1, 10)).map(({ data }) => data)).toEqual(all);
  });

  it('tell which of them are kept', async () => {
    const { id } = await run(1);
    expect(await eventRange(test.database, id)).toBeUndefined();
    await appendEvents(test.database, id, [event(4), event(5), event(6)]);
    expect(await eventRange(test.database, id)).toEqual({ first: 4, last: 6 });
  });

  it('are those of their own run', async () => {
    const [first, second] = [await run(1), await run(2)];
    await appendEvents(test.database, first.id, [event(1)]);
    expect(await appendEvents(test.database, second.id, [event(1)])).toEqual([1]);
    expect(await appendEvents(test.database, second.id, [])).toEqual([]);
  });

  it('can be more than one statement can write', async () => {
    const { id } = await run(1);
    const many = Array.from({ length: 2_300 }, (_, seq) => event(seq));
    expect(await appendEvents(test.database, id, many)).toHaveLength(2_300);
  });
});

describe('signatures for a run', () => {
  it('are kept once for each envelope, in the order in which they came', async () => {
    const { id } = await run(1);
    const first = {
      channel: 'mychannel',
      mspId: 'Org1MSP',
      envelope: Uint8Array.of(0, 255, 1),
      createdAt: NOON,
      createdBy: 'ana',
    };
    const other = { ...first, envelope: Uint8Array.of(2), createdAt: after(1) };
    const another = { ...first, mspId: 'Org2MSP', createdAt: after(2) };
    for (const signature of [first, other, another, { ...first, createdAt: after(3) }]) {
      await addSignature(test.database, id, signature);
    }
    expect(await listSignatures(test.database, id)).toEqual([first, other, another]);
  });

  it('may be of envelopes longer than an index can hold', async () => {
    const { id } = await run(1);
    const envelope = new Uint8Array(100_000).map((_, index) => (index * 7919) % 251);
    await addSignature(test.database, id, { channel: 'c', mspId: 'm', envelope, createdAt: NOON, createdBy: 'ana' });
    expect((await listSignatures(test.database, id))[0]?.envelope).toEqual(envelope);
  });
});

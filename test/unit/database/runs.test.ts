import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  addSignature,
  appendEvents,
  atomically,
  attemptsOf,
  ensureNetwork,
  eventsAfter,
  findRun,
  findTemporalRun,
  finishRun,
  keepSteps,
  listRuns,
  listSignatures,
  lastEvent,
  latestAttempts,
  openRuns,
  PageTokenInvalid,
  recordRun,
  saveRevision,
  type RunInput,
  type EventInput,
  type EventOwner,
  type StepFilter,
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
      lastEvent: 0,
    });
    expect(await findRun(test.database, stored.id)).toEqual(stored);
    expect(await findTemporalRun(test.database, stored)).toEqual(stored);
    expect(await findRun(test.database, 'up-0')).toBeUndefined();
    expect(await findTemporalRun(test.database, { ...stored, temporalRunId: 'other' })).toBeUndefined();
  });

  it('that is told a second time is the one that is known, with whoever asked for it first', async () => {
    const first = await run(1);
    const [second, third] = await Promise.all([run(1, { requestedBy: 'ben' }), run(1, { requestedBy: 'eve' })]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('that was seen in Temporal first is of the request that has started it', async () => {
    const seen = await run(1);
    expect(await run(1, { requestedBy: 'eve', requestId: 'req-1' })).toEqual({ ...seen, requestId: 'req-1' });
    expect(await run(1, { requestId: 'req-2' })).toMatchObject({ requestId: 'req-1' });
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
    expect((await openRuns(test.database, 'local')).map(({ id }) => id)).toEqual([second.id]);
    expect(await openRuns(test.database, 'another')).toEqual([]);
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
    type: '',
    reason: '',
    seconds: 0,
    startedAt: NOON,
  };
  const failed: StoredStep = {
    ...step,
    outcome: 'failed',
    type: 'CaUnreachable',
    reason: 'the CA answered 500',
    seconds: 1.5,
    finishedAt: after(1),
  };

  const steps = (runId: string): Promise<readonly StoredStep[]> => attemptsOf(test.database, runId, step);

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

  it('are no longer tried again once they have ended between two attempts', async () => {
    const { id } = await run(1);
    const outcomes = async (): Promise<unknown> =>
      (await latestAttempts(test.database, id, {}, { size: 10 })).items.map(({ stepOutcome }) => stepOutcome);
    await keepSteps(test.database, id, [{ ...failed, nextAttemptAt: after(9) }]);
    expect(await outcomes()).toEqual(['running']);
    await keepSteps(test.database, id, [failed]);
    expect(await outcomes()).toEqual(['failed']);
    await keepSteps(test.database, id, [{ ...failed, nextAttemptAt: after(9) }]);
    expect(await outcomes()).toEqual(['failed']);
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
      const page = await latestAttempts(
        test.database,
        id,
        {},
        { size: 1_000, ...(token === undefined ? {} : { token }) },
      );
      for (const { target } of page.items) seen.add(target);
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen.size).toBe(many.length);
  });

  it('are found by where they belong and what they work on', async () => {
    const { id } = await run(1);
    await keepSteps(test.database, id, [failed, { ...failed, target: 'org1/peer2' }, { ...failed, path: 'org2' }]);
    const found = async (filter: StepFilter): Promise<number> =>
      (await latestAttempts(test.database, id, filter, { size: 10 })).items.length;
    expect(await found({ path: 'org1/identities' })).toBe(2);
    expect(await found({ path: 'org1/identities', target: 'org1/peer1', step: 'enrollIdentity' })).toBe(1);
    expect(await found({ outcome: 'failed' })).toBe(3);
    expect(await found({ outcome: 'running' })).toBe(0);
    expect(await found({ step: 'other' })).toBe(0);
  });

  it('are listed once each, with the last attempt and the time of the first', async () => {
    const { id } = await run(1);
    const last = { ...step, attempt: 2, startedAt: after(2) };
    await keepSteps(test.database, id, [{ ...failed, nextAttemptAt: after(2) }, last]);
    const { items } = await latestAttempts(test.database, id, {}, { size: 10 });
    expect(items).toEqual([{ ...last, stepOutcome: 'running', stepStartedAt: NOON }]);
  });
});

describe('events', () => {
  function event(seconds: number, data: unknown = { seconds }): EventInput {
    return { time: after(seconds), type: 'step.started', data };
  }

  /** Who has them, of a run that is new. */
  async function owner(number = 1): Promise<Required<EventOwner>> {
    const { id, networkId } = await run(number);
    return { networkId, runId: id };
  }

  it('have places in their run and in its network, in the order in which they were written', async () => {
    const [first, second] = [await owner(1), await owner(2)];
    const before = await lastEvent(test.database, { networkId: first.networkId });
    await appendEvents(test.database, first, [event(1), event(2)]);
    await appendEvents(test.database, second, [event(3)]);
    await appendEvents(test.database, { networkId: first.networkId }, [event(4)]);
    await appendEvents(test.database, first, [event(5)]);
    const ofRun = await eventsAfter(test.database, first, 0, 10);
    expect(ofRun.events).toEqual([1, 2, 5].map((at, index) => ({ ...event(at), seq: index + 1, runId: first.runId })));
    const ofNetwork = await eventsAfter(test.database, { networkId: first.networkId }, before, 10);
    expect(ofNetwork.events.map(({ seq, time }) => [seq - before, time])).toEqual(
      [1, 2, 3, 4, 5].map((at) => [at, after(at)]),
    );
    expect(ofNetwork.events.map(({ runId }) => runId)).toEqual([
      ...[first.runId, first.runId, second.runId],
      ...[undefined, first.runId],
    ]);
  });

  it('have a place each, though several write them at once', async () => {
    const one = await owner();
    await Promise.all([1, 2, 3, 4].map((at) => appendEvents(test.database, one, [event(at), event(at)])));
    const { events } = await eventsAfter(test.database, one, 0, 10);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are read after any place, a few at a time', async () => {
    const one = await owner();
    await appendEvents(
      test.database,
      one,
      [1, 2, 3, 4, 5].map((at) => event(at)),
    );
    const { events, last, isTooOld } = await eventsAfter(test.database, one, 2, 2);
    expect([events.map(({ seq }) => seq), last, isTooOld]).toEqual([[3, 4], 5, false]);
    expect(await eventsAfter(test.database, one, 5, 2)).toEqual({ events: [], last: 5, isTooOld: false });
  });

  it('keep whatever is JSON', async () => {
    const one = await owner();
    const all = [['a', 1], 'text', 7, true, { nested_key: { camelCase: null } }];
    await appendEvents(
      test.database,
      one,
      all.map((data) => event(1, data)),
    );
    expect((await eventsAfter(test.database, one, 0, 10)).events.map(({ data }) => data)).toEqual(all);
  });

  it('that were removed are missed by who has not seen them, and their places are not given out again', async () => {
    const one = await owner();
    await appendEvents(test.database, one, [event(1), event(2), event(3)]);
    const remove = (seq: number): Promise<unknown> =>
      test.database.query.deleteFrom('events').where('runId', '=', one.runId).where('seq', '=', seq).execute();
    const isTooOld = async (after: number): Promise<boolean> =>
      (await eventsAfter(test.database, one, after, 10)).isTooOld;
    await remove(2);
    expect([await isTooOld(0), await isTooOld(1), await isTooOld(2), await isTooOld(3)]).toEqual([
      ...[true, true, false, false],
    ]);
    await remove(3);
    expect(await isTooOld(2)).toBe(true);
    await appendEvents(test.database, one, [event(4)]);
    expect((await eventsAfter(test.database, one, 3, 10)).events.map(({ seq }) => seq)).toEqual([4]);
    // Of another database.
    expect(await isTooOld(9)).toBe(true);
  });

  it('are not there where the rest of what is written with them could not be', async () => {
    const one = await owner();
    await expect(
      atomically(test.database, async (database) => {
        await appendEvents(database, one, [event(1)]);
        throw new Error('the rest');
      }),
    ).rejects.toThrow('the rest');
    expect(await eventsAfter(test.database, one, 0, 10)).toEqual({ events: [], last: 0, isTooOld: false });
  });

  it('can be more than one statement can write', async () => {
    const one = await owner();
    const many = Array.from({ length: 2_300 }, (_, at) => event(at));
    await appendEvents(test.database, one, many);
    expect((await eventsAfter(test.database, one, 0, 5_000)).events).toHaveLength(2_300);
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

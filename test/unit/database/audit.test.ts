import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  appendEvents,
  eventsAfter,
  type EventOwner,
  type StoredEvent,
  claimKey,
  DEFAULT_RETENTION,
  ensureNetwork,
  findRun,
  finishRun,
  keepAnswer,
  keepSteps,
  listAudit,
  prune,
  recordAudit,
  recordRun,
  type AuditEntry,
  type AuditFilter,
  type StoredRun,
} from '../../../src/database/index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const NOON = new Date('2026-11-26T12:00:00.123Z');
const DAY_MS = 24 * 3_600_000;

function daysAgo(days: number): Date {
  return new Date(NOON.getTime() - days * DAY_MS);
}

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.remove());
beforeEach(async () => {
  await test.database.query.deleteFrom('audit').execute();
  await test.database.query.deleteFrom('networks').execute();
});

function entry(more: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id'> {
  return {
    at: NOON,
    who: 'ana',
    method: 'PUT',
    resource: '/v1/networks/net',
    outcome: 'done',
    reason: '',
    requestId: 'req-1',
    ...more,
  };
}

describe('the audit', () => {
  it('keeps who did what, when and with what outcome', async () => {
    await recordAudit(test.database, entry({ outcome: 'refused', reason: 'RUN_IN_PROGRESS' }));
    const { items } = await listAudit(test.database, {}, { size: 10 });
    expect(items).toEqual([
      {
        ...entry({ outcome: 'refused', reason: 'RUN_IN_PROGRESS' }),
        id: expect.stringMatching(/^audit-/) as unknown,
      },
    ]);
  });

  it('keeps what somebody has sent that PostgreSQL cannot keep, with a sign in its place', async () => {
    await recordAudit(test.database, entry({ who: 'a\0', resource: '/v1/\0', requestId: '\uD800' }));
    const { items } = await listAudit(test.database, {}, { size: 10 });
    expect(items).toMatchObject([{ who: 'a\uFFFD', resource: '/v1/\uFFFD', requestId: '\uFFFD' }]);
  });

  it('is read page for page, newest first, for one resource or one caller', async () => {
    for (const [index, who] of ['ana', 'ben', 'ana', 'ana'].entries()) {
      await recordAudit(test.database, entry({ who, at: daysAgo(index), requestId: `req-${index}` }));
    }
    await recordAudit(test.database, entry({ resource: '/v1/networks/other', requestId: 'other' }));
    const read = async (filter: AuditFilter): Promise<string[]> => {
      const first = await listAudit(test.database, filter, { size: 2 });
      const rest = first.nextToken;
      const second = rest === undefined ? undefined : await listAudit(test.database, filter, { size: 9, token: rest });
      return [...first.items, ...(second?.items ?? [])].map(({ requestId }) => requestId);
    };
    expect(await read({ resource: '/v1/networks/net' })).toEqual(['req-0', 'req-1', 'req-2', 'req-3']);
    expect(await read({ resource: '/v1/networks/net', who: 'ana' })).toEqual(['req-0', 'req-2', 'req-3']);
    expect(await read({ who: 'ben' })).toEqual(['req-1']);
    expect(await read({})).toHaveLength(5);
  });
});

describe('pruning', () => {
  async function run(number: number, days: number, isFinished = true): Promise<StoredRun> {
    const network = await ensureNetwork(test.database, { cluster: 'local', name: 'net' }, { by: 'ana', at: NOON });
    const stored = await recordRun(test.database, {
      networkId: network.id,
      workflowId: 'network/local/net',
      temporalRunId: String(number),
      kind: 'up',
      startedAt: daysAgo(days),
      requestedBy: 'ana',
    });
    await appendEvents(test.database, ownerOf(stored), [{ time: daysAgo(days), type: 'run.started', data: {} }]);
    await keepSteps(test.database, stored.id, [
      { path: '', step: 's', target: 't', attempt: 1, outcome: 'created', type: '', reason: '', seconds: 1 },
    ]);
    if (isFinished) await finishRun(test.database, stored.id, { state: 'done', at: daysAgo(days) });
    return stored;
  }

  const ownerOf = ({ id, networkId }: StoredRun): Required<EventOwner> => ({ networkId, runId: id });

  const eventsOf = async (stored: StoredRun): Promise<readonly StoredEvent[]> =>
    (await eventsAfter(test.database, ownerOf(stored), 0, 10)).events;

  it('removes events of a network that are of no run', async () => {
    const { networkId } = await run(1, 1);
    const event = { type: 'condition.changed', data: {} };
    await appendEvents(test.database, { networkId }, [
      { ...event, time: daysAgo(31) },
      { ...event, time: daysAgo(29) },
    ]);
    expect(await prune(test.database, DEFAULT_RETENTION, NOON)).toMatchObject({ events: 1 });
  });

  it('removes runs with all that is of them, and the events of later ones', async () => {
    const [old, later, last] = [await run(1, 401), await run(2, 31), await run(3, 29)];
    expect(await prune(test.database, DEFAULT_RETENTION, NOON)).toEqual({ runs: 1, events: 2, audit: 0, answers: 0 });
    expect(await findRun(test.database, old.id)).toBeUndefined();
    expect(await findRun(test.database, later.id)).toBeDefined();
    expect(await eventsOf(later)).toEqual([]);
    expect(await eventsOf(last)).toHaveLength(1);
    const steps = await test.database.query.selectFrom('steps').select('runId').execute();
    expect(steps.map(({ runId }) => runId).sort()).toEqual([later.id, last.id].sort());
  });

  it('keeps the last run of a network, however old, and what has not ended', async () => {
    const [open, last] = [await run(1, 900, false), await run(2, 800)];
    await prune(test.database, DEFAULT_RETENTION, NOON);
    expect(await findRun(test.database, open.id)).toBeDefined();
    expect(await findRun(test.database, last.id)).toBeDefined();
    expect(await eventsOf(open)).toHaveLength(1);
  });

  it('removes what is older than it was asked to keep, though it is more than one statement removes', async () => {
    const stored = await run(1, 2);
    await appendEvents(
      test.database,
      ownerOf(stored),
      Array.from({ length: 1_500 }, () => ({ time: NOON, type: 'run.paused', data: {} })),
    );
    const pruned = await prune(test.database, { ...DEFAULT_RETENTION, eventDays: 1 }, NOON);
    expect(pruned.events).toBe(1_501);
  });

  it('removes entries of the audit and answers that nobody asks for any more', async () => {
    await recordAudit(test.database, entry({ at: daysAgo(401) }));
    await recordAudit(test.database, entry({ at: daysAgo(399) }));
    const answer = { status: 202, headers: {}, body: '' };
    for (const [key, days] of [
      ['old', 1.1],
      ['new', 0.5],
    ] as const) {
      const request = { who: 'ana', key, requestHash: 'h' };
      await claimKey(test.database, request, daysAgo(days));
      await keepAnswer(test.database, request, answer, daysAgo(days));
    }
    expect(await prune(test.database, DEFAULT_RETENTION, NOON)).toMatchObject({ audit: 1, answers: 1 });
    expect((await listAudit(test.database, {}, { size: 10 })).items).toHaveLength(1);
    expect(await claimKey(test.database, { who: 'ana', key: 'new', requestHash: 'h' }, NOON)).toMatchObject({
      kind: 'answered',
    });
  });
});

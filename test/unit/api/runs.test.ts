import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';

import { remedyInWords } from '../../../src/api/problems/remedy.ts';
import { eventsAfter } from '../../../src/database/index.ts';
import { NO_PROGRESS } from '../client/fake-temporal.ts';
import { description, done, endingIn, servers, step, type Server } from './harness.ts';
import { fastClock } from '../../support/fast-clock.ts';

const start = servers();

interface RunBody {
  readonly id: string;
  readonly state: string;
}

function put({ as }: Server, name: string, headers: object = {}): Promise<LightMyRequestResponse> {
  const request = { method: 'PUT', url: `/v1/networks/${name}`, payload: description(name) } as const;
  return as('operator', { ...request, headers: { 'content-type': 'application/yaml', ...headers } });
}

async function look({ as }: Server, id: string): Promise<RunBody> {
  return (await as('viewer', { url: `/v1/runs/${id}` })).json<RunBody>();
}

describe('a run', () => {
  it('shows its steps while it goes on, and from the database once it has ended', async () => {
    const server = await start();
    const { id } = (await put(server, 'steps')).json<RunBody>();
    const [run] = server.temporal.runs;
    if (run === undefined) throw new Error('no run was started');
    run.progress = { ...NO_PROGRESS, version: 1, steps: [step('running')] };
    await expect
      .poll(() => look(server, id), { timeout: 5_000 })
      .toMatchObject({
        state: 'running',
        done: false,
        steps: [{ step: 'applyDeployment', target: 'org1/peer1', outcome: 'running' }],
      });
    run.end(done('steps', step('created')));
    await expect
      .poll(() => look(server, id))
      .toMatchObject({
        state: 'done',
        done: true,
        counts: { created: 1 },
        steps: [step('created')],
      });
  });

  it('that is paused says by whom, since when and why, in its events and also to a server that was started since', async () => {
    const server = await start();
    const { id } = (await put(server, 'paused')).json<RunBody>();
    const run = server.temporal.runs[0];
    if (run === undefined) throw new Error('no run was started');
    const paused = { by: 'ana@laptop', reason: 'maintenance', since: '2026-11-26T10:00:00.000Z' };
    run.progress = { ...NO_PROGRESS, version: 1, paused };
    await expect.poll(() => look(server, id), { timeout: 5_000 }).toMatchObject({ state: 'running', paused });
    await server.api.close();
    const other = await start({ temporal: server.temporal });
    run.progress = { ...NO_PROGRESS, version: 2 };
    await expect.poll(() => look(other, id), { timeout: 5_000 }).not.toHaveProperty('paused');
    run.end(done('paused'));
    await expect.poll(() => look(other, id)).toMatchObject({ state: 'done' });
    const { events } = await eventsAfter(server.database, { networkId: '', runId: id }, 0, 10);
    expect(events.map(({ type, data }) => ({ type, data }))).toMatchObject([
      { type: 'run.started' },
      { type: 'run.paused', data: { message: 'paused by ana@laptop: maintenance' } },
      { type: 'run.resumed' },
      { type: 'run.finished' },
    ]);
  });

  it('whose network was not ready at its end says so, and so does the network', async () => {
    const condition = {
      type: 'PeersInStep',
      status: 'False',
      reason: 'PeersBehind',
      message: 'org1/peer1 is behind',
      causes: ['ImagePullBackOff'],
    } as const;
    const told = { ...condition, remedies: [remedyInWords({ kind: 'fixImage' })] };
    const value = { network: 'behind', steps: [], endpoints: [], conditions: [condition] };
    const server = await start({ temporal: endingIn({ kind: 'completed', value }) });
    const { id } = (await put(server, 'behind')).json<RunBody>();
    await expect.poll(() => look(server, id)).toMatchObject({ state: 'not ready', conditions: [told] });
    expect((await server.as('viewer', { url: '/v1/networks/behind' })).json()).toMatchObject({
      status: { ready: 'False', conditions: [told], observedRevision: 1 },
    });
  });

  it('that was cancelled keeps the steps that it had come to', async () => {
    const server = await start();
    const { id } = (await put(server, 'halfway')).json<RunBody>();
    const [run] = server.temporal.runs;
    if (run === undefined) throw new Error('no run was started');
    run.progress = { ...NO_PROGRESS, version: 1, steps: [step('created'), step('cancelled', 'org1/peer2')] };
    run.end({ kind: 'cancelled' });
    await expect
      .poll(() => look(server, id))
      .toMatchObject({
        state: 'cancelled',
        steps: [step('created'), step('cancelled', 'org1/peer2')],
        counts: { created: 1 },
      });
  });

  it('is shown as it was seen last while neither Temporal nor a worker answers', async () => {
    const server = await start();
    const { id } = (await put(server, 'silent')).json<RunBody>();
    const [run] = server.temporal.runs;
    if (run === undefined) throw new Error('no run was started');
    run.progress = { ...NO_PROGRESS, version: 1, steps: [step('created')] };
    await expect.poll(() => look(server, id), { timeout: 5_000 }).toMatchObject({ steps: [step('created')] });
    server.temporal.reachable = false;
    expect(await look(server, id)).toMatchObject({ state: 'running', steps: [step('created')] });
  });

  it('that failed says why, and what helps in the words of the API', async () => {
    const remedies = [{ kind: 'approveRemoval', targets: ['org1/peer2'] }] as const;
    const failure = { type: 'RemovalNotApproved', message: 'org1/peer2 is no longer described', remedies, details: [] };
    const server = await start({ temporal: endingIn({ kind: 'failed', failure }) });
    const { id } = (await put(server, 'failing')).json<RunBody>();
    await expect
      .poll(() => look(server, id))
      .toMatchObject({
        state: 'failed',
        error: {
          type: 'RemovalNotApproved',
          message: 'org1/peer2 is no longer described',
          remedies: ['To remove what is no longer described, put the same description with ?approveRemoval=true.'],
        },
      });
  });

  it('is followed by the next server where the one that started it was stopped', async () => {
    const first = await start();
    const { id } = (await put(first, 'handed-over')).json<RunBody>();
    await first.api.close();
    const second = await start({ temporal: first.temporal });
    expect(await look(second, id)).toMatchObject({ state: 'running' });
    first.temporal.runs[0]?.end(done('handed-over'));
    await expect.poll(() => look(second, id)).toMatchObject({ state: 'done' });
  });

  it('that Temporal forgot before anybody saw its end is not told to go on for ever', async () => {
    const first = await start();
    const { id } = (await put(first, 'forgotten')).json<RunBody>();
    await first.api.close();
    const second = await start();
    await expect.poll(() => look(second, id)).toMatchObject({ state: 'terminated', error: { type: 'Forgotten' } });
  });

  it('is in the list of its network, the newest first', async () => {
    const server = await start({ temporal: endingIn(done('listed')) });
    const first = (await put(server, 'listed')).json<RunBody>();
    await expect.poll(() => look(server, first.id)).toMatchObject({ state: 'done' });
    const second = (await put(server, 'listed', { 'if-match': '*' })).json<RunBody>();
    const { runs } = (await server.as('viewer', { url: '/v1/networks/listed/runs' })).json<{ runs: RunBody[] }>();
    expect(runs.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: second.id, state: 'running' },
      { id: first.id, state: 'done' },
    ]);
  });
});

describe('a run that is cancelled', () => {
  it('is told to stop, and ends as such', async () => {
    const server = await start();
    const { id } = (await put(server, 'stopped')).json<RunBody>();
    const answer = await server.as('operator', { method: 'POST', url: `/v1/runs/${id}:cancel` });
    expect(answer.statusCode).toBe(202);
    expect(server.temporal.cancelled).toEqual([server.temporal.runs[0]?.run]);
    await expect.poll(() => look(server, id)).toMatchObject({ state: 'cancelled' });
  });

  it('after its end is left as it is, and so is the run that came after it', async () => {
    const server = await start({ temporal: endingIn(done('over')) });
    const { id } = (await put(server, 'over')).json<RunBody>();
    await expect.poll(() => look(server, id)).toMatchObject({ state: 'done' });
    await put(server, 'over', { 'if-match': '*' });
    const answer = await server.as('operator', { method: 'POST', url: `/v1/runs/${id}:cancel` });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ reason: 'RUN_ENDED', links: { run: `/v1/runs/${id}` } });
    expect(server.temporal.cancelled).toEqual([]);
  });
});

describe('a request that is sent again under its key', () => {
  it('is carried out once, and gets the first answer again', async () => {
    const server = await start();
    const first = await put(server, 'once', { 'idempotency-key': 'key-once' });
    const again = await put(server, 'once', { 'idempotency-key': 'key-once' });
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', location: first.headers['location'] });
    expect([again.statusCode, again.body]).toEqual([202, first.body]);
    expect(server.temporal.runs).toHaveLength(1);
  });

  it('is refused if it is another request', async () => {
    const server = await start();
    await put(server, 'reused', { 'idempotency-key': 'key-reused' });
    const answer = await put(server, 'reused-too', { 'idempotency-key': 'key-reused' });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ reason: 'KEY_REUSED' });
  });

  it('is carried out anew where the first had been refused', async () => {
    const server = await start({ now: fastClock() });
    server.temporal.polled.clear();
    expect((await put(server, 'retried', { 'idempotency-key': 'key-retried' })).statusCode).toBe(503);
    server.temporal.withWorkers('local');
    expect((await put(server, 'retried', { 'idempotency-key': 'key-retried' })).statusCode).toBe(202);
  });

  it('is told to wait while the first is being carried out', async () => {
    const server = await start({ now: fastClock() });
    // The first waits for a worker.
    server.temporal.polled.clear();
    const send = (): Promise<LightMyRequestResponse> => put(server, 'twice', { 'idempotency-key': 'key-twice' });
    const answers = await Promise.all([send(), send()]);
    expect(answers.map((answer) => answer.json<{ reason: string }>().reason).sort()).toEqual([
      'NO_WORKER',
      'REQUEST_IN_PROGRESS',
    ]);
  });

  it('was done also where its answer cannot be kept, and is answered so', async () => {
    const server = await start();
    const rename = (from: string, to: string) => server.database.query.schema.alterTable(from).renameTo(to).execute();
    // After the key was claimed.
    server.api.addHook('preHandler', async () => {
      await rename('idempotency', 'elsewhere');
    });
    const answer = await put(server, 'unkept', { 'idempotency-key': 'key-unkept' });
    await rename('elsewhere', 'idempotency');
    expect(answer.statusCode).toBe(202);
    expect(server.temporal.runs).toHaveLength(1);
    expect(server.log.join('')).toContain('could not be kept');
  });

  it('of somebody else with the same key is a request of its own', async () => {
    const server = await start();
    const headers = { 'content-type': 'application/yaml', 'idempotency-key': 'key-shared' };
    const request = { method: 'POST', url: '/v1/networks/shared:plan', headers, payload: 'name: [' } as const;
    expect((await server.as('operator', request)).headers['idempotency-replayed']).toBeUndefined();
    expect((await server.as('admin', request)).headers['idempotency-replayed']).toBeUndefined();
  });
});

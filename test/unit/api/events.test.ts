import { describe, expect, it } from 'vitest';

import { appendEvents, findRun, type Database } from '../../../src/database/index.ts';
import { NO_PROGRESS, type FakeTemporal } from '../client/fake-temporal.ts';
import { description, done, endingIn, servers, step, type Server, type ServerOptions } from './harness.ts';

const start = servers();

/** Events of a stream as their receiver sees them. */
interface Frame {
  readonly id?: string;
  readonly event?: string;
  readonly data: Record<string, unknown>;
}

interface Stream {
  readonly status: number;
  readonly headers: Headers;
  /** Reads on until an event of this type has come, or the stream ends. @returns what has come since the last call */
  readonly until: (type: string) => Promise<readonly Frame[]>;
  readonly close: () => void;
}

/** A server that listens, and lets this machine in without a token: light-my-request waits for the end of a stream. */
async function listening(options: ServerOptions = {}): Promise<Server & { readonly address: string }> {
  const server = await start({ allowAnonymous: true, ...options });
  return { ...server, address: await server.api.listen({ host: '127.0.0.1', port: 0 }) };
}

async function follow(address: string, path: string, headers: Record<string, string> = {}): Promise<Stream> {
  const ending = new AbortController();
  const answer = await fetch(`${address}${path}`, { headers, signal: ending.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<Frame | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const fields = Object.fromEntries(
          block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
        );
        if (fields['data'] !== undefined) {
          return { ...fields, data: JSON.parse(fields['data']) as Record<string, unknown> };
        }
        continue;
      }
      const read = await reader?.read();
      if (read === undefined || read.done) return undefined;
      text += read.value;
    }
  };
  return {
    status: answer.status,
    headers: answer.headers,
    until: async (type) => {
      const frames: Frame[] = [];
      for (;;) {
        const frame = await next();
        if (frame === undefined) return frames;
        frames.push(frame);
        if (frame.event === type) return frames;
      }
    },
    close: () => {
      ending.abort();
    },
  };
}

async function put({ as }: Server, name: string): Promise<string> {
  const headers = { 'content-type': 'application/yaml' };
  const answer = await as('operator', {
    method: 'PUT',
    url: `/v1/networks/${name}`,
    payload: description(name),
    headers,
  });
  return answer.json<{ id: string }>().id;
}

function lastRun({ runs }: FakeTemporal): FakeTemporal['runs'][number] {
  return runs.at(-1) ?? expect.fail('no run was started');
}

async function ended({ as }: Server, id: string): Promise<void> {
  const look = async (): Promise<unknown> => (await as('viewer', { url: `/v1/runs/${id}` })).json();
  await expect.poll(look).toMatchObject({ done: true });
}

const types = (frames: readonly Frame[]): (string | undefined)[] => frames.map(({ event }) => event);

describe('the events of a run', () => {
  it('come as they happen, to its end; who comes back then is told that there are no more', async () => {
    const server = await listening();
    const id = await put(server, 'followed');
    const stream = await follow(server.address, `/v1/runs/${id}/events`);
    expect(Object.fromEntries(stream.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store',
    });
    const run = lastRun(server.temporal);
    run.progress = { ...NO_PROGRESS, version: 1, steps: [step('running')] };
    const [first, second] = await stream.until('step.started');
    expect(first).toMatchObject({
      id: '1',
      event: 'run.started',
      data: { run: id, message: 'asked for by the-operator' },
    });
    expect(second).toMatchObject({
      id: '2',
      data: { seq: 2, step: 'applyDeployment', target: 'org1/peer1', attempt: 1 },
    });
    run.end(done('followed', step('created')));
    const rest = await stream.until('never');
    expect(types(rest)).toEqual(['step.succeeded', 'run.finished']);
    expect(rest.at(-1)?.data).toMatchObject({ state: 'done', network: 'followed' });
    expect((await follow(server.address, `/v1/runs/${id}/events`, { 'last-event-id': '4' })).status).toBe(204);
    const again = await follow(server.address, `/v1/runs/${id}/events?after=1`, { 'last-event-id': '2' });
    expect(types(await again.until('never'))).toEqual(['step.succeeded', 'run.finished']);
  });

  it('go on where they stopped when the server is replaced, none of them twice', async () => {
    const first = await listening();
    const id = await put(first, 'handed');
    const { temporal } = first;
    const run = lastRun(temporal);
    const stream = await follow(first.address, `/v1/runs/${id}/events`);
    run.progress = { ...NO_PROGRESS, version: 1, steps: [step('running')] };
    const seen = await stream.until('step.started');
    await first.api.close();
    expect(await stream.until('never')).toEqual([]);
    const second = await listening({ temporal });
    const resumed = await follow(second.address, `/v1/runs/${id}/events`, { 'last-event-id': seen.at(-1)?.id ?? '' });
    run.end(done('handed', step('created')));
    const rest = await resumed.until('never');
    expect([...seen, ...rest].map(({ id: place }) => place)).toEqual(['1', '2', '3', '4']);
  });

  it('come from a server that does not follow the run itself', async () => {
    const observer = await listening();
    const other = await listening({ temporal: observer.temporal });
    const id = await put(observer, 'elsewhere');
    const stream = await follow(other.address, `/v1/runs/${id}/events`);
    lastRun(observer.temporal).end(done('elsewhere', step('created')));
    expect(types(await stream.until('never'))).toEqual(['run.started', 'step.succeeded', 'run.finished']);
  });

  it('say that the place is too old, and go on with what is new', async () => {
    const server = await listening();
    const id = await put(server, 'old');
    const stream = await follow(server.address, `/v1/runs/${id}/events?after=77`);
    const [reset] = await stream.until('reset');
    expect(reset?.data).toMatchObject({ snapshot: `/v1/runs/${id}` });
    lastRun(server.temporal).end(done('old'));
    expect(types(await stream.until('never')).at(-1)).toBe('run.finished');
    const answer = await server.as('viewer', { url: `/v1/runs/${id}/events?after=77&watch=false` });
    expect([answer.statusCode, answer.json<{ reason: string }>().reason]).toEqual([410, 'EVENTS_GONE']);
  });

  it('of a type that only a later version knows are left out, and the others are told', async () => {
    const server = await listening({ temporal: endingIn(done('newer', step('created'))) });
    const id = await put(server, 'newer');
    const { networkId = '' } = (await findRun(server.database, id)) ?? {};
    await appendEvents(server.database, { networkId, runId: id }, [
      { time: new Date(), type: 'run.teleported', data: { message: 'somewhere else' } },
    ]);
    const stream = await follow(server.address, `/v1/runs/${id}/events`);
    const told = types(await stream.until('never'));
    expect(told).toContain('run.finished');
    expect(told).not.toContain('run.teleported');
    const listed = await server.as('viewer', { url: `/v1/runs/${id}/events?watch=false` });
    expect(listed.json<{ events: { type: string }[] }>().events.map(({ type }) => type)).toEqual(told);
  });

  it('come as JSON, page for page, to who cannot read a stream', async () => {
    const server = await listening({
      temporal: endingIn(done('listed', step('created'), step('unchanged', 'org1/ca'))),
    });
    const id = await put(server, 'listed');
    await ended(server, id);
    const ask = async (after: number): Promise<unknown> =>
      (await server.as('viewer', { url: `/v1/runs/${id}/events?watch=false&pageSize=3&after=${after}` })).json();
    expect(await ask(0)).toMatchObject({ last: 3, more: true, done: false, events: [{}, {}, {}] });
    expect(await ask(3)).toMatchObject({ last: 4, more: false, done: true, events: [{ type: 'run.finished' }] });
    expect(await ask(4)).toMatchObject({ last: 4, more: false, done: true, events: [] });
  });

  it('carry no secret that a message has, and neither do its steps', async () => {
    const server = await listening();
    const id = await put(server, 'canary');
    const run = lastRun(server.temporal);
    const reason = 'the CA at https://admin:canary-pw@ca answered: password=canary-two';
    run.progress = { ...NO_PROGRESS, version: 1, steps: [step('failed', 'org1/peer1', reason)] };
    run.end({ kind: 'failed', failure: { type: 'CaRefused', message: reason, remedies: [], details: [] } });
    await ended(server, id);
    for (const path of ['events?watch=false', 'steps', 'steps/applyDeployment/org1%2Fpeer1']) {
      const { statusCode, body } = await server.as('viewer', { url: `/v1/runs/${id}/${path}` });
      expect([statusCode, body.includes('[secret]'), body.includes('canary-')], path).toEqual([200, true, false]);
    }
  });
});

describe('the events of a network', () => {
  it('are those of all its runs and its own, from when somebody begins to listen', async () => {
    const server = await listening({ temporal: endingIn(done('net', step('created'))) });
    const id = await put(server, 'net');
    await ended(server, id);
    const stream = await follow(server.address, '/v1/networks/net/events');
    const networkId = await idOf(server.database, 'net');
    await appendEvents(server.database, { networkId }, [
      { time: new Date(), type: 'condition.changed', data: { reason: 'of its own' } },
    ]);
    const frames = await stream.until('condition.changed');
    expect(frames).toMatchObject([{ id: '4', data: { seq: 4, network: 'net', reason: 'of its own' } }]);
    stream.close();
    const { events } = (await server.as('viewer', { url: '/v1/networks/net/events?watch=false' })).json<{
      events: { type: string; run?: string }[];
    }>();
    expect(events.map(({ type, run }) => [type, run])).toEqual([
      ['run.started', id],
      ['step.succeeded', id],
      ['run.finished', id],
      ['condition.changed', undefined],
    ]);
  });

  it('end with the network', async () => {
    const server = await listening({ temporal: endingIn(done('gone'), done('gone', step('removed'))) });
    const id = await put(server, 'gone');
    await ended(server, id);
    const stream = await follow(server.address, '/v1/networks/gone/events');
    await server.as('admin', { method: 'DELETE', url: '/v1/networks/gone?confirm=gone' });
    expect(types(await stream.until('never'))).toEqual(['run.started', 'step.succeeded', 'run.finished']);
    expect((await follow(server.address, '/v1/networks/gone/events', { 'last-event-id': '5' })).status).toBe(404);
  });
});

describe('a caller', () => {
  it('has as many streams as are allowed, and another once one of them has ended', async () => {
    const server = await listening({ streamsPerCaller: 2 });
    const id = await put(server, 'crowded');
    const open = (): Promise<Stream> => follow(server.address, `/v1/runs/${id}/events`);
    const [first] = [await open(), await open()];
    const refused = await open();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    first.close();
    await expect.poll(async () => (await open()).status).toBe(200);
  });
});

async function idOf({ query }: Database, name: string): Promise<string> {
  const { id } = await query.selectFrom('networks').select('id').where('name', '=', name).executeTakeFirstOrThrow();
  return id;
}

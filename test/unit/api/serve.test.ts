import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serveApi } from '../../../src/api/index.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { description, done, endingIn } from './harness.ts';

let opened: TestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.remove());

interface Served {
  readonly address: string;
  readonly stop: AbortController;
  readonly halt: AbortController;
  readonly ended: Promise<void>;
}

/** Serves at a free port of this machine, with real connections. */
async function serve(temporal: FakeTemporal): Promise<Served> {
  const stop = new AbortController();
  const halt = new AbortController();
  return new Promise((resolve, reject) => {
    const ended = serveApi(
      { database: opened.database, temporal, cluster: 'local', now: () => new Date() },
      {
        host: '127.0.0.1',
        port: 0,
        allowAnonymous: true,
        version: '1.2.3',
        logger: false,
        stop: stop.signal,
        halt: halt.signal,
        ready: (address) => {
          resolve({ address, stop, halt, ended });
        },
      },
    );
    ended.catch(reject);
  });
}

function plan(address: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${address}/v1/networks/net:plan`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: description('net'),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe('a server that listens', () => {
  it('waits for what takes time, and answers', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    const { address, stop, ended } = await serve(temporal);
    const answer = plan(address);
    await expect.poll(() => temporal.watchers).toBe(1);
    temporal.runs[0]?.end(done('net'));
    expect((await answer).status).toBe(200);
    stop.abort();
    await ended;
  });

  it('no longer follows a plan for who has gone away', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    const { address, stop, ended } = await serve(temporal);
    let followed: AbortSignal | undefined;
    temporal.result = (_run, signal) => {
      followed = signal;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', reject);
      });
    };
    const leave = new AbortController();
    const answer = plan(address, leave.signal);
    await expect.poll(() => followed).toBeDefined();
    leave.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => followed?.aborted).toBe(true);
    stop.abort();
    await ended;
  });

  it('that is stopped answers what is under way, and nothing after that', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    const { address, stop, ended } = await serve(temporal);
    const answer = plan(address);
    await expect.poll(() => temporal.watchers).toBe(1);
    stop.abort();
    expect((await answer).status).toBe(503);
    await ended;
    await expect(fetch(`${address}/livez`)).rejects.toThrow();
  });

  it('that is told to end at once does not wait for a connection that stays open', async () => {
    const { address, halt, ended } = await serve(endingIn());
    await (await fetch(`${address}/livez`)).text();
    halt.abort();
    await ended;
    await expect(fetch(`${address}/livez`)).rejects.toThrow();
  });
});

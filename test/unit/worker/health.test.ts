import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { serveHealth, type HealthServer } from '../../../src/worker/health.ts';
import { freePort } from '../../support/free-port.ts';

let server: HealthServer;
let address: string;
let trouble: string | undefined;

beforeEach(async () => {
  address = `127.0.0.1:${await freePort()}`;
  server = await serveHealth(address, () => Promise.resolve(trouble));
});
afterEach(() => server.close());

async function ask(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://${address}${path}`);
  return { status: response.status, body: await response.json() };
}

describe("a worker's health", () => {
  it('is good while the worker works on runs', async () => {
    trouble = undefined;
    expect(await ask('/livez')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await ask('/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('says why the worker is not ready, of a process that lives', async () => {
    trouble = 'Temporal does not answer.';
    expect((await ask('/livez')).status).toBe(200);
    expect(await ask('/readyz')).toEqual({ status: 503, body: { status: 'not ready', reason: trouble } });
  });

  it('has no other pages', async () => {
    expect((await ask('/')).status).toBe(404);
  });

  it('is asked at the address alone that was given, which must be free', async () => {
    await expect(serveHealth(address, () => Promise.resolve(undefined))).rejects.toThrow('EADDRINUSE');
  });
});

import { describe, expect, it } from 'vitest';

import { keepScheduleId, type KeepReport } from '../../../src/workflows/messages.ts';
import { description, servers, step, type Server } from './harness.ts';

const start = servers();

let networks = 0;

async function withNetwork(): Promise<{ server: Server; name: string; url: string }> {
  networks += 1;
  const name = `kept-${networks}`;
  const server = await start();
  const headers = { 'content-type': 'application/yaml' };
  await server.as('operator', { method: 'PUT', url: `/v1/networks/${name}`, headers, payload: description(name) });
  return { server, name, url: `/v1/networks/${name}/schedule` };
}

describe('the schedule of a network', () => {
  it('is made in the name of the caller, paused, resumed, changed and deleted', async () => {
    const { server, name, url } = await withNetwork();
    const put = (payload: object): ReturnType<Server['as']> => server.as('operator', { method: 'PUT', url, payload });
    expect((await server.as('viewer', { url })).json()).toMatchObject({ status: 404, reason: 'SCHEDULE_NOT_FOUND' });
    expect((await put({ paused: true })).json()).toMatchObject({ status: 404, reason: 'SCHEDULE_NOT_FOUND' });
    expect((await put({ everySeconds: 43_200, heal: true })).json()).toMatchObject({
      ...{ network: name, everySeconds: 43_200, heal: true, paused: false, note: '' },
      next: expect.stringMatching(/Z$/) as unknown,
    });
    expect((await put({ paused: true })).json()).toMatchObject({ paused: true, note: 'paused by the-operator' });
    expect((await put({ everySeconds: 3_600, paused: false })).json()).toMatchObject({
      ...{ everySeconds: 3_600, heal: false, paused: false },
    });
    expect((await server.as('operator', { method: 'DELETE', url })).statusCode).toBe(204);
    expect(server.temporal.schedules.size).toBe(0);
    expect((await server.as('operator', { method: 'DELETE', url })).statusCode).toBe(404);
  });

  it.each([
    [{ everySeconds: 59 }],
    [{ everySeconds: 31_622_401 }],
    [{ everySeconds: 1e306 }],
    [{ everySeconds: 60.5 }],
    [{ heal: true }],
    [{ every: '12h' }],
  ])('is not made by %j', async (payload) => {
    const { server, url } = await withNetwork();
    expect((await server.as('operator', { method: 'PUT', url, payload })).statusCode).toBe(400);
    expect(server.temporal.schedules.size).toBe(0);
  });

  it('tells what the last look did and found, or why it failed', async () => {
    const { server, name, url } = await withNetwork();
    await server.as('operator', { method: 'PUT', url, payload: { everySeconds: 3_600 } });
    const report: KeepReport = {
      ...{ network: name, renewed: [step('updated')], drift: [], healed: [] },
      endingWithCa: [{ owner: 'org0/orderer1', use: 'tls', serial: '1', notAfter: '2027-01-01T00:00:00Z' }],
      postponed: 'another run holds it',
    };
    const { temporal } = server;
    const look = (number: number): ReturnType<typeof temporal.add> => {
      const request = {
        type: 'keepNetwork',
        workflowId: `keep/local/${name}-${number}`,
        args: [],
        summary: '',
        memo: {},
      };
      const run = temporal.add(request);
      const id = keepScheduleId('local', name);
      const schedule = temporal.schedules.get(id);
      if (schedule === undefined) throw new Error('there is no schedule');
      temporal.schedules.set(id, { ...schedule, runs: [{ run: run.run, startedAt: new Date(number) }] });
      return run;
    };
    look(1).end({ kind: 'completed', value: report });
    expect((await server.as('viewer', { url })).json()).toMatchObject({
      last: {
        outcome: 'completed',
        report: {
          renewed: [{ target: 'org1/peer1', outcome: 'updated' }],
          endingWithCa: [{ owner: 'org0/orderer1', notAfter: '2027-01-01T00:00:00Z' }],
          postponed: 'another run holds it',
        },
      },
    });
    const failure = { type: 'ClusterUnreachable', message: 'it does not answer', remedies: [], details: [] };
    look(2).end({ kind: 'failed', failure });
    expect((await server.as('viewer', { url })).json()).toMatchObject({
      last: { outcome: 'failed', error: { type: 'ClusterUnreachable', message: 'it does not answer' } },
    });
  });
});

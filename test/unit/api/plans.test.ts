import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';

import { movedSteps } from '../../../src/api/networks/kept-plan.ts';
import { prune, DEFAULT_RETENTION } from '../../../src/database/index.ts';
import { description, done, endingIn, servers, step, type Server, type ServerOptions } from './harness.ts';

const start = servers();

const yaml = { 'content-type': 'application/yaml' };

interface PlanBody {
  readonly id: string;
  readonly expiresAt: string;
  readonly steps: readonly object[];
}

async function plan({ as }: Server, name: string, text = description(name)): Promise<PlanBody> {
  const answer = await as('operator', {
    method: 'POST',
    url: `/v1/networks/${name}:plan`,
    headers: yaml,
    payload: text,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json<PlanBody>();
}

function carryOut(
  { as }: Server,
  name: string,
  id: string,
  { query = '', text = '' } = {},
): Promise<LightMyRequestResponse> {
  const url = `/v1/networks/${name}?plan=${id}${query}`;
  return as('operator', { method: 'PUT', url, ...(text === '' ? {} : { headers: yaml, payload: text }) });
}

/** A server on which these plans are found out, one after the other; the runs after them stay open. */
function planning(
  name: string,
  plans: readonly ReturnType<typeof step>[],
  settings: ServerOptions = {},
): Promise<Server> {
  return start({ temporal: endingIn(...plans.map((one) => done(name, one))), ...settings });
}

const CREATES = step('created', 'org1/peer1', 'it is not there');

describe('a plan', () => {
  it('is carried out as it was seen: its description, and the removals that it tells', async () => {
    const server = await planning('exact', [CREATES, { ...CREATES, reason: 'not there since 10:04' }]);
    const text = `# of Ana\n${description('exact')}`;
    const { id, steps } = await plan(server, 'exact', text);
    expect(steps).toMatchObject([{ target: 'org1/peer1', outcome: 'created' }]);
    const read = await server.as('viewer', { url: `/v1/networks/exact/plans/${id}` });
    expect(read.json()).toMatchObject({ id, createdBy: 'the-operator', steps });
    const answer = await carryOut(server, 'exact', id);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ kind: 'up', network: 'exact', revision: 1 });
    expect(server.temporal.runs.at(-1)?.request).toMatchObject({
      workflowId: 'network/local/exact',
      args: [{ name: 'exact' }, { approveRemoval: true, removeChannels: true, pruneData: false }],
    });
  });

  it('is made by a dry run, too', async () => {
    const server = await planning('dry', [CREATES, CREATES]);
    const url = '/v1/networks/dry?dryRun=true&pruneData=true';
    const made = await server.as('operator', { method: 'PUT', url, headers: yaml, payload: description('dry') });
    const { id } = made.json<PlanBody>();
    expect((await carryOut(server, 'dry', id, { text: description('dry') })).statusCode).toBe(202);
    expect(server.temporal.runs.at(-1)?.request.args[1]).toMatchObject({ pruneData: true });
  });

  it.each<[string, (server: Server) => Promise<unknown>, string]>([
    [
      'something else was asked of the network',
      (server) =>
        server.as('operator', {
          method: 'PUT',
          url: '/v1/networks/moved',
          headers: yaml,
          payload: description('moved'),
        }),
      'something else was asked of the network since',
    ],
    [
      'a run of somebody else has worked on the network',
      async ({ temporal }) => {
        const request = { workflowId: 'network/local/moved', type: 'renewNetwork', args: [], memo: {}, summary: '' };
        temporal.add({ ...temporal.runs[0]?.request, ...request }).end(done('moved'));
        return Promise.resolve();
      },
      'a run has worked on the network since',
    ],
    ['what stands has changed', () => Promise.resolve(), 'what stands has changed'],
  ])('is not carried out if %s', async (_, move, why) => {
    const server = await planning('moved', [CREATES, step('updated', 'org1/peer1')]);
    const { id } = await plan(server, 'moved');
    // A run that is asked for takes the end that is meant for the second look: it makes no difference to what is looked at before.
    await move(server);
    const runs = server.temporal.runs.length;
    const answer = await carryOut(server, 'moved', id);
    expect(answer.statusCode).toBe(412);
    const { reason, detail } = answer.json<{ reason: string; detail: string }>();
    expect([reason, detail]).toEqual(['PLAN_STALE', expect.stringContaining(why)]);
    expect(server.temporal.runs.slice(runs).filter(({ run }) => run.workflowId === 'network/local/moved')).toEqual([]);
  });

  it('is not carried out with another description than its own', async () => {
    const server = await planning('other', [CREATES]);
    const { id } = await plan(server, 'other');
    const answer = await carryOut(server, 'other', id, { text: `# changed\n${description('other')}` });
    expect(answer.json()).toMatchObject({ reason: 'PLAN_STALE' });
  });

  it('is good for an hour, for its own network alone, and without other switches', async () => {
    let at = new Date('2026-11-26T08:00:00Z');
    const server = await planning('hour', [CREATES, CREATES], { now: () => at });
    const { id, expiresAt } = await plan(server, 'hour');
    expect(expiresAt).toBe('2026-11-26T09:00:00.000Z');
    expect((await carryOut(server, 'minute', id)).json()).toMatchObject({ reason: 'PLAN_NOT_FOUND' });
    expect((await carryOut(server, 'hour', id, { query: '&pruneData=true' })).statusCode).toBe(400);
    expect((await carryOut(server, 'hour', id, { query: '&dryRun=true' })).statusCode).toBe(400);
    at = new Date(expiresAt);
    expect((await carryOut(server, 'hour', id)).statusCode).toBe(404);
    await prune(server.database, DEFAULT_RETENTION, at);
    at = new Date('2026-11-26T08:00:00Z');
    expect((await carryOut(server, 'hour', id)).statusCode).toBe(404);
  });
});

describe('two plans', () => {
  const result = (...steps: ReturnType<typeof step>[]) => ({
    ...{ network: 'net', outcome: 'created', counts: { unchanged: 0, created: 0, updated: 0, removed: 0 } },
    steps: steps.map(({ step: name, target, outcome, reason }) => ({ step: name, target, outcome, reason })),
  });

  it.each([
    [
      'the same, whatever their reasons and order',
      [CREATES, step('updated', 'a')],
      [step('updated', 'a', 'so'), CREATES],
      0,
    ],
    ['others where a step is missing', [CREATES, step('updated', 'a')], [CREATES], 1],
    ['others where a step does something else', [step('created', 'a')], [step('updated', 'a')], 2],
  ])('are %s', (_, before, now, moved) => {
    expect(movedSteps(result(...before), result(...now))).toHaveLength(moved);
  });
});

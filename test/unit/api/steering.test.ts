import { describe, expect, it } from 'vitest';

import { UpdateRefused } from '../../../src/client/index.ts';
import { listAudit, listSignatures } from '../../../src/database/index.ts';
import { updateEnvelope } from '../../../src/fabric/index.ts';
import type { PendingUpdate } from '../../../src/workflows/messages.ts';
import { eventually } from '../../support/eventually.ts';
import { NO_PROGRESS, type FakeRun } from '../client/fake-temporal.ts';
import { configUpdateOf } from '../fabric/channel/config-update-of.ts';
import { description, done, endingIn, servers, step, type Server } from './harness.ts';

const start = servers();

/** Begins a run of a network. */
async function begin(server: Server, name: string): Promise<{ readonly id: string; readonly run: FakeRun }> {
  const headers = { 'content-type': 'application/yaml' };
  const request = { method: 'PUT', url: `/v1/networks/${name}`, headers, payload: description(name) } as const;
  const { id } = (await server.as('operator', request)).json<{ id: string }>();
  const run = server.temporal.runs.at(-1);
  if (run === undefined) throw new Error('no run was begun');
  return { id, run };
}

function post(server: Server, url: string, payload?: object): ReturnType<Server['as']> {
  return server.as('operator', { method: 'POST', url, ...(payload && { payload }) });
}

describe('a run that is paused by a request', () => {
  it('is asked in the name of the caller, with the reason, and so is one that is resumed', async () => {
    const server = await start();
    const { id } = await begin(server, 'paused');
    const pause = { by: 'the-operator', reason: 'lunch', since: '2026-11-26T10:00:00.000Z' };
    server.temporal.answerUpdate = () => ({ changed: true, pause });
    const paused = await post(server, `/v1/runs/${id}:pause`, { reason: 'lunch' });
    expect({ status: paused.statusCode, body: paused.json<object>() }).toEqual({
      status: 200,
      body: { changed: true, pause },
    });
    expect((await post(server, `/v1/runs/${id}:resume`)).statusCode).toBe(200);
    expect(server.temporal.updates).toMatchObject([
      { name: 'pause', argument: { by: 'the-operator', reason: 'lunch' } },
      { name: 'resume', argument: { by: 'the-operator', reason: '' } },
    ]);
    const { items } = await listAudit(server.database, {}, { size: 2 });
    expect(items.map(({ resource }) => resource)).toEqual([`/v1/runs/${id}:resume`, `/v1/runs/${id}:pause`]);
  });

  it('wants a reason', async () => {
    const server = await start();
    const { id } = await begin(server, 'unreasoned');
    expect((await post(server, `/v1/runs/${id}:pause`, {})).statusCode).toBe(400);
    expect(server.temporal.updates).toEqual([]);
  });

  it('is refused by what the run refuses, and by the end of the run', async () => {
    const server = await start();
    const { id, run } = await begin(server, 'refusing');
    server.temporal.answerUpdate = () => Promise.reject(new UpdateRefused('Unknown', new Error('there are no pauses')));
    const refused = await post(server, `/v1/runs/${id}:pause`, { reason: 'lunch' });
    expect(refused.json()).toMatchObject({ status: 409, reason: 'RUN_REFUSES', detail: 'there are no pauses' });
    run.end(done('refusing'));
    const late = await post(server, `/v1/runs/${id}:pause`, { reason: 'lunch' });
    expect(late.json()).toMatchObject({ status: 409, reason: 'RUN_ENDED' });
  });
});

describe('a run that is asked to try again', () => {
  it('tells what it tries now', async () => {
    const server = await start();
    const { id, run } = await begin(server, 'retried');
    run.progress = { ...NO_PROGRESS, steps: [step('running')] };
    const lastFailure = { type: 'ClusterUnavailable', message: 'it answers 503' };
    run.activities = [{ id: '7', type: 'applyDeployment', attempt: 3, nextAttemptAt: new Date(), lastFailure }];
    const tried = { step: 'applyDeployment', target: 'org1/peer1', attempt: 3, reason: 'it answers 503' };
    expect((await post(server, `/v1/runs/${id}:retry`, { target: 'org9' })).json()).toEqual({ steps: [] });
    expect((await post(server, `/v1/runs/${id}:retry`)).json()).toEqual({ steps: [tried] });
    expect(server.temporal.retried).toHaveLength(1);
  });
});

describe('signatures', () => {
  const update = Buffer.from(configUpdateOf('mychannel'));
  const pending: PendingUpdate = {
    ...{ channel: 'mychannel', reason: 'adds Org3MSP', update: update.toString('base64') },
    ...{ signatures: [], signedBy: [], unmet: ['/Channel/Application wants MAJORITY Admins'], awaited: ['Org9MSP'] },
  };
  const envelope = Buffer.from(updateEnvelope({ channel: 'mychannel', update, signatures: [] })).toString('base64');

  /** A run with a channel whose change waits. */
  async function waiting(server: Server, name: string): Promise<string> {
    const { id, run } = await begin(server, name);
    const child = server.temporal.add({ ...run.request, workflowId: `${run.run.workflowId}/channels/mychannel` });
    run.progress = { ...NO_PROGRESS, children: [child.run.workflowId] };
    child.progress = { ...NO_PROGRESS, pendingUpdates: [pending] };
    return id;
  }

  it('that a run waits for are told, of the run and of its network, also while no worker answers, until it ends', async () => {
    const server = await start();
    const id = await waiting(server, 'unsigned');
    const told = {
      ...{ channel: 'mychannel', changes: 'adds Org3MSP', awaited: ['Org9MSP'], signedBy: [], envelope },
      unmet: ['/Channel/Application wants MAJORITY Admins'],
    };
    const expectTold = async (signatures: readonly object[]): Promise<void> => {
      for (const url of [`/v1/runs/${id}/signatures`, '/v1/networks/unsigned/signatures']) {
        expect((await server.as('viewer', { url })).json()).toEqual({ signatures });
      }
    };
    await eventually(() => expectTold([told]), 5_000);
    for (const run of server.temporal.runs) run.progress = undefined;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await expectTold([told]);
    server.temporal.runs[0]?.end(done('unsigned'));
    await eventually(() => expectTold([]), 5_000);
  });

  it('that are handed in go to the channel of the run, and are kept', async () => {
    const server = await start();
    const id = await waiting(server, 'signed');
    server.temporal.answerUpdate = () => ({ added: ['Org9MSP'], awaited: [] });
    const answer = await post(server, `/v1/runs/${id}/signatures`, { envelope });
    expect(answer.json()).toEqual({ channel: 'mychannel', added: ['Org9MSP'], awaited: [] });
    expect(server.temporal.updates).toMatchObject([
      {
        run: { workflowId: 'network/local/signed/channels/mychannel' },
        ...{ name: 'addSignatures', argument: { envelope, by: 'the-operator' } },
      },
    ]);
    expect(await listSignatures(server.database, id)).toMatchObject([
      { channel: 'mychannel', mspId: 'Org9MSP', createdBy: 'the-operator' },
    ]);
  });

  it('of something else are refused', async () => {
    const server = await start();
    const id = await waiting(server, 'garbled');
    const answer = await post(server, `/v1/runs/${id}/signatures`, { envelope: 'bm8gZW52ZWxvcGU=' });
    expect(answer.json()).toMatchObject({ status: 422, reason: 'INVALID_ENVELOPE' });
    expect(server.temporal.updates).toEqual([]);
  });

  it('for a run that has ended do not reach the run that came after it', async () => {
    const server = await start({ temporal: endingIn(done('later')) });
    const { id } = await begin(server, 'later');
    const answer = await post(server, `/v1/runs/${id}/signatures`, { envelope });
    expect(answer.json()).toMatchObject({ status: 409, reason: 'RUN_ENDED' });
    expect(server.temporal.updates).toEqual([]);
  });
});

import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';

import { ensureNetwork, findNetwork, listRevisions } from '../../../src/database/index.ts';
import type { RunEnding } from '../../../src/client/index.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { description, done, endingIn, servers, step, type Server } from './harness.ts';
import { fastClock } from '../../support/fast-clock.ts';

const start = servers();

const yaml = { 'content-type': 'application/yaml' };

interface RunBody {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly unknown[];
}

function put(
  { as }: Server,
  name: string,
  { query = '', headers = {}, text = description(name) }: { query?: string; headers?: object; text?: string } = {},
): Promise<LightMyRequestResponse> {
  const url = `/v1/networks/${name}${query}`;
  return as('operator', { method: 'PUT', url, headers: { ...yaml, ...headers }, payload: text });
}

/** The state of a run, once it has ended. */
async function ended({ as }: Server, id: string): Promise<RunBody> {
  const look = async (): Promise<RunBody> => (await as('viewer', { url: `/v1/runs/${id}` })).json<RunBody>();
  await expect.poll(async () => (await look()).state).not.toBe('running');
  return look();
}

function failed(type: string, message: string): RunEnding {
  return { kind: 'failed', failure: { type, message, remedies: [{ kind: 'fixImage' }], details: [] } };
}

describe('validation', () => {
  it('tells every mistake of YAML with its pointer, line, column, and the word that was meant', async () => {
    const { as } = await start();
    const payload =
      'name: other\norganizations:\n  - { name: org1, peers: 1, orderrs: 1 }\nchannels:\n  - { name: a }\n';
    const url = '/v1/networks/net:validate';
    const answer = await as('viewer', { method: 'POST', url, headers: yaml, payload });
    expect(answer.statusCode).toBe(200);
    const { valid, errors } = answer.json<{ valid: boolean; errors: object[] }>();
    expect(valid).toBe(false);
    expect(errors).toEqual([
      {
        pointer: '/name',
        reason: 'INVALID_VALUE',
        line: 1,
        column: 7,
        detail: 'name must be "net", the name in the path (found "other")',
      },
      {
        pointer: '/organizations/0/orderrs',
        reason: 'UNKNOWN_FIELD',
        line: 3,
        column: 29,
        detail: 'organizations[0].orderrs is not a known field; did you mean "orderers"?',
        suggestion: 'orderers',
      },
    ]);
  });

  it('completes a valid description, from JSON as from YAML', async () => {
    const { as } = await start();
    const url = '/v1/networks/net:validate';
    const json = JSON.stringify({ name: 'net', organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });
    const headers = { 'content-type': 'application/json' };
    const { body } = await as('viewer', { method: 'POST', url, headers, payload: json });
    expect(JSON.parse(body)).toMatchObject({
      valid: true,
      errors: [],
      description: { apiVersion: 'weft.dev/v1alpha1' },
    });
  });

  it('says that there is no description where there is none', async () => {
    const { as } = await start();
    const { body } = await as('viewer', { method: 'POST', url: '/v1/networks/net:validate' });
    expect(JSON.parse(body)).toMatchObject({ valid: false, errors: [{ detail: 'the body is empty' }] });
  });
});

describe('a network that is put', () => {
  it('is kept as a revision with its text, and its run started in the name of who asked', async () => {
    const server = await start();
    const text = `# of Ana\n${description('first')}`;
    const answer = await put(server, 'first', { text });
    expect(answer.statusCode).toBe(202);
    const run = answer.json<RunBody>();
    expect(run).toMatchObject({
      network: 'first',
      kind: 'up',
      state: 'running',
      done: false,
      requestedBy: 'the-operator',
    });
    expect(answer.headers['location']).toBe(`/v1/runs/${run.id}`);
    expect(server.temporal.runs[0]?.request).toMatchObject({
      type: 'applyNetwork',
      workflowId: 'network/local/first',
      args: [{ name: 'first' }, { cluster: 'local', approveRemoval: false, pruneData: false, removeChannels: false }],
      memo: { operation: 'up', requestedBy: 'the-operator' },
    });
    const read = await server.as('viewer', { url: '/v1/networks/first' });
    expect(read.headers['etag']).toBe(answer.headers['etag']);
    expect(read.json()).toMatchObject({
      metadata: { name: 'first', cluster: 'local', generation: 1, revision: 1, createdBy: 'the-operator' },
      spec: { name: 'first', organizations: [{ name: 'org0' }, { name: 'org1' }] },
      status: { ready: 'Unknown', conditions: [] },
    });
  });

  it('may be one that was known by its runs alone', async () => {
    const server = await start();
    const key = { cluster: 'local', name: 'by-its-runs' };
    await ensureNetwork(server.database, key, { by: 'tests', at: new Date() });
    expect((await put(server, 'by-its-runs')).statusCode).toBe(202);
    expect((await put(server, 'by-its-runs', { text: `# other\n${description('by-its-runs')}` })).statusCode).toBe(428);
  });

  it('passes on what the caller has approved', async () => {
    const server = await start();
    await put(server, 'approved', { query: '?approveRemoval=true&pruneData=true&removeChannels=true' });
    expect(server.temporal.runs[0]?.request.args[1]).toMatchObject({
      approveRemoval: true,
      pruneData: true,
      removeChannels: true,
    });
  });

  it('is refused with every mistake, and nothing is kept or started', async () => {
    const server = await start();
    const answer = await put(server, 'wrong', { text: 'name: wrong\norganizations: [{ name: org1, orderrs: 1 }]' });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      reason: 'INVALID_DESCRIPTION',
      errors: [{ pointer: '/organizations/0/orderrs', line: 2, suggestion: 'orderers' }],
    });
    expect(server.temporal.runs).toEqual([]);
    expect(await findNetwork(server.database, { cluster: 'local', name: 'wrong' })).toBeUndefined();
  });

  it('over one that is there needs its etag, and is refused with an old one', async () => {
    const server = await start({ temporal: endingIn(done('changed'), done('changed')) });
    const first = await put(server, 'changed');
    await ended(server, first.json<RunBody>().id);
    const text = description('changed').replace('peers: 1', 'peers: 2');
    const blind = await put(server, 'changed', { text });
    expect(blind.statusCode).toBe(428);
    expect(blind.json()).toMatchObject({ reason: 'PRECONDITION_REQUIRED', metadata: { etag: first.headers['etag'] } });
    const second = await put(server, 'changed', { text, headers: { 'if-match': first.headers['etag'] } });
    expect(second.statusCode).toBe(202);
    expect(second.headers['etag']).not.toBe(first.headers['etag']);
    const late = await put(server, 'changed', { headers: { 'if-match': first.headers['etag'] } });
    expect(late.statusCode).toBe(412);
    expect(late.json()).toMatchObject({ reason: 'PRECONDITION_FAILED', metadata: { etag: second.headers['etag'] } });
  });

  it('as it is already is brought up again, and is no new revision', async () => {
    const server = await start({ temporal: endingIn(done('same'), done('same')) });
    const first = await put(server, 'same');
    await ended(server, first.json<RunBody>().id);
    const again = await put(server, 'same', { headers: { 'if-match': first.headers['etag'] } });
    expect(again.statusCode).toBe(202);
    expect(again.headers['etag']).toBe(first.headers['etag']);
    expect(server.temporal.runs).toHaveLength(2);
    const network = await findNetwork(server.database, { cluster: 'local', name: 'same' });
    const { items } = await listRevisions(server.database, network?.id ?? '', { size: 10 });
    expect(items).toHaveLength(1);
  });

  it('joins the run that does the same already', async () => {
    const server = await start();
    const first = await put(server, 'joined');
    const second = await put(server, 'joined', { headers: { 'if-match': '*' } });
    expect(second.statusCode).toBe(202);
    expect(second.json<RunBody>().id).toBe(first.json<RunBody>().id);
    expect(server.temporal.runs).toHaveLength(1);
  });

  it('is refused while another run holds the network, and told who holds it since when, and nothing is kept', async () => {
    const server = await start();
    const first = await put(server, 'busy');
    const text = description('busy').replace('peers: 1', 'peers: 2');
    const answer = await put(server, 'busy', { text, headers: { 'if-match': '*' } });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      reason: 'RUN_IN_PROGRESS',
      metadata: {
        operation: 'up',
        startedBy: 'the-operator',
        startedAt: server.temporal.runs[0]?.startedAt.toISOString(),
      },
      links: { run: `/v1/runs/${first.json<RunBody>().id}` },
    });
    expect((await server.as('viewer', { url: '/v1/networks/busy' })).headers['etag']).toBe(first.headers['etag']);
  });

  it('is refused while no worker polls, and nothing is kept', async () => {
    const server = await start({ temporal: new FakeTemporal(), now: fastClock() });
    const answer = await put(server, 'idle');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('10');
    expect(answer.json()).toMatchObject({ reason: 'NO_WORKER', metadata: { taskQueues: ['weft', 'weft-local'] } });
    expect(await findNetwork(server.database, { cluster: 'local', name: 'idle' })).toBeUndefined();
  });

  it('by two at the same time is that of one, and the other learns of it', async () => {
    const server = await start();
    const { temporal } = server;
    // Both have seen that there is no such network, and that no run holds it, before either goes on.
    const look = temporal.describe.bind(temporal);
    let arrived = 0;
    let goOn: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    temporal.describe = async (run) => {
      arrived += 1;
      if (arrived === 2) goOn();
      await both;
      return look(run);
    };
    const text = description('raced').replace('peers: 1', 'peers: 2');
    const answers = await Promise.all([put(server, 'raced'), put(server, 'raced', { text })]);
    const [done, refused] = answers.sort((one, other) => one.statusCode - other.statusCode);
    expect([done.statusCode, refused.statusCode]).toEqual([202, 412]);
    expect(refused.json()).toMatchObject({ metadata: { etag: done.headers['etag'] } });
    expect(temporal.runs).toHaveLength(1);
  });

  it('says that its description was kept where its run could not be started after that', async () => {
    const server = await start();
    server.temporal.script = () => {
      throw new Error('the server went away');
    };
    const answer = await put(server, 'halfway');
    expect(answer.statusCode).toBe(500);
    const { detail, metadata } = answer.json<{ detail: string; metadata: { etag: string } }>();
    expect(detail).toContain('The description is kept as revision 1');
    server.temporal.script = () => undefined;
    expect((await put(server, 'halfway', { headers: { 'if-match': metadata.etag } })).statusCode).toBe(202);
  });
});

describe('a plan', () => {
  it.each(['PUT with dryRun', 'POST :plan'])(
    'by %s tells what would change, and keeps and locks nothing',
    async (how) => {
      const steps = [step('created'), step('unchanged', 'org0/ca')];
      const server = await start({ temporal: endingIn(done('planned', ...steps)) });
      const { as } = server;
      const planned =
        how === 'POST :plan'
          ? await as('operator', {
              method: 'POST',
              url: '/v1/networks/planned:plan',
              headers: yaml,
              payload: description('planned'),
            })
          : await put(server, 'planned', { query: '?dryRun=true' });
      expect(planned.statusCode).toBe(200);
      expect(planned.json()).toEqual({
        ...{ id: expect.stringMatching(/^plan-/) as string, network: 'planned', createdBy: 'the-operator' },
        ...{ createdAt: expect.any(String) as string, expiresAt: expect.any(String) as string },
        outcome: 'created',
        counts: { unchanged: 1, created: 1, updated: 0, removed: 0 },
        steps: [{ step: 'applyDeployment', target: 'org1/peer1', outcome: 'created', reason: '' }],
      });
      expect(server.temporal.runs[0]?.request).toMatchObject({
        workflowId: expect.stringMatching(/^plan\/local\/planned\//) as string,
        args: [{}, { dryRun: true }],
      });
      expect(await findNetwork(server.database, { cluster: 'local', name: 'planned' })).toBeUndefined();
    },
  );

  it('of what cannot be brought up says why, and what helps in the words of the API', async () => {
    const server = await start({ temporal: endingIn(failed('ImagePullFailed', 'the image is not there')) });
    const answer = await put(server, 'refused', { query: '?dryRun=true' });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      reason: 'PLAN_FAILED',
      detail: 'the image is not there',
      metadata: { type: 'ImagePullFailed' },
      remedies: ['Make the image available to the cluster, or correct its name in the description.'],
    });
  });

  it('that the cluster could not be asked for is no fault of the description', async () => {
    const server = await start({ temporal: endingIn(failed('ClusterUnreachable', 'no answer')) });
    const answer = await put(server, 'unreached', { query: '?dryRun=true' });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ reason: 'CLUSTER_UNAVAILABLE' });
  });

  it('of a change is refused to who has not seen the network as it is, like the change', async () => {
    const server = await start();
    await put(server, 'seen');
    expect((await put(server, 'seen', { query: '?dryRun=true' })).statusCode).toBe(428);
  });
});

describe('a list of networks', () => {
  it('comes in pages, by name', async () => {
    const server = await start();
    for (const name of ['page-c', 'page-a', 'page-b']) await put(server, name);
    const names: string[] = [];
    let token = '';
    do {
      const url = `/v1/networks?pageSize=2&pageToken=${token}`;
      const { networks, nextPageToken } = (await server.as('viewer', { url })).json<{
        networks: { metadata: { name: string } }[];
        nextPageToken: string;
      }>();
      expect(networks.length).toBeLessThanOrEqual(2);
      names.push(...networks.map(({ metadata }) => metadata.name));
      token = nextPageToken;
    } while (token !== '');
    expect(names.filter((name) => name.startsWith('page-'))).toEqual(['page-a', 'page-b', 'page-c']);
    expect(names).toEqual([...names].sort());
  });
});

describe('a network that is deleted', () => {
  it('is removed by a run, and is not there any more once that has done its work', async () => {
    const server = await start({ temporal: endingIn(done('gone'), done('gone', step('removed'))) });
    await ended(server, (await put(server, 'gone')).json<RunBody>().id);
    const answer = await server.as('admin', { method: 'DELETE', url: '/v1/networks/gone?confirm=gone&keepData=true' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ kind: 'down', requestedBy: 'the-admin' });
    expect(server.temporal.runs[1]?.request).toMatchObject({
      type: 'removeNetwork',
      args: [{ network: 'gone', cluster: 'local', namespaces: ['gone'] }, { keepData: true }],
    });
    expect(await ended(server, answer.json<RunBody>().id)).toMatchObject({ state: 'done', counts: { removed: 1 } });
    expect((await server.as('viewer', { url: '/v1/networks/gone' })).statusCode).toBe(404);
  });

  it('stays where the removal has failed', async () => {
    const server = await start({ temporal: endingIn(done('kept'), failed('Whatever', 'it could not be removed')) });
    await ended(server, (await put(server, 'kept')).json<RunBody>().id);
    const answer = await server.as('admin', { method: 'DELETE', url: '/v1/networks/kept?confirm=kept' });
    await ended(server, answer.json<RunBody>().id);
    expect((await server.as('viewer', { url: '/v1/networks/kept' })).statusCode).toBe(200);
  });

  it.each([
    ['without its name', '', 400, 'INVALID_REQUEST'],
    ['with another name', '?confirm=other', 422, 'NOT_CONFIRMED'],
  ])('%s is left alone', async (_, query, status, reason) => {
    const server = await start();
    await put(server, 'safe', { headers: { 'if-match': '*' } });
    await put(server, 'safe');
    const answer = await server.as('admin', { method: 'DELETE', url: `/v1/networks/safe${query}` });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ reason });
    expect(server.temporal.runs.some(({ request }) => request.type === 'removeNetwork')).toBe(false);
  });
});
